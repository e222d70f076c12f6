"""The tokenizer: byte-level BPE with the gpt-2 pre-tokenizer, every word and every number one token.

Building needs the `tokenizers` package; encoding and decoding need only tokenizer.json and the standard library.
"""
import json
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PATH = os.path.join(HERE, "tokenizer.json")
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"]
PRE = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
SPECIAL_SPLIT = re.compile("(" + "|".join(re.escape(s) for s in SPECIAL) + ")")


def byte_symbols():
    """GPT-2's printable stand-ins for the 256 bytes."""
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table, extra = {}, 0
    for b in range(256):
        if b in keep:
            table[b] = chr(b)
        else:
            table[b] = chr(256 + extra)
            extra += 1
    return table


class Tokenizer:
    def __init__(self, path=PATH):
        with open(path, encoding="utf-8") as f:
            data = json.load(f)
        self.tokens, self.merges, self.used = data["tokens"], [tuple(m) for m in data["merges"]], data["used"]
        self.ids = {t: i for i, t in enumerate(self.tokens)}
        self.ranks = {m: i for i, m in enumerate(self.merges)}
        self.symbols = byte_symbols()
        self.bytes = {c: b for b, c in self.symbols.items()}
        self.cache = {}
        self.eos, self.pad = self.ids["<|im_end|>"], self.ids["<|endoftext|>"]
        self.think_end = self.ids["</think>"]
        self.newline = self.ids["Ċ"]
        self.digits = [self.ids[str(d)] for d in range(10)]

    def word(self, piece):
        """Ids of one pre-token: merge by rank."""
        if piece in self.cache:
            return self.cache[piece]
        parts = [self.symbols[b] for b in piece.encode("utf-8")]
        while len(parts) > 1:
            best = min(range(len(parts) - 1), key=lambda i: self.ranks.get((parts[i], parts[i + 1]), 1 << 30))
            if (parts[best], parts[best + 1]) not in self.ranks:
                break
            parts[best:best + 2] = [parts[best] + parts[best + 1]]
        ids = [self.ids[p] for p in parts]
        self.cache[piece] = ids
        return ids

    def encode(self, text):
        out = []
        for i, part in enumerate(SPECIAL_SPLIT.split(text)):
            if i % 2:
                out.append(self.ids[part])
            elif part:
                for piece in PRE.findall(part):
                    out.extend(self.word(piece))
        return out

    def decode(self, ids):
        out = bytearray()
        for i in ids:
            t = self.tokens[i]
            out += t.encode() if t in SPECIAL else bytes(self.bytes[c] for c in t if c in self.bytes)
        return out.decode("utf-8", errors="replace")


def corpus_words(count=20000, seed=5):
    """Every pre-token of a sample of problems, of the judge turns and of the numbers, whitespace runs left out:
    with no merge over newlines a blank line is two tokens wherever it stands, generated or re-read."""
    from mistakes import corrupt
    from problems import MAX_VALUE, generate_fresh
    from turns import EARLIER_TURN, JUDGE_REFERENCE, JUDGE_SHORT, full_text
    rng, words = random.Random(seed), set()
    texts = [JUDGE_SHORT, JUDGE_REFERENCE, EARLIER_TURN.format("", 0)]
    for _ in range(count):
        p = generate_fresh(rng)
        texts.append(full_text(p))
        texts.append(corrupt(rng, p, 0))
    texts += [f"{n} {n}" for n in range(MAX_VALUE + 11)]
    for text in texts:
        for part in SPECIAL_SPLIT.split(text)[::2]:
            words.update(w for w in PRE.findall(part) if w.strip())
    return sorted(words)


def build(path=PATH):
    from tokenizers import Tokenizer as HF, models, pre_tokenizers, trainers
    hf = HF(models.BPE())
    hf.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    words = corpus_words()
    trainer = trainers.BpeTrainer(vocab_size=20000, min_frequency=1, special_tokens=SPECIAL, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    hf.train_from_iterator(words, trainer)
    model = json.loads(hf.to_str())["model"]
    merges = [m if isinstance(m, list) else m.split(" ") for m in model["merges"]]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    used = len(tokens)
    while len(tokens) % 32:
        tokens.append(f"<|unused_{len(tokens) - used}|>")
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"used": used, "tokens": tokens, "merges": merges}, f, ensure_ascii=False, indent=0)
    t = Tokenizer(path)
    split = [w for w in words if len(t.word(w)) > 1]
    assert not split, split
    assert all(not set(m[0] + m[1]) <= {"Ċ", "Ġ"} for m in t.merges)
    print(len(words), "words,", used, "tokens, padded to", len(tokens))


if __name__ == "__main__":
    sys.path.insert(0, HERE)
    build()
