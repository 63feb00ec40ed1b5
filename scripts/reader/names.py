"""Training examples for names: (text, [(start, end, kind)]), as LAC (Apache-2.0) tags them.

Short pieces and claims as well as whole sentences, because that is what is looked at later."""

import re

from passages import sentences

KINDS = ("person", "place", "organisation", "other")
_KIND = {"PER": 0, "nr": 0, "LOC": 1, "ns": 1, "ORG": 2, "nt": 2, "nz": 3, "nw": 3}


def examples(paragraphs, tag, rnd, most=5):
    out = []
    for p in paragraphs:
        cut = sentences(p.text)
        rnd.shuffle(cut)
        texts = [p.text[a:b] for a, b in cut[:most]] + [q.text for q in p.questions[:2]]
        for text in texts:
            if rnd.random() < 0.3:
                text = rnd.choice(re.split(r"[，,；;]", text))
            if not 4 <= len(text) <= 140:
                continue
            at, found = 0, []
            for word, kind in tag(text):
                start = text.find(word, at)
                if start < 0:
                    continue
                at = start + len(word)
                if kind in _KIND and len(word) > 1:
                    found.append((start, at, _KIND[kind]))
            out.append((text, found))
    rnd.shuffle(out)
    return out
