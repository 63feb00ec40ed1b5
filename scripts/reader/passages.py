"""Sentences, windows of them, and the passages that look most like a question."""

import collections
import math
import re

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*[”’」』）)]*")


def sentences(text):
    """The sentences of a text as (start, end) in runes."""
    return [(m.start(), m.end()) for m in _SENTENCE.finditer(text)]


def window(text, span, width, rnd):
    """A stretch of whole sentences around span, grown at random up to about width runes, as (start, end)."""
    cut = sentences(text)
    if not cut:
        return 0, len(text)
    left = next((i for i, (a, b) in enumerate(cut) if a <= span[0] < b), 0)
    right = left
    while right + 1 < len(cut) and cut[right][1] < span[1]:
        right += 1
    while True:
        size = cut[right][1] - cut[left][0]
        grow = []
        if left > 0 and size + cut[left - 1][1] - cut[left - 1][0] <= width:
            grow.append(-1)
        if right + 1 < len(cut) and size + cut[right + 1][1] - cut[right + 1][0] <= width:
            grow.append(1)
        if not grow:
            break
        if rnd.choice(grow) < 0:
            left -= 1
        else:
            right += 1
    start, end = cut[left][0], cut[right][1]
    if end - start > 2 * width and span[1] - span[0] < width:  # one very long sentence
        start = max(start, span[0] - rnd.randrange(width // 2))
        end = min(end, max(span[1], start + width))
    return start, end


def without(text, start, end, at):
    """The stretch from start to end without the sentence that rune `at` stands in."""
    a, b = next(((x, y) for x, y in sentences(text) if x <= at < y), (start, end))
    return text[start : max(start, a)] + text[min(b, end) : end]


def pieces(text, width):
    """The text in stretches of whole sentences of at most width runes, as (start, end)."""
    out = []
    for a, b in sentences(text):
        while b - a > width:
            out.append((a, a + width))
            a += width
        if out and b - out[-1][0] <= width and out[-1][1] == a:
            out[-1] = (out[-1][0], b)
        else:
            out.append((a, b))
    return out


def pairs(text):
    """Its pairs of neighbouring runes, without case and punctuation."""
    text = re.sub(r"\W+", "", text.lower())
    return [text[i : i + 2] for i in range(len(text) - 1)]


class Likeness:
    """BM25 over pairs of runes: finds hard negatives as the product's keyword side would."""

    def __init__(self, texts):
        self.postings = collections.defaultdict(list)
        self.lengths = []
        for i, text in enumerate(texts):
            counts = collections.Counter(pairs(text))
            self.lengths.append(sum(counts.values()) or 1)
            for pair, n in counts.items():
                self.postings[pair].append((i, n))
        self.mean = sum(self.lengths) / max(1, len(self.lengths))

    def best(self, query, k):
        scores = collections.defaultdict(float)
        n = len(self.lengths)
        for pair in set(pairs(query)):
            found = self.postings.get(pair, ())
            if len(found) > n / 4:
                continue
            idf = math.log(1 + (n - len(found) + 0.5) / (len(found) + 0.5))
            for i, tf in found:
                scores[i] += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * self.lengths[i] / self.mean))
        return sorted(scores, key=lambda i: (-scores[i], i))[:k]
