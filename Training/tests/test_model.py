import os
import random
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
RESOURCES = os.path.join(HERE, "..", "..", "Sources", "DemoPair", "Resources")

try:
    import torch
    torch.set_num_threads(1)
except ImportError:
    torch = None
try:
    import gguf
except ImportError:
    gguf = None


def small():
    from model import Config, Model
    from tokenizer import Tokenizer
    m = Model(Config(vocab=len(Tokenizer().tokens), width=64, layers=2, ff=64, exit_layer=0), seed=1)
    g = torch.Generator().manual_seed(2)
    for p in (m.out, m.down):       # zero at the start: nothing would mix
        p.data = torch.randn(p.shape, generator=g) * 0.2
    return m


@unittest.skipIf(torch is None, "PyTorch is not installed")
class TreeRows(unittest.TestCase):
    def test_branches_see_what_a_flat_text_would_show(self):
        from model import Cache, tree_mask
        from problems import generate_fresh
        from rows import Builder, pad
        b, m = Builder(5), small()
        row = b.row(generate_fresh(random.Random(6)), rights=2, wrongs=2)
        tok, pos, branch, limit = (torch.from_numpy(x).long() for x in pad([row], b.t.pad)[:4])
        with torch.no_grad():
            kept, w = m(tok, pos, tree_mask(branch, limit, torch.float32), torch.float32)
        for n in range(1, int(branch.max()) + 1):
            at = (branch[0] == n).nonzero()[:, 0]
            cut = int(limit[0, at[0]])
            flat = torch.cat([tok[0, :cut], tok[0, at]])[None]
            x = Cache(m, 1, flat.shape[1]).run(flat, torch.arange(flat.shape[1])[None])
            self.assertLess((x[0, -1] - kept[2][0, at[-1]]).abs().max().item(), 1e-3)

    def test_labels_point_at_the_first_wrong_token(self):
        from problems import generate_fresh
        from rows import COLUMNS, Builder
        b = Builder(7)
        for _ in range(30):
            row = dict(zip(COLUMNS, b.row(generate_fresh(b.rng), rights=2, wrongs=3)))
            for n in range(1, int(row["branch"].max()) + 1):
                at = row["branch"] == n
                grade = row["digit"][at].max()
                self.assertIn(grade, range(10))
                self.assertEqual((row["first_wrong"][at] == 1).sum(), int(grade < 7))
                self.assertEqual((row["wrong"][at] == 1).any(), grade < 7)
                off = (row["fetch"][at] >= 0) & (row["fetch"][at] != row["tok"][at])
                self.assertLessEqual(off.sum(), 1)

    def test_only_one_that_is_to_write_checks_learns_to(self):
        from problems import CHECKED, generate_fresh
        from rows import COLUMNS, Builder
        for checks in (True, False):
            b = Builder(8, checks)
            correct, read, learned = b.t.encode(" " + CHECKED)[-2], 0, 0
            for _ in range(20):
                row = dict(zip(COLUMNS, b.row(generate_fresh(b.rng))))
                read += (row["tok"] == correct).sum()
                learned += (row["target"] == correct).sum()
                # What follows a check is learnt from all.
                self.assertIn(b.t.eos, row["target"])
            self.assertGreater(read, 20)
            self.assertEqual(learned, read if checks else 0)

    def test_attention_matches_softmax(self):
        from model import Attention
        g = torch.Generator().manual_seed(0)
        q, k, v = (torch.randn(2, 2, 7, 8, dtype=torch.float64, generator=g, requires_grad=True) for _ in range(3))
        mask = torch.ones(7, 7, dtype=torch.float64).tril()
        want = (q @ k.transpose(-1, -2)).masked_fill(mask == 0, -1e9).softmax(-1) @ v
        got = Attention.apply(q, k, v, mask)
        self.assertTrue(torch.allclose(got, want, atol=1e-5))
        up = torch.ones_like(want)
        for a, b in zip(torch.autograd.grad(want, (q, k, v), up), torch.autograd.grad(got, (q, k, v), up)):
            self.assertTrue(torch.allclose(a, b, atol=1e-5))


@unittest.skipIf(torch is None, "PyTorch is not installed")
class Growth(unittest.TestCase):
    def test_a_grown_model_computes_what_the_old_one_does(self):
        from grow import grow
        from model import Cache
        old, g = small(), torch.Generator().manual_seed(3)
        for name in ("norm1", "norm2", "norm_out", "qkv_bias"):
            p = getattr(old, name)
            p.data += torch.randn(p.shape, generator=g) * 0.1
        rows = list(range(old.c.vocab))[::-1] + [-1] * 32          # tokens in another order, and new ones
        new = grow(old, rows, dict(width=96, layers=3, ff=96, head=32, exit_layer=0))
        ids = torch.randint(0, old.c.vocab, (1, 20), generator=g)
        pos = torch.arange(20)[None]
        a, b = Cache(old, 1, 20), Cache(new, 1, 20)
        want = a.logits(a.run(ids, pos))
        got = b.logits(b.run(old.c.vocab - 1 - ids, pos))
        self.assertLess((got[..., :old.c.vocab].flip(-1) - want).abs().max().item(), 1e-3)


@unittest.skipIf(torch is None or gguf is None, "PyTorch or gguf is not installed")
class Files(unittest.TestCase):
    def test_write_and_read_back(self):
        import tempfile
        from export import load_gguf, write
        m = small()
        with tempfile.TemporaryDirectory() as d:
            path = os.path.join(d, "x.gguf")
            write(m, path, "test")
            back = load_gguf(path)
        for name in ("embed", "qkv", "qkv_bias", "out", "gate_up", "down", "norm1", "norm_out", "head"):
            a, b = getattr(m, name).detach(), getattr(back, name).detach()
            self.assertEqual(a.shape, b.shape)
            self.assertLessEqual((a - b).abs().max().item(), a.abs().max().item() / 100)

    def test_shipped_files_say_what_they_should(self):
        for name in ("base", "draft"):
            path = os.path.join(RESOURCES, f"demo-{name}-q8_0.gguf")
            if not os.path.exists(path):
                self.skipTest("not exported")
            r = gguf.GGUFReader(path)
            get = lambda k: r.fields[k].contents()
            self.assertEqual(get("general.architecture"), "qwen2")
            self.assertEqual((get("tokenizer.ggml.model"), get("tokenizer.ggml.pre")), ("gpt2", "gpt-2"))
            self.assertEqual(get("qwen2.embedding_length") // get("qwen2.attention.head_count"), 32)
            self.assertFalse(get("tokenizer.ggml.add_bos_token"))
            self.assertNotIn("tokenizer.ggml.bos_token_id", r.fields)


if __name__ == "__main__":
    unittest.main()
