"""Train the base or the draft on one core. Resumable: the checkpoint holds weights, averages and optimiser state.

    python3 train.py draft --steps 1320
    python3 train.py base  --minutes 53 --tokens 2048
"""
import argparse
import glob
import multiprocessing as mp
import os
import pickle
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
CHECKPOINTS = os.path.join(HERE, "checkpoints")

SHAPES = {
    "base": dict(width=256, layers=8, ff=768, exit_layer=4, first_wrong_layer=6, wrong_layer=7),
    "draft": dict(width=64, layers=2, ff=160, exit_layer=0, first_wrong_layer=0, wrong_layer=0),
}


clock = time.process_time       # a pause or a busy machine must not shorten the schedule


def produce(queue, phase, seed, tokens, checks):
    """Makes batches beside the training process; picks up new on-policy pools as they appear."""
    os.nice(10)
    from rows import Builder
    b = Builder(seed, checks)
    known = set()
    while True:
        for path in sorted(glob.glob(os.path.join(CHECKPOINTS, "onpolicy*.pkl"))):
            if path not in known:
                with open(path, "rb") as f:
                    b.pool = (pickle.load(f) + b.pool)[:60000]
                known.add(path)
        for batch in b.batches(tokens, *phase):
            queue.put(batch)


def losses(model, batch, torch, F, weights, dtype):
    from model import tree_mask
    c = model.c
    tok, pos, branch, limit, target, digit, first_wrong, wrong, fetch = (torch.from_numpy(x).long() for x in batch)
    kept, w = model(tok, pos, tree_mask(branch.short(), limit.short(), dtype), dtype)
    top = kept[c.layers]
    out = {}
    at = target >= 0
    logits = model.logits(top[at], w).float()
    out["lm"] = F.cross_entropy(logits, target[at])
    with torch.no_grad():
        out["acc"] = (logits.argmax(-1) == target[at]).float().mean()
    if c.exit_layer and weights["exit"]:
        out["exit"] = F.cross_entropy(model.logits(kept[c.exit_layer][at], w, "exit_norm").float(), target[at])
    at = digit >= 0
    if at.any():
        logits = model.logits(top[at], w).float()
        goal = digit[at] + weights["digit0"]
        out["digit"] = F.cross_entropy(logits, goal)
        with torch.no_grad():
            d = logits[:, weights["digit0"]:weights["digit0"] + 10].argmax(-1)
            good = digit[at] >= 7
            out["right_ok"] = (d[good] >= 7).float().mean()
            out["wrong_ok"] = (d[~good] < 7).float().mean()
    for name, layer, label in (("first_wrong", c.first_wrong_layer, first_wrong), ("wrong", c.wrong_layer, wrong)):
        at = label >= 0
        if layer and at.any() and (label == 1).any():
            h = F.rms_norm(kept[layer][at], (c.width,))
            z = (h * w[name][:-1]).sum(-1).float() + w[name][-1].float()
            y = label[at].float()
            ce = F.binary_cross_entropy_with_logits(z, y, reduction="none")
            out[name] = (ce * y).sum() / y.sum() + (ce * (1 - y)).sum() / (1 - y).sum()
            with torch.no_grad():
                out[name + "_tp"] = ((z > 0).float() * y).sum() / y.sum()
                out[name + "_fp"] = ((z > 0).float() * (1 - y)).sum() / (1 - y).sum()
    # The token one would have written here, to be known one layer above the early exit: what the comparison needs.
    # Where the candidate goes wrong it differs from the token that stands here, so it must come from the one before.
    at = fetch >= 0
    if c.exit_layer and weights["fetch"] and at.any():
        h = F.rms_norm(kept[c.exit_layer + 1][at], (c.width,))
        logits = F.linear(h, w["head"]).float()
        ce = F.cross_entropy(logits, fetch[at], reduction="none")
        off = (fetch[at] != tok[at]).float()
        out["fetch"] = (ce * off).sum() / off.sum().clamp(min=1) + 0.5 * (ce * (1 - off)).sum() / (1 - off).sum().clamp(min=1)
        with torch.no_grad():
            out["fetch_acc"] = ((logits.argmax(-1) == fetch[at]).float() * off).sum() / off.sum().clamp(min=1)
    return out


def main():
    a = argparse.ArgumentParser()
    a.add_argument("kind", choices=sorted(SHAPES))
    a.add_argument("--name")
    a.add_argument("--minutes", type=float, default=53)
    a.add_argument("--tokens", type=int, default=6144)
    a.add_argument("--muon", type=float, default=0.007)
    a.add_argument("--adam", type=float, default=0.0025)
    a.add_argument("--muon-decay", type=float, default=0.15)
    a.add_argument("--lm-first", type=float, default=0.05, help="share of the time before judge rows start")
    a.add_argument("--judged", type=float, default=0.85)
    a.add_argument("--drilled", type=float, default=0.0, help="share of rows with arithmetic alone; a third of it at the end")
    a.add_argument("--decay", type=float, default=0.5, help="the learning rate falls to zero over this last share")
    a.add_argument("--digit", type=float, default=0.5)
    a.add_argument("--aux", type=float, default=0.25)
    a.add_argument("--exit", type=float, default=0.3)
    a.add_argument("--fetch", type=float, default=0.25)
    a.add_argument("--steps", type=int, default=0, help="run by steps instead of minutes")
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--threads", type=int, default=1)
    a.add_argument("--float32", action="store_true", help="faster where bf16 products are not: see README")
    a.add_argument("--width", type=int)
    a.add_argument("--layers", type=int)
    a.add_argument("--ff", type=int)
    a.add_argument("--start", help="begin from this checkpoint's weights, with a fresh schedule")
    a = a.parse_args()
    a.name = a.name or a.kind

    import torch
    import torch.nn.functional as F
    import optimizer
    from model import Config, Model, load, save
    from tokenizer import Tokenizer
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    t = Tokenizer()
    os.makedirs(CHECKPOINTS, exist_ok=True)
    path = os.path.join(CHECKPOINTS, a.name + ".pt")
    shape = dict(SHAPES[a.kind])
    shape.update({k: v for k, v in (("width", a.width), ("layers", a.layers), ("ff", a.ff)) if v})
    model = Model(Config(vocab=len(t.tokens), **shape), a.seed)
    dtype = torch.float32 if a.float32 else torch.bfloat16
    muon, adam, adam_lr = optimizer.build(model, a.muon, a.adam, a.muon_decay, dtype)
    average = {k: v.clone() for k, v in model.state_dict().items()}
    step, spent, seen = 0, 0.0, 0
    if os.path.exists(path):
        data = torch.load(path, weights_only=False)
        model.load_state_dict(data["state"])
        average, step, spent, seen = data["average"], data["step"], data["spent"], data["seen"]
        muon.restore(data["muon"])
        adam.load_state_dict(data["adam"])
    elif a.start:
        started, data = load(a.start)
        model.load_state_dict(started.state_dict())
        average = data.get("average", average)
    log = open(os.path.join(CHECKPOINTS, a.name + ".log"), "a", buffering=1)
    print(vars(a), model.c, sum(p.numel() for p in model.parameters()), "parameters", file=log)

    ctx = mp.get_context("fork")
    phase = ctx.Array("d", [1.0, 0.0, 0.0])
    queue = ctx.Queue(24)
    worker = ctx.Process(target=produce, args=(queue, phase, a.seed * 1000 + step, a.tokens, a.kind == "base"), daemon=True)
    worker.start()
    weights = {"exit": a.exit, "fetch": a.fetch, "digit0": t.digits[0]}
    assert t.digits == list(range(t.digits[0], t.digits[0] + 10))

    def checkpoint():
        save(model, path + ".tmp", average=average, step=step, spent=spent, seen=seen, muon=muon.state(),
             adam=adam.state_dict())
        os.replace(path + ".tmp", path)

    budget, tallies, shown, saved = a.minutes * 60, {}, clock(), clock()
    best, good, scale = 1e9, None, 1.0      # a run that blows up goes back to its last good state with a lower rate

    def snapshot():
        return pickle.dumps((model.state_dict(), average, muon.state(), adam.state_dict()))

    last = clock()
    while True:
        x = step / a.steps if a.steps else spent / budget
        if x >= 1:
            break
        factor = min(1, (step + 1) / 100) * (1 if x < 1 - a.decay else max(0.0, (1 - x) / a.decay))
        phase[0] = max(0.0, 1 - x / 0.05) * 0.7 + 0.15
        phase[1] = a.judged if (a.kind == "base" and x >= a.lm_first) else 0.0
        phase[2] = a.drilled if x < 0.75 else a.drilled / 3
        batch = queue.get()
        out = losses(model, batch, torch, F, weights, dtype)
        loss = out["lm"]
        if "exit" in out:
            loss = loss + a.exit * out["exit"]
        if "fetch" in out:
            loss = loss + a.fetch * out["fetch"]
        if "digit" in out:
            loss = loss + a.digit * out["digit"]
        for name in ("first_wrong", "wrong"):
            if name in out:
                loss = loss + a.aux * out[name]
        for p in model.parameters():
            p.grad = None
        loss.backward()
        for p in model.parameters():
            if p.grad is None:
                p.grad = torch.zeros_like(p)
        torch.nn.utils.clip_grad_norm_([p for g in adam.param_groups for p in g["params"]], 1.0)
        muon.step(factor * scale)
        for g in adam.param_groups:
            g["lr"] = adam_lr * factor * scale
        adam.step()
        keep = min(0.998, 1 - 1 / (step + 10))
        with torch.no_grad():
            for k, v in model.state_dict().items():
                average[k].lerp_(v, 1 - keep)
        step += 1
        seen += int((batch[2] >= 0).sum())
        now = clock()
        spent += now - last
        last = now
        for k, v in out.items():
            v = float(v.detach())
            if v == v or k == "lm":
                n, s = tallies.get(k, (0, 0.0))
                tallies[k] = (n + 1, s + v)
        if now - shown > 20:
            print(f"{spent:6.0f}s step {step} {seen / 1e6:.2f}M {seen / spent:.0f}/s lr {factor:.2f} q{queue.qsize()} "
                  + " ".join(f"{k} {s / n:.4f}" for k, (n, s) in tallies.items()), file=log)
            lm = tallies["lm"][1] / tallies["lm"][0]
            if good and (lm > 3 * best + 0.02 or lm != lm):
                weights_then, average, buffers, adam_state = pickle.loads(good)
                model.load_state_dict(weights_then)
                muon.restore(buffers)
                adam.load_state_dict(adam_state)
                scale *= 0.6
                print("back to the last good state, rate times", scale, file=log)
            elif lm < 1.5 * best + 0.005:
                best = min(best, lm)
                good = snapshot()
            tallies, shown = {}, now
        if now - saved > 120:
            checkpoint()
            saved = clock()
            last = saved
    checkpoint()
    worker.terminate()
    print("done", file=log)


if __name__ == "__main__":
    main()
