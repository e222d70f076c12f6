"""Make a model of a larger shape that computes what a trained one computes, as the start of further training.

    python3 grow.py base OLD.pt OLD_TOKENIZER.json        # or OLD.gguf, which lacks the judge's training heads

New channels of the residual stream start at zero (no embedding, no layer writes them), so the norms' means shrink by a
known factor, which their gains take back. New heads and feed-forward units read at random and write nothing yet. A new
layer writes nothing either. Words the old tokenizer lacks get new embeddings.
"""
import argparse
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import torch

from evaluate import read
from model import Config, Model, save
from tokenizer import Tokenizer
from train import CHECKPOINTS, SHAPES


def grow(old, rows, shape, seed=0):
    """old: a Model; rows: for every token of the new vocabulary its row in the old one, or -1."""
    new = Model(Config(vocab=len(rows), **shape), seed)
    a, b = old.c, new.c
    L, d, D, f, F = a.layers, a.width, b.width, a.ff, b.ff
    gain = (d / D) ** 0.5
    known = torch.tensor([i for i, r in enumerate(rows) if r >= 0])
    source = torch.tensor([r for r in rows if r >= 0])
    with torch.no_grad():
        for n in ("embed", "head"):
            matrix = getattr(new, n)
            matrix[known, :d] = getattr(old, n)[source]
        new.embed[known, d:] = 0
        for n in ("norm_out", "exit_norm"):
            getattr(new, n)[:d] = getattr(old, n) * gain
        for n in ("first_wrong", "wrong"):
            getattr(new, n)[:d] = getattr(old, n)[:-1] * gain
            getattr(new, n)[-1] = getattr(old, n)[-1]
        for n in ("norm1", "norm2"):
            getattr(new, n)[:L, :d] = getattr(old, n) * gain
        qkv, bias = new.qkv.view(b.layers, 3, D, D), new.qkv_bias.view(b.layers, 3, D)
        qkv[:L, :, :d, :d] = old.qkv.view(L, 3, d, d)
        qkv[:L, :, :d, d:] = 0
        bias[:L, :, :d] = old.qkv_bias.view(L, 3, d)
        new.out[:L, :d, :d] = old.out
        units = new.gate_up.view(b.layers, 2, F, D)
        units[:L, :, :f, :d] = old.gate_up.view(L, 2, f, d)
        units[:L, :, :f, d:] = 0
        new.down[:L, :d, :f] = old.down
    return new


def main():
    a = argparse.ArgumentParser()
    a.add_argument("kind", choices=sorted(SHAPES))
    a.add_argument("old")
    a.add_argument("old_tokenizer")
    a = a.parse_args()
    old = read(a.old, "average")
    with open(a.old_tokenizer, encoding="utf-8") as f:
        before = {x: i for i, x in enumerate(json.load(f)["tokens"])}
    t = Tokenizer()
    rows = [before.get(x, -1) if i < t.used else -1 for i, x in enumerate(t.tokens)]
    new = grow(old, rows, dict(SHAPES[a.kind]))
    os.makedirs(CHECKPOINTS, exist_ok=True)
    save(new, os.path.join(CHECKPOINTS, f"{a.kind}-start.pt"))
    print(sum(p.numel() for p in old.parameters()), "->", sum(p.numel() for p in new.parameters()), "parameters;",
          "new words:", [x for i, (x, r) in enumerate(zip(t.tokens, rows)) if r < 0 and i < t.used])


if __name__ == "__main__":
    main()
