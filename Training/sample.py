"""Batched sampling and scoring with a cache."""
import torch

from model import Cache


def pick(logits, temperature, top_p, generator):
    """One token per row: greedy at temperature 0, else nucleus sampling."""
    if temperature == 0:
        return logits.argmax(-1)
    p, order = (logits / temperature).softmax(-1).sort(-1, descending=True)
    p = p.masked_fill(p.cumsum(-1) - p > top_p, 0)
    return order.gather(-1, torch.multinomial(p, 1, generator=generator)).squeeze(-1)


def padded(prompts, fill):
    longest = max(map(len, prompts))
    return (torch.tensor([p + [fill] * (longest - len(p)) for p in prompts]),
            torch.tensor([len(p) for p in prompts]))


@torch.no_grad()
def generate(model, t, prompts, temperature=0.6, top_p=0.95, limit=64, step_only=False, seed=0, batch=100,
             dtype=torch.float32):
    """Continuations (lists of ids, the stopping token included). step_only: stop after a blank line or </think>."""
    g = torch.Generator().manual_seed(seed)
    results = [None] * len(prompts)
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    for at in range(0, len(order), batch):
        rows = order[at:at + batch]
        tok, lengths = padded([prompts[i] for i in rows], t.pad)
        cache = Cache(model, len(rows), tok.shape[1] + limit, dtype)
        pos = torch.arange(tok.shape[1])[None].expand_as(tok)
        x = cache.run(tok, pos)[torch.arange(len(rows)), lengths - 1]
        out, alive, pos = [[] for _ in rows], [True] * len(rows), lengths.clone()
        for _ in range(limit):
            chosen = pick(cache.logits(x), temperature, top_p, g)
            for i, c in enumerate(chosen.tolist()):
                if not alive[i]:
                    continue
                out[i].append(c)
                if c == t.eos or (step_only and (c == t.think_end or out[i][-2:] == [t.newline] * 2)):
                    alive[i] = False
            if not any(alive):
                break
            x = cache.run(chosen[:, None], pos[:, None])[:, 0]
            pos += 1
        for i, r in zip(rows, out):
            results[i] = r
    return results


@torch.no_grad()
def last_logits(model, t, prompts, batch=100, dtype=torch.float32, spans=None):
    """Logits after each prompt; with spans [(start, end)] also, per prompt, the log-probability ratios
    log p(token) / max p of the tokens start..end."""
    outs, ratios = [None] * len(prompts), [None] * len(prompts)
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    for at in range(0, len(order), batch):
        rows = order[at:at + batch]
        tok, lengths = padded([prompts[i] for i in rows], t.pad)
        cache = Cache(model, len(rows), tok.shape[1], dtype)
        x = cache.run(tok, torch.arange(tok.shape[1])[None].expand_as(tok))
        final = cache.logits(x[torch.arange(len(rows)), lengths - 1])
        for n, i in enumerate(rows):
            outs[i] = final[n]
            if spans:
                a, b = spans[i]
                lp = cache.logits(x[n, a - 1:b - 1]).log_softmax(-1)
                ids = tok[n, a:b]
                ratios[i] = lp.gather(1, ids[:, None])[:, 0] - lp.max(-1).values
    return torch.stack(outs), ratios
