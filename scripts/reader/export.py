"""Writes a trained network as int8 ONNX: the reader with all its heads, the checker with the one for claims.

usage: export.py BASE CHECKPOINT OUT.onnx [--checker]"""

import os
import sys
import tempfile

import numpy
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from network import Encoder, padded, trained


class Checker(torch.nn.Module):
    """held [batch]: the log odds that the evidence says what the claim says."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, ids, types):
        return self.net(ids, types)[1][:, 1]


def main():
    base, checkpoint, out = sys.argv[1:4]
    net, names = trained(base, checkpoint), ["spans", "marks", "names"]
    if "--checker" in sys.argv:
        net, names = Checker(net), ["held"]
    encoder = Encoder(base)
    ids, second, _, _ = encoder("苏州街站在什么地方", "苏州街站", "苏州街站位于北京市海淀区，是北京地铁10号线的一个车站。")
    row = padded([(ids, second)])
    with tempfile.TemporaryDirectory() as work:
        plain = os.path.join(work, "plain.onnx")
        torch.onnx.export(
            net,
            (row[0], row[1]),
            plain,
            input_names=["ids", "types"],
            output_names=names,
            dynamic_axes={name: {1: "length"} for name in ("ids", "types", *names) if name not in ("marks", "held")},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(plain, out, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gather"])
    session = onnxruntime.InferenceSession(out)
    got = session.run(None, {"ids": row[0].numpy(), "types": row[1].numpy()})
    with torch.no_grad():
        want = net(row[0], row[1])
    want = want[:2] if len(names) > 1 else [want]
    print(os.path.getsize(out), "bytes; largest difference of a logit on one example:",
          max(float(numpy.abs(g - w.numpy()).max()) for g, w in zip(got, want)))


if __name__ == "__main__":
    main()
