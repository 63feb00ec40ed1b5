"""Training examples as the product meets them: for each question the passages that its own search finds, whole,
instead of windows that are drawn, and single sentences of them, which it reads once more by themselves. What is found
and holds no answer is the near miss that counts.

usage: mined.py BINARY DATA OUT.json [SEED]
BINARY is zhiwen, DATA the question sets. Documents for training only are searched (corpus.py, written.py); OUT is
what train.py --mined reads: rows (question, title, passage, start, end, kind) as those of questions.py, where kind is
mined, or mined-written for those about written documents."""

import collections
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile

import corpus
import written
from passages import pairs, sentences

FOUND = 8  # the product reads six; two more come up when the document of the answer is not there
MISSES = 2  # near misses a question
BLANK = 0.5  # of the questions also see their passage without what answers
KEPT = 0.42  # of what holds no answer: more would teach to refuse, and less to point at the answer
ALONE, ALONE_MISS = 0.5, 0.3  # of the passages with the answer and without also give one sentence alone


def collection(name, data):
    """(articles, questions) of a set's training side: ID to (title, text), and (text, answers, article ID, start)."""
    articles, asked = {}, []
    if name == "written":
        for d in written.documents("train"):
            at = f"{name}-{len(articles)}"
            articles[at] = (d.title, "\n\n".join(d.lines))
            asked += [(q, [a] if a else [], at, -1) for q, a in d.questions]
        return articles, asked
    for p in corpus.paragraphs(name, data, "train"):
        at = f"{name}-{len(articles)}"
        articles[at] = (p.title, p.text)
        asked += [(q.text, q.answers, at, q.start) for q in p.questions]
    return articles, asked


def searched(binary, articles, asked):
    """The passages found for each question: [(article ID, text)], best first."""
    with tempfile.TemporaryDirectory() as folder:
        store, lines, batch = (os.path.join(folder, n) for n in ("store", "articles.jsonl", "questions.jsonl"))
        with open(lines, "w", encoding="utf-8") as f:
            for at, (title, text) in articles.items():
                print(json.dumps({"id": at, "title": title, "text": text}, ensure_ascii=False), file=f)
        with open(batch, "w", encoding="utf-8") as f:
            for n, q in enumerate(asked):
                print(json.dumps({"id": str(n), "question": q[0]}, ensure_ascii=False), file=f)
        subprocess.run([binary, "--store", store, "ingest", lines], check=True, stdout=subprocess.DEVNULL)
        out = subprocess.run([binary, "--store", store, "search", "--batch", batch, "-k", str(FOUND)], check=True, stdout=subprocess.PIPE)
    found = {}
    for line in out.stdout.decode().splitlines():
        hit = json.loads(line)
        found[int(hit["id"])] = [(h["article_id"], h["text"]) for h in hit.get("hits") or []]
    return [found.get(n, []) for n in range(len(asked))]


def place(passage, text, start, answer):
    """Where in a passage the very place of the text stands that answers, -1 where it does not: the same words elsewhere
    may be there by chance."""
    if start < 0:
        if text.count(answer) != 1:
            return -1
        start = text.find(answer)
    for around in (16, 8, 4):
        a = max(0, start - around)
        piece = text[a : start + len(answer) + around]
        if "\n" not in piece and passage.count(piece) == 1:
            return passage.find(piece) + start - a
    return -1


def without(passage, answers):
    """The passage without the sentences that hold an answer."""
    return "".join(passage[a:b] for a, b in sentences(passage) if not any(x in passage[a:b] for x in answers)).strip()


def alone(rows, rnd):
    """Rows with, for some of them, the sentence alone that answers, or that looks most like the question."""
    out = []
    for question, title, passage, start, end, kind in rows:
        if start < 0 and rnd.random() >= KEPT:
            continue
        out.append((question, title, passage, start, end, kind))
        cut = sentences(passage)
        if len(cut) < 2 or rnd.random() >= (ALONE if start >= 0 else ALONE_MISS):
            continue
        if start < 0:
            asked = set(pairs(question))
            a, b = max(cut, key=lambda c: len(asked & set(pairs(passage[c[0] : c[1]]))))
            out.append((question, title, passage[a:b], -1, -1, kind))
        for a, b in cut if start >= 0 else ():
            if a <= start and end <= b and b - a > end - start + 3:
                out.append((question, title, passage[a:b], start - a, end - a, kind))
    return out


# Paragraphs of an article in which names are introduced, and runes of a sentence around one. The program looks into
# six; the weights that are kept saw what stands in forty.
OPENING, INTRODUCED = 40, 48


class Introductions:
    """What an article says elsewhere of what a passage lacks of the question, as rag/introduced.go finds it; here pairs
    of runes, weighted by how few articles hold them, stand for words."""

    def __init__(self, articles):
        self.articles, self.known = articles, {}
        held = collections.Counter(p for title, text in articles.values() for p in set(pairs(title + text)))
        self.weight = lambda p: math.log((len(articles) + 1) / (held[p] + 0.5)) if held[p] else 0

    def opening(self, at):
        if at not in self.known:
            lines = self.articles[at][1].split("\n\n")[:OPENING]
            cut = [line[a:b].strip() for line in lines for a, b in sentences(line)]
            self.known[at] = [(s, set(pairs(s))) for s in cut]
        return self.known[at]

    def ahead(self, question, at, passage, answers):
        missing = set(pairs(question)) - set(pairs(self.articles[at][0])) - set(pairs(passage))
        out = []
        for _ in range(2):
            most, line, held = max(
                ((sum(map(self.weight, missing & own)), s, own) for s, own in self.opening(at) if not any(a in s for a in answers)), key=lambda x: x[0], default=(0, "", set())
            )
            if most < RARE:
                break
            first = min((line.find(p) for p in missing & held if p in line), default=0)
            start = max(0, min(first - INTRODUCED // 3, len(line) - INTRODUCED))
            out.append(line[start : start + INTRODUCED] + "\n")
            missing -= held
        return "".join(out)


RARE = 3.0  # a word that one article in twenty holds, or two that a third do


def examples(articles, asked, found, rnd, kind):
    out, names = [], Introductions(articles)

    def add(question, answers, at, passage, start=-1, end=-1):
        ahead = names.ahead(question, at, passage, answers)
        n = len(ahead) if start >= 0 else 0
        out.append((question, articles[at][0], ahead + passage, start + n, end + n, kind))

    for (question, answers, at, start), hits in zip(asked, found):
        misses = []
        for article, passage in hits:
            held = [x for x in answers if x in passage]
            if not held:
                misses.append((article, passage))
            elif article == at:
                answer = answers[0] if answers[0] in held else held[0]
                where = place(passage, articles[at][1], start, answer)
                if where >= 0:
                    add(question, answers, at, passage, where, where + len(answer))
                rest = without(passage, answers)
                if rnd.random() < BLANK and len(re.sub(r"\W", "", rest)) > 20:
                    add(question, answers, at, rest)
        for _ in range(MISSES):  # the likelier the better they were found
            if misses:
                add(question, answers, *misses.pop(min(int(rnd.expovariate(0.5)), len(misses) - 1)))
    return out


def main():
    binary, data, path = sys.argv[1:4]
    rnd = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 7)
    rows = []
    for name in (*corpus.SETS, "written"):
        articles, asked = collection(name, data)
        kind = "mined-written" if name == "written" else "mined"
        made = examples(articles, asked, searched(binary, articles, asked), rnd, kind)
        print(name, len(articles), "articles,", len(asked), "questions,", sum(r[3] >= 0 for r in made), "with the answer,", sum(r[3] < 0 for r in made), "without", flush=True)
        rows += alone(made, rnd)
    rnd.shuffle(rows)
    with open(path, "w", encoding="utf-8") as f:
        json.dump(rows, f, ensure_ascii=False)


if __name__ == "__main__":
    main()
