"""A small decoder of the qwen2 shape, written for training on a CPU: plain products and softmax, bf16 activations,
fp32 weights kept as one stacked tensor per kind so that the optimiser works on all layers at once."""
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

EPS = 1e-6
ROPE_BASE = 10000.0


@dataclass
class Config:
    vocab: int
    width: int = 128
    layers: int = 8
    ff: int = 384
    head: int = 32
    exit_layer: int = 4        # language-model loss is also taken here; 0: not at all
    first_wrong_layer: int = 6  # per-token heads for training the judge, dropped at export
    wrong_layer: int = 7

    @property
    def heads(self):
        return self.width // self.head

    dict = asdict


class Model(nn.Module):
    def __init__(self, c, seed=0):
        super().__init__()
        self.c = c
        g = torch.Generator().manual_seed(seed)

        def normal(*shape, std):
            return nn.Parameter(torch.randn(*shape, generator=g) * std)

        L, d, f = c.layers, c.width, c.ff
        self.embed = normal(c.vocab, d, std=0.7)
        self.qkv = normal(L, 3 * d, d, std=d ** -0.5)
        self.qkv_bias = nn.Parameter(torch.zeros(L, 3 * d))
        self.out = nn.Parameter(torch.zeros(L, d, d))
        self.gate_up = normal(L, 2 * f, d, std=d ** -0.5)
        self.down = nn.Parameter(torch.zeros(L, d, f))
        self.norm1 = nn.Parameter(torch.ones(L, d))
        self.norm2 = nn.Parameter(torch.ones(L, d))
        self.norm_out = nn.Parameter(torch.ones(d))
        self.head = normal(c.vocab, d, std=0.02)
        self.exit_norm = nn.Parameter(torch.ones(d))
        self.first_wrong = nn.Parameter(torch.zeros(d + 1))
        self.wrong = nn.Parameter(torch.zeros(d + 1))

    def rope(self, pos):
        """cos and sin [B, 1, T, head] for halves rotated NEOX-wise."""
        h = self.c.head
        inv = ROPE_BASE ** (-torch.arange(0, h, 2, dtype=torch.float32) / h)
        a = pos[:, None, :, None].float() * inv
        a = torch.cat([a, a], -1)
        return a.cos(), a.sin()

    def block(self, l, x, w, cos, sin, attend):
        """One layer; attend(l, q, k, v) -> mixed values."""
        B, T, d = x.shape
        c = self.c
        h = F.rms_norm(x, (d,), w["norm1"][l], EPS)
        q, k, v = F.linear(h, w["qkv"][l], w["qkv_bias"][l]).view(B, T, 3, c.heads, c.head).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        x = x + F.linear(attend(l, q, k, v).transpose(1, 2).reshape(B, T, d), w["out"][l])
        h = F.rms_norm(x, (d,), w["norm2"][l], EPS)
        gate, up = F.linear(h, w["gate_up"][l]).chunk(2, -1)
        return x + F.linear(F.silu(gate) * up, w["down"][l])

    def weights(self, dtype):
        names = ("embed", "qkv", "qkv_bias", "out", "gate_up", "down", "norm1", "norm2", "norm_out", "head",
                 "exit_norm", "first_wrong", "wrong")
        return {n: (getattr(self, n).to(dtype).unbind(0) if getattr(self, n).dim() > 1 and n not in ("embed", "head")
                    else getattr(self, n).to(dtype)) for n in names}

    def forward(self, tok, pos, mask, dtype=torch.bfloat16):
        """Hidden states after the layers in question: {layer: [B, T, d]}, and the weights in dtype."""
        w = self.weights(dtype)
        cos, sin = (t.to(dtype) for t in self.rope(pos))
        scale = self.c.head ** -0.5

        def attend(l, q, k, v):
            return Attention.apply(q * scale, k, v, mask)

        x, kept = F.embedding(tok, w["embed"]), {}
        for l in range(self.c.layers):
            x = self.block(l, x, w, cos, sin, attend)
            kept[l + 1] = x
        return kept, w

    def logits(self, x, w, norm="norm_out"):
        return F.linear(F.rms_norm(x, (x.shape[-1],), w[norm], EPS), w["head"])


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat([-b, a], -1) * sin


class Attention(torch.autograd.Function):
    """Softmax attention under a 0/1 mask. PyTorch's own softmax costs three times its exponential in bf16 on a CPU,
    so this one leaves out the subtraction of the maximum (scores are clamped instead) and divides after the product."""

    @staticmethod
    def forward(ctx, q, k, v, mask):
        e = (q @ k.transpose(-1, -2)).clamp_(-60, 60).exp_().mul_(mask)
        inverse = 1 / (e @ e.new_ones(e.shape[-1], 1))      # a sum would be taken over a copy in fp32
        o = (e @ v) * inverse
        ctx.save_for_backward(q, k, v, e, inverse, o)
        return o

    @staticmethod
    def backward(ctx, do):
        q, k, v, e, inverse, o = ctx.saved_tensors
        do = do * inverse
        dv = e.transpose(-1, -2) @ do
        ds = (do @ v.transpose(-1, -2)).sub_((do * o).sum(-1, keepdim=True)).mul_(e)
        return ds @ k, ds.transpose(-1, -2) @ q, dv, None


def tree_mask(branch, limit, dtype=torch.bfloat16):
    """[B, 1, T, T], 1 where seen: a trunk token sees the trunk before it; a branch token sees the trunk up to where
    the branch leaves it, and its own branch."""
    T = branch.shape[1]
    before = torch.ones(T, T, dtype=torch.bool).tril()
    j = torch.arange(T, dtype=limit.dtype)
    trunk = (branch == 0)[:, None, :] & (j[None, None, :] < limit[:, :, None])
    own = (branch[:, :, None] == branch[:, None, :]) & before
    return (trunk | own).to(dtype)[:, None]


class Cache:
    """Keys and values of a batch whose rows have their own lengths: the slot of a token is its position."""

    def __init__(self, model, rows, size, dtype=torch.float32):
        c = model.c
        self.model, self.dtype, self.size = model, dtype, size
        self.k = torch.zeros(c.layers, rows, c.heads, size, c.head, dtype=dtype)
        self.v = torch.zeros_like(self.k)
        self.w = model.weights(dtype)

    @torch.no_grad()
    def run(self, tok, pos):
        """Feed [B, T] tokens at their positions; hidden states after the last layer."""
        m = self.model
        cos, sin = (t.to(self.dtype) for t in m.rope(pos))
        rows = torch.arange(tok.shape[0])[:, None]
        seen = int(pos.max()) + 1
        bias = torch.zeros(tok.shape[0], 1, tok.shape[1], seen, dtype=self.dtype)
        bias.masked_fill_(torch.arange(seen)[None, None, None, :] > pos[:, None, :, None], -30000.0)

        def attend(l, q, k, v):
            self.k[l][rows, :, pos] = k.transpose(1, 2)
            self.v[l][rows, :, pos] = v.transpose(1, 2)
            K, V = self.k[l][:, :, :seen], self.v[l][:, :, :seen]
            return (q * m.c.head ** -0.5 @ K.transpose(-1, -2) + bias).softmax(-1) @ V

        x = F.embedding(tok, self.w["embed"])
        for l in range(m.c.layers):
            x = m.block(l, x, self.w, cos, sin, attend)
        return x

    def logits(self, x):
        return self.model.logits(x, self.w).float()


def save(model, path, **extra):
    torch.save({"config": model.c.dict(), "state": model.state_dict(), **extra}, path)


def load(path, which="state"):
    data = torch.load(path, map_location="cpu", weights_only=False)
    m = Model(Config(**data["config"]))
    m.load_state_dict(data[which] if which in data else data["state"])
    return m, data
