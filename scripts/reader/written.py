"""Training examples out of texts that were written for it (written/): documents of everyday kinds with claims in
free wording, each true one beside a false twin, and questions with and without an answer.

A line of a file is `# title`, `| text`, `+ true claim`, `- kind: false claim` (the twin of the claim above it),
`? question = answer` or `? question =` where the text does not say it. README.md beside them says how they were
written. One document in five, by hash of its title, is kept from training to measure on.

usage: written.py DIR writes the questions of those documents as a set (DIR/qa) and their claims as grounding cases
(DIR/grounding), for zhiwen eval --public DIR."""

import collections
import glob
import hashlib
import json
import os
import re
import sys

from passages import sentences

Document = collections.namedtuple("Document", "title lines claims questions")  # claims: [(true, [(kind, false)])]

LONGEST = 330  # runes of evidence, about as many tokens as the network reads

_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "written")


def documents(wanted, folder=_FOLDER):
    """The documents of a side, train or check."""
    out = []
    for path in sorted(glob.glob(os.path.join(folder, "*.txt"))):
        with open(path, encoding="utf-8") as f:
            for line in f:
                mark, _, rest = line.strip().partition(" ")
                if mark == "#":
                    d = Document(rest, [], [], [])
                    side = "check" if int(hashlib.sha256(rest.encode()).hexdigest()[:8], 16) % 5 == 0 else "train"
                    if side == wanted:
                        out.append(d)
                elif mark == "|":
                    d.lines.append(rest)
                elif mark == "+":
                    d.claims.append((rest, []))
                elif mark == "-":
                    kind, _, claim = rest.partition(": ")
                    d.claims[-1][1].append((kind, claim))
                elif mark == "?":
                    question, _, answer = rest.rpartition("=")
                    d.questions.append((question.strip(), answer.strip()))
    return out


def _pairs(text):
    text = "".join(c for c in text if c.isalnum())
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _held(text, pairs):
    return len(pairs & _pairs(text)) / max(1, len(pairs))


def _windows(document):
    """Stretches of one to three sentences of a line and of up to three lines, shortest first."""
    out = []
    for n, line in enumerate(document.lines):
        cut = sentences(line)
        for i in range(len(cut)):
            for k in range(i, min(i + 3, len(cut))):
                out.append((line[cut[i][0] : cut[k][1]].strip(), n, n))
        for m in range(n + 1, min(n + 3, len(document.lines))):
            out.append(("\n".join(document.lines[n : m + 1]), n, m))
    return sorted(dict.fromkeys(w for w in out if len(w[0]) <= LONGEST), key=lambda w: len(w[0]))


ENOUGH = 0.92  # of what the whole document holds of a claim's pairs of runes: the window says as much of it


def evidence(document, claim, windows, rnd, few=2):
    """Stretches that hold all that the document says of a claim: the shortest, and some more around it."""
    pairs = _pairs(claim)
    want = ENOUGH * _held("\n".join(document.lines), pairs)
    enough = [w for w in windows if _held(w[0], pairs) >= want]
    if not enough:
        whole = "\n".join(document.lines)
        return [whole] if len(whole) <= LONGEST else []
    first = enough[0]
    around = [w for w in enough[1:] if w[1] <= first[1] and w[2] >= first[2]]
    return [w[0] for w in [first, *rnd.sample(around, min(few - 1, len(around)))]]


def examples(rnd, wanted="train"):
    """(reading, claims): rows like those of questions.py and claims.py."""
    reading, claims = [], []
    for d in documents(wanted):
        windows = _windows(d)
        for true, twins in d.claims:
            for text in evidence(d, true, windows, rnd):
                claims.append((true, d.title, text, 1, "written"))
                claims += [(false, d.title, text, 0, "written-" + kind) for kind, false in twins]
        for question, answer in d.questions:
            if not answer:
                pairs = _pairs(question)
                likely = sorted(windows, key=lambda w: -_held(w[0], pairs))[:4]
                reading.append((question, d.title, rnd.choice(likely)[0], -1, -1, "asked"))
                continue
            at = [w for w in windows if w[0].count(answer) == 1]
            if at:
                text = rnd.choice(at)[0]
                reading.append((question, d.title, text, text.find(answer), text.find(answer) + len(answer), "asked"))
    return reading, claims


def main():
    for folder in ("qa", "grounding"):
        os.makedirs(os.path.join(sys.argv[1], folder), exist_ok=True)
    kept = documents("check")
    entries = []
    for i, d in enumerate(kept):
        asked = [
            {"id": f"{i}-{n}", "question": q, "is_impossible": not a, "answers": [{"text": a}] if a else []}
            for n, (q, a) in enumerate(d.questions)
        ]
        entries.append({"title": d.title, "paragraphs": [{"context": "\n\n".join(d.lines), "qas": asked}]})
    with open(os.path.join(sys.argv[1], "qa", "written.json"), "w", encoding="utf-8") as f:
        json.dump({"side": "calibrate", "data": entries}, f, ensure_ascii=False)
    with open(os.path.join(sys.argv[1], "grounding", "cases.jsonl"), "w", encoding="utf-8") as f:
        pairs = ((d, true, *twin) for d in kept for true, twins in d.claims for twin in twins)
        for n, (d, true, kind, false) in enumerate(pairs):
            name = "w" + hashlib.sha256(d.title.encode()).hexdigest()[:8]
            case = {"docs": [{"id": name, "title": d.title, "text": "\n".join(d.lines)}], "question": d.title + "说了什么"}
            bad = re.sub(r"([.+*?()|\[\]{}^$\\])", r"\\\1", false.rstrip("。"))
            for more in (
                {"id": f"E{n}", "group": "E", "kind": kind, "scripted_answer": false, "expect": "caught", "bad": bad},
                {"id": f"TE{n}", "group": "T", "kind": "twin_" + kind, "scripted_answer": true, "expect": "kept", "bad": None},
            ):
                json.dump(case | more | {"note": ""}, f, ensure_ascii=False)
                f.write("\n")


if __name__ == "__main__":
    main()
