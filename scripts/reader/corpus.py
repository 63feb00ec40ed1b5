"""The public question sets that the reader is trained on, and which documents are kept apart.

A document is one entry of a set's `data` list; the everyday questions (DuReader-checklist) are one
long list, so there each paragraph is a document. The first eight hexadecimal digits of the SHA-256
of its paragraphs, joined by line feeds, modulo 100, tell its side:

    0..14   apart      never trained or tuned on; docs/quality.md is measured here
   15..24   calibrate  thresholds and curves are fitted here (calibrate.py)
   25..99   train

`rag/eval/public` splits in the same way.
"""

import collections
import hashlib
import json
import os

import opencc

Question = collections.namedtuple("Question", "text answers start end")
# start and end are runes of the paragraph, -1 where it holds no answer.
Paragraph = collections.namedtuple("Paragraph", "document title text questions")

SETS = {
    "cmrc": ["cmrc2018-dev.json"],
    "drcd": ["drcd-dev.json", "drcd-test.json"],
    "dureader": ["dureader-checklist-dev.json"],
    "xquad": ["xquad-zh.json"],
}

_simplified = opencc.OpenCC("t2s")


def simplified(text):
    """Traditional characters one for one, so that offsets stay; the product folds in the same way."""
    out = _simplified.convert(text)
    return out if len(out) == len(text) else "".join(_one(c) for c in text)


def _one(char):
    out = _simplified.convert(char)
    return out if len(out) == 1 else char


def side(contexts):
    bucket = int(hashlib.sha256("\n".join(contexts).encode()).hexdigest()[:8], 16) % 100
    return "apart" if bucket < 15 else "calibrate" if bucket < 25 else "train"


def documents(name, folder):
    """Yields (side, paragraphs as they stand in the file, title) for each document of a set."""
    for file in SETS[name]:
        with open(os.path.join(folder, file), encoding="utf-8-sig") as f:
            data = json.load(f)["data"]
        for entry in data:
            groups = [[p] for p in entry["paragraphs"]] if name == "dureader" else [entry["paragraphs"]]
            for group in groups:
                yield side([p["context"] for p in group]), group, entry.get("title", "")


def paragraphs(name, folder, wanted):
    """The paragraphs of one side of a set, in simplified characters, with their questions."""
    out = []
    for number, (where, group, title) in enumerate(documents(name, folder)):
        if where != wanted:
            continue
        for p in group:
            text = simplified(p["context"])
            heading = simplified(str(p.get("title") or title or "")).replace("_", " ")
            questions = []
            for q in p["qas"]:
                answers = [simplified(str(a["text"])) for a in q["answers"] if str(a["text"]).strip()]
                if q.get("is_impossible") or not answers:
                    questions.append(Question(simplified(q["question"]), [], -1, -1))
                    continue
                start = q["answers"][0].get("answer_start", -1)
                if start < 0 or text[start : start + len(answers[0])] != answers[0]:
                    start = text.find(answers[0])
                if start >= 0:
                    questions.append(Question(simplified(q["question"]), answers, start, start + len(answers[0])))
            out.append(Paragraph(f"{name}-{number}", heading, text, questions))
    return out
