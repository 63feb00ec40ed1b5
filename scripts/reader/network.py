"""The reader's network: the encoder of bge-small-zh-v1.5 (BERT, 4 layers of 512) with five small heads."""

import re
import unicodedata

import numpy
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

CLS, SEP = 101, 102
MAX_QUESTION, MAX_TITLE, MAX_EVIDENCE = 96, 24, 320  # tokens
LAYERS, WIDTH, HEADS, INNER = 4, 512, 8, 2048


class Layer(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, 1e-12), nn.LayerNorm(WIDTH, 1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask):
        batch, length, _ = x.shape

        def split(t):
            return t.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        if mask is None:  # one sequence at a time, as it is exported: nothing to mask
            weights = torch.softmax(q @ k.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5, -1)
            seen = weights @ v
        else:
            seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.norm1(x + self.dropout(self.output(seen.transpose(1, 2).reshape(batch, length, WIDTH))))
        return self.norm2(x + self.dropout(self.outer(functional.gelu(self.inner(x)))))


class Reader(nn.Module):
    """ids and types [batch, length] in; spans [batch, length, 2] (start, end), marks [batch, 2] (answerable,
    grounded) and names [batch, length, 9] (none, then begin and go on of each kind in names.py) out, all logits."""

    def __init__(self, dropout=0.1):
        super().__init__()
        self.words, self.places, self.types = nn.Embedding(21128, WIDTH), nn.Embedding(512, WIDTH), nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, 1e-12)
        self.layers = nn.ModuleList([Layer(dropout) for _ in range(LAYERS)])
        self.dropout = nn.Dropout(dropout)
        self.span, self.mark, self.name = nn.Linear(WIDTH, 2), nn.Linear(WIDTH, 2), nn.Linear(WIDTH, 9)

    def forward(self, ids, types, mask=None):
        x = self.words(ids) + self.places.weight[: ids.shape[1]][None] + self.types(types)
        x = self.dropout(self.norm(x))
        if mask is not None:
            mask = mask[:, None, None, :].bool()
        for layer in self.layers:
            x = layer(x, mask)
        return self.span(x), self.mark(x[:, 0]), self.name(x)


def base(folder, dropout=0.1):
    """The network with the weights of the base model's ONNX file."""
    graph = onnx.load(f"{folder}/bge-small-zh-v1.5.onnx").graph
    weights = {t.name: torch.tensor(numpy_helper.to_array(t).copy()) for t in graph.initializer}
    products = {n.name: weights[i] for n in graph.node if n.op_type == "MatMul" for i in n.input if i in weights}
    net = Reader(dropout)
    state = net.state_dict()
    for name, source in (("words", "word"), ("places", "position"), ("types", "token_type")):
        state[f"{name}.weight"] = weights[f"embeddings.{source}_embeddings.weight"]
    for part in ("weight", "bias"):
        state[f"norm.{part}"] = weights[f"embeddings.LayerNorm.{part}"]
    for n in range(LAYERS):
        for name, source in (
            ("query", "attention.self.query"),
            ("key", "attention.self.key"),
            ("value", "attention.self.value"),
            ("output", "attention.output.dense"),
            ("inner", "intermediate.dense"),
            ("outer", "output.dense"),
        ):
            state[f"layers.{n}.{name}.weight"] = products[f"/encoder/layer.{n}/{source.replace('.', '/')}/MatMul"].T
            state[f"layers.{n}.{name}.bias"] = weights[f"encoder.layer.{n}.{source}.bias"]
        for name, source in (("norm1", "attention.output"), ("norm2", "output")):
            for part in ("weight", "bias"):
                state[f"layers.{n}.{name}.{part}"] = weights[f"encoder.layer.{n}.{source}.LayerNorm.{part}"]
    net.load_state_dict(state)
    net.words.weight.requires_grad_(False)
    return net


def restored(net, path):
    """Gives net the weights of a reader.onnx or checker.onnx as export.py writes them, as far as their eight bits tell.
    The word embeddings are left: training does not move them. So are heads that a checker has not."""
    graph = onnx.load(path).graph
    weights = {t.name.removeprefix("net."): torch.tensor(numpy_helper.to_array(t).astype(numpy.float32)) for t in graph.initializer}

    def plain(name):
        name = name.removeprefix("net.").removesuffix("_quantized")
        return (weights[name + "_quantized"] - weights[name + "_zero_point"]) * weights[name + "_scale"]

    state = net.state_dict()
    state.update({name: weights[name] for name in state if name in weights})
    state["types.weight"] = plain("types.weight")
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            at = re.match(r"/(?:net/)?(.+?)/(?:Gemm_)?MatMul_quant", node.name).group(1).replace("/", ".")
            state[f"{at}.weight"] = plain(node.input[1]).T
    net.load_state_dict(state)


def trained(folder, path):
    """The network with the weights of a checkpoint, or of a reader.onnx as far as its eight bits tell them."""
    net = base(folder, dropout=0.0)
    if path.endswith(".onnx"):
        restored(net, path)
    else:
        net.load_state_dict(torch.load(path)["net"])
    return net.eval()


def folded(text):
    """Full-width and capital letters as plain ones, rune for rune, so that offsets stay; the model's vocabulary has no others."""
    return "".join(_fold(c) for c in text)


def _fold(char):
    for form in (unicodedata.normalize("NFKC", char), char):
        if len(form) == 1 and len(form.lower()) == 1:
            return form.lower()
    return char


class Encoder:
    """[CLS] question or claim [SEP] title：evidence [SEP]"""

    def __init__(self, folder):
        self.tokenizer = Tokenizer.from_file(f"{folder}/bge-small-zh-v1.5-tokenizer.json")
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    def ids(self, text):
        return self.tokenizer.encode(folded(text), add_special_tokens=False)

    def __call__(self, first, title, evidence):
        """ids, where the second segment begins, where the evidence begins, and the evidence's offsets in runes."""
        a = self.ids(first).ids[:MAX_QUESTION]
        t = self.ids(title).ids[:MAX_TITLE] + self.ids("：").ids if title else []
        e = self.ids(evidence)
        ids = [CLS, *a, SEP, *t, *e.ids[:MAX_EVIDENCE], SEP]
        return ids, len(a) + 2, len(a) + 2 + len(t), e.offsets[:MAX_EVIDENCE]


def padded(rows):
    """rows of (ids, second segment) as tensors ids, types, mask."""
    length = max(len(r[0]) for r in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    types, mask = ids.clone(), torch.zeros(len(rows), length)
    for i, (tokens, second) in enumerate(rows):
        ids[i, : len(tokens)] = torch.tensor(tokens)
        types[i, second : len(tokens)] = 1
        mask[i, : len(tokens)] = 1
    return ids, types, mask


def area(held, scores):
    """Area under the ROC curve."""
    held, scores = numpy.asarray(held, bool), numpy.asarray(scores)
    ranks = scores.argsort().argsort() + 1
    n, m = held.sum(), (~held).sum()
    return float((ranks[held].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")
