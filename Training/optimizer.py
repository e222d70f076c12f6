"""Muon for the matrices of the blocks, AdamW for everything else."""
import torch


def orthogonal(g, dtype):
    """Newton-Schulz on a stack of matrices [n, a, b]."""
    x = g.to(dtype)
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2)
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.transpose(1, 2)
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return (x.transpose(1, 2) if tall else x).float()


class Muon:
    """parts: [(stacked parameter [L, n * rows, cols], n)]: each of the n blocks is a matrix of its own.
    Every step adds a matrix of norm 1 times the rate, so weights grow without bound unless they decay: with a decay of
    0.01 two runs diverged after 3000 steps."""

    def __init__(self, parts, lr=0.01, momentum=0.95, decay=0.15, dtype=torch.bfloat16):
        self.parts, self.lr, self.momentum, self.decay, self.dtype = parts, lr, momentum, decay, dtype
        self.buffers = [torch.zeros_like(p) for p, _ in parts]

    @torch.no_grad()
    def step(self, factor):
        for (p, n), m in zip(self.parts, self.buffers):
            g = p.grad
            m.lerp_(g, 1 - self.momentum)
            u = g.lerp(m, self.momentum)
            L, r, c = u.shape
            u = orthogonal(u.view(L * n, r // n, c), self.dtype).view(L, r, c)
            p.mul_(1 - self.lr * factor * self.decay)
            p.add_(u, alpha=-self.lr * factor * max(1, r / n / c) ** 0.5)

    def state(self):
        return self.buffers

    def restore(self, buffers):
        self.buffers = buffers


def build(model, muon_lr=0.007, adam_lr=0.0025, muon_decay=0.15, dtype=torch.bfloat16):
    matrices = [(model.qkv, 3), (model.out, 1), (model.gate_up, 2), (model.down, 1)]
    taken = {id(p) for p, _ in matrices}
    rest = [p for p in model.parameters() if id(p) not in taken]
    return Muon(matrices, muon_lr, decay=muon_decay, dtype=dtype), torch.optim.AdamW(rest, lr=adam_lr, betas=(0.9, 0.98), weight_decay=0.0), adam_lr
