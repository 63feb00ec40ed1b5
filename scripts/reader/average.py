"""Averages a reader with the one that its training went on from: what the second run learnt costs least of what
the first one knew (Wortsman et al. 2022, Robust fine-tuning of zero-shot models).

usage: average.py BASE FIRST.onnx CHECKPOINT SHARE OUT.pt
SHARE, 0 to 1, is the weight of CHECKPOINT."""

import sys

import torch

from network import base, restored


def main():
    folder, first, checkpoint, share, out = sys.argv[1:6]
    share = float(share)
    net = base(folder)
    restored(net, first)
    old, new = net.state_dict(), torch.load(checkpoint)["net"]
    torch.save({"net": {name: (1 - share) * old[name] + share * new[name] for name in new}}, out)


if __name__ == "__main__":
    main()
