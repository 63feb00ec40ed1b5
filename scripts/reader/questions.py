"""Training examples for reading: (question, title, evidence, start, end), start = -1 where it holds no answer."""

import re

from claims import reword
from passages import Likeness, pieces, sentences, window, without


def examples(paragraphs, rnd):
    """For each question two windows that hold the answer and one or two that do not: out of the
    same document or close to the question's words, as retrieval would bring them; and often the
    window without the sentence that answers."""
    stretches = []
    for p in paragraphs:
        stretches += [(p, a, b) for a, b in pieces(p.text, rnd.choice((120, 180, 240)))]
    likeness = Likeness([p.title + p.text[a:b] for p, a, b in stretches])
    out = []
    for p in paragraphs:
        for q in p.questions:
            if q.start < 0:
                a, b = window(p.text, (0, 1), rnd.choice((160, 240, 300)), rnd)
                out.append((q.text, p.title, p.text[a:b], -1, -1))
            else:
                a, b = window(p.text, (q.start, q.end), rnd.choice((80, 140, 200, 280)), rnd)
                out.append((q.text, p.title, p.text[a:b], q.start - a, q.end - a))
                a, b = window(p.text, (q.start, q.end), rnd.choice((60, 110, 160)), rnd)
                out.append((q.text, p.title, p.text[a:b], q.start - a, q.end - a))
                # the same passage without the sentence that answers: near in every word, and no answer
                a, b = window(p.text, (q.start, q.end), rnd.choice((140, 200, 280)), rnd)
                rest = without(p.text, a, b, q.start)
                if rnd.random() < 0.6 and len(rest) > 20 and not any(x in rest for x in q.answers):
                    out.append((q.text, p.title, rest, -1, -1))
            wrong = [
                (o, a, b)
                for o, a, b in (stretches[i] for i in likeness.best(q.text, 12))
                if not any(x in o.text[a:b] for x in q.answers) and (o is not p or q.start >= 0)
            ]
            same = [w for w in wrong if w[0].document == p.document]
            other = [w for w in wrong if w[0].document != p.document]
            chosen, negatives = [], rnd.choice((1, 2))
            if same and rnd.random() < 0.7:
                chosen.append(rnd.choice(same[:3]))
            while other and len(chosen) < negatives:
                # the best ones are the likeliest to be met
                chosen.append(other.pop(min(int(rnd.expovariate(0.7)), len(other) - 1)))
            for o, a, b in chosen[:negatives]:
                out.append((q.text, o.title, o.text[a:b], -1, -1))
    rnd.shuffle(out)
    return out


# ---- questions out of sentences -------------------------------------------------------------------------

_ASK = {
    "PER": ("谁", "谁", "什么人", "哪位"),
    "LOC": ("哪里", "什么地方", "哪个地方", "哪儿", "何处"),
    "ORG": ("哪个机构", "什么组织", "哪家单位", "什么机构", "哪家公司"),
    "TIME": ("什么时候", "何时", "哪一年", "什么时间", "几时"),
    "m": ("多少", "多少", "几"),
    "nz": ("什么", "哪个", "什么"),
    "nw": ("什么作品", "哪部作品", "什么"),
    "nr": ("谁",),
    "ns": ("哪里", "什么地方"),
    "nt": ("哪个机构", "什么组织"),
    "t": ("什么时候", "何时"),
    "n": ("什么",),
}
_FIGURE = re.compile(r"^[约近超逾]?[\d,.，〇零一二三四五六七八九十百千万亿两]+")


def cloze(paragraphs, tag, rnd, most=6):
    """Sentences of the evidence with a name, a time or a figure asked for in its place: for the span heads,
    which need many more answers to point at than people have asked for."""
    out = []
    for p in paragraphs:
        made = 0
        cut = sentences(p.text)
        rnd.shuffle(cut)
        for a, b in cut:
            sentence = p.text[a:b]
            if not 12 <= len(sentence) <= 140:
                continue
            at, targets = 0, []
            for word, kind in tag(sentence):
                found = sentence.find(word, at)
                if found < 0:
                    continue
                at = found + len(word)
                if kind in _ASK and len(word) > 1 and (kind != "n" or rnd.random() < 0.1) and sentence.count(word) == 1:
                    targets.append((found, at, kind))
            if not targets:
                continue
            start, end, kind = rnd.choice(targets)
            left = max((sentence.rfind(c, 0, start) for c in "，,；：:"), default=-1) + 1
            right = min((i for i in (sentence.find(c, end) for c in "，,；。！？!?") if i >= 0), default=len(sentence))
            if rnd.random() < 0.5:  # with the clauses ahead, which often hold the subject
                left = 0
            word = rnd.choice(_ASK[kind])
            figure = _FIGURE.match(sentence[start:end]) if kind == "m" else None
            if kind == "m" and (not figure or figure.group() in ("一", "两")):
                continue
            if figure:
                word += sentence[start + figure.end() : end]
            if kind == "TIME" and sentence[start:end].endswith("年"):
                word = rnd.choice(("哪年", "哪一年", "什么时候", "何时"))
            ahead, behind = sentence[left:start].lstrip("，,；："), sentence[end:right]
            if rnd.random() < 0.6:
                ahead, behind = reword(ahead, rnd, 2), reword(behind, rnd, 2)
            question = ahead + word + behind
            if len(question) < len(word) + 4 or len(question) > 70:
                continue
            if rnd.random() < 0.5:
                question += rnd.choice(("？", "?"))
            x, y = window(p.text, (a + start, a + end), rnd.choice((70, 120, 170)), rnd)
            out.append((question, p.title, p.text[x:y], a + start - x, a + end - x))
            made += 1
            if made == most:
                break
    rnd.shuffle(out)
    return out
