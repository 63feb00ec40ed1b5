"""Claims of the written texts with the stretches that the checker so far finds them in. Words shared with the
document (written.evidence) lead astray where a claim shares hardly any, and at work the checker is shown the
likeliest places too, for false claims as well.

usage: held.py BASE CHECKER OUT.json   (for train.py --held)"""

import json
import sys

import torch

import written
from corpus import simplified
from network import Encoder, padded, trained

LIKELY = 8  # stretches of a document that are read for a claim
LONGER = 0.6  # log odds that a stretch must gain to be taken instead of a shorter one
TOKENS = 6000  # read at once


def shared(claim, text):
    """How much of a claim's runes and pairs of runes a text holds."""
    runes = [c for c in claim if c.isalnum()]
    pairs = written._pairs(claim)
    return sum(c in text for c in runes) / max(1, len(runes)) + written._held(text, pairs)


def scores(net, encoder, rows):
    """Log odds that the evidence of each (claim, title, evidence) says the claim."""
    encoded = [encoder(*map(simplified, r))[:2] for r in rows]
    order = sorted(range(len(rows)), key=lambda i: len(encoded[i][0]))
    out, batch = [0.0] * len(rows), []
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for n, i in enumerate(order):
            batch.append(i)
            if n + 1 == len(order) or (len(batch) + 1) * len(encoded[order[n + 1]][0]) > TOKENS:
                for k, mark in zip(batch, net(*padded([encoded[k] for k in batch]))[1][:, 1].float().tolist()):
                    out[k] = mark
                batch = []
    return out


def main():
    base, checker, out = sys.argv[1:4]
    net, encoder = trained(base, checker), Encoder(base)
    result = {}
    for side in ("train", "check"):
        asked, rows = [], []
        for d in written.documents(side):
            windows = written._windows(d)
            for true, twins in d.claims:
                for kind, claim in [("", true), *twins]:
                    likely = sorted(windows, key=lambda w: (-shared(claim, w[0]), len(w[0])))[:LIKELY]
                    asked.append((d.title, true, kind, claim, len(rows), likely))
                    rows += [(claim, d.title, w[0]) for w in likely]
        found = scores(net, encoder, rows)
        result[side], best = [], {}
        for title, true, kind, claim, at, likely in asked:
            order = sorted(range(len(likely)), key=lambda i: -found[at + i] + LONGER * (likely[i][2] - likely[i][1] + likely[i][0].count("。") / 2))
            places = [likely[i][0] for i in order[:1]]
            if not kind:
                first = likely[order[0]] if order else None
                places += [w[0] for w in likely if first and w != first and first[0] in w[0]][:1]
                best[title, true] = places
            else:
                places = list(dict.fromkeys(best[title, true] + places))
            for text in places:
                result[side].append((claim, title, text, int(not kind), "written" + (kind and "-" + kind)))
        print(side, len(rows), "read,", len(result[side]), "claims", flush=True)
    with open(out, "w", encoding="utf-8") as f:
        json.dump(result, f, ensure_ascii=False)


if __name__ == "__main__":
    main()
