"""Measure a pair: accuracy alone, the judge on the draft's own steps, and the likelihood rule beside it.

    python3 evaluate.py --base checkpoints/base.pt --draft checkpoints/draft.pt --set dev --count 300
"""
import argparse
import json
import math
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import torch

from checker import grade
from problems import FAMILIES, generate_fresh, held_out
from sample import generate, last_logits
from tokenizer import Tokenizer
from turns import JUDGE_REFERENCE, JUDGE_SHORT, PROMPT, STEP_END

DEV_SEED = 424_242
BOXED = re.compile(r"\\boxed\{(\d+)\}")


def problem_set(name, count):
    if name == "heldout":
        return held_out()[:count]
    rng = random.Random(DEV_SEED)
    return [generate_fresh(rng, family=FAMILIES[i % 4]) for i in range(count)]


def accuracy(model, t, problems, temperature, seed=0):
    outs = generate(model, t, [t.encode(PROMPT.format(p.text)) for p in problems], temperature, limit=600, seed=seed)
    right, per = 0, {f: [0, 0] for f in FAMILIES}
    for p, o in zip(problems, outs):
        m = BOXED.search(t.decode(o))
        ok = bool(m) and int(m.group(1)) == p.answer
        right += ok
        per[p.family][0] += ok
        per[p.family][1] += 1
    return right / len(problems), {f: round(a / max(1, b), 3) for f, (a, b) in per.items()}


def on_policy_steps(draft, t, problems, temperature=0.6, seed=0, dtype=torch.float32):
    """The draft's next step after every right prefix: (problem, k, text, grade)."""
    where, prompts = [], []
    for p in problems:
        for k in range(len(p.steps)):
            prefix = PROMPT.format(p.text) + "".join(s + STEP_END for s in p.steps[:k])
            where.append((p, k))
            prompts.append(t.encode(prefix))
    outs = generate(draft, t, prompts, temperature, limit=56, step_only=True, seed=seed, dtype=dtype, batch=200)
    result = []
    for (p, k), o in zip(where, outs):
        ended = o and o[-1] == t.think_end
        text = t.decode([i for i in o if i != t.think_end]).strip()
        final = k == len(p.steps) - 1
        g = grade(p, k, text)
        if g == 9 and bool(ended) != final:
            g = 0
        result.append((p, k, text, g))
    return result


def judge_inputs(t, steps, turn):
    prompts, spans = [], []
    for p, k, text, _ in steps:
        head = t.encode(PROMPT.format(p.text) + "".join(s + STEP_END for s in p.steps[:k]))
        body = t.encode(text)
        prompts.append(head + body + t.encode(STEP_END + turn))
        spans.append((len(head), len(head) + max(1, len(body))))
    return prompts, spans


def auc(scores, good):
    pairs = sorted(zip(scores, good))
    i, total = 0, 0.0
    while i < len(pairs):
        j = i
        while j < len(pairs) and pairs[j][0] == pairs[i][0]:
            j += 1
        total += sum(g for _, g in pairs[i:j]) * (i + j + 1) / 2
        i = j
    n = sum(good)
    m = len(good) - n
    return (total - n * (n + 1) / 2) / max(1, n * m)


def summary(scores, steps, threshold=7):
    good = [g >= 7 for *_, g in steps]
    said = [s >= threshold for s in scores]
    wrong = [not s for s, g in zip(said, good) if not g]
    kept = [s for s, g in zip(said, good) if g]
    return {"agree": round(sum(a == b for a, b in zip(said, good)) / len(good), 4),
            "caught": round(sum(wrong) / max(1, len(wrong)), 4),
            "right_accepted": round(sum(kept) / max(1, len(kept)), 4),
            "auc": round(auc(scores, good), 4), "steps": len(steps), "wrong": len(wrong)}


def judge(base, t, steps, dtype=torch.float32, reference=True):
    out = {}
    for name, turn in (("short", JUDGE_SHORT), ("reference", JUDGE_REFERENCE)):
        if name == "reference" and not reference:
            continue
        prompts, spans = judge_inputs(t, steps, turn)
        logits, ratios = last_logits(base, t, prompts, dtype=dtype, spans=spans if name == "short" else None)
        digits = logits[:, t.digits]
        greedy = digits.argmax(-1).tolist()
        average = (digits.softmax(-1) * torch.arange(10.0)).sum(-1).tolist()
        out[name + "_greedy"] = summary(greedy, steps)
        out[name + "_average"] = summary(average, steps)
        out[name + "_digit_is_top"] = round((logits.argmax(-1)[:, None] == torch.tensor(t.digits)).any(1).float().mean().item(), 4)
        exact = [int(a == g) for a, (*_, g) in zip(greedy, steps)]
        out[name + "_exact_grade"] = round(sum(exact) / len(exact), 4)
        if name == "short":
            score = [min(9, max(0, 9 + 3 * float(r.min()) / math.log(10))) for r in ratios]
            out["likelihood"] = summary(score, steps)
            caught = {}
            for s, (*_, g) in zip(greedy, steps):
                if g < 7:
                    a = caught.setdefault(g, [0, 0])
                    a[0] += s < 7
                    a[1] += 1
            out["caught_by_grade"] = {g: f"{a}/{b}" for g, (a, b) in sorted(caught.items())}
    return out


def reason(base, draft, t, problems, temperature=0.6, seed=0, threshold=7, rule="greedy", most=12):
    """The whole method: draft a step, judge it in one token, keep it or let the base write it again."""
    texts = [[] for _ in problems]
    running, drafted, accepted, right = list(range(len(problems))), 0, 0, 0
    for n in range(most):
        if not running:
            break
        heads = {i: t.encode(PROMPT.format(problems[i].text) + "".join(s + STEP_END for s in texts[i])) for i in running}

        def write(model, which, seed):
            outs = generate(model, t, [heads[i] for i in which], temperature, limit=80, step_only=True, seed=seed, batch=200)
            return {i: (t.decode([x for x in o if x != t.think_end]).strip(), t.think_end in o) for i, o in zip(which, outs)}

        steps = write(draft, running, seed + 100 * n)
        logits, _ = last_logits(base, t, [heads[i] + t.encode(steps[i][0]) + t.encode(STEP_END + JUDGE_SHORT) for i in running])
        digits = logits[:, t.digits]
        scores = digits.argmax(-1) if rule == "greedy" else (digits.softmax(-1) * torch.arange(10.0)).sum(-1)
        bad = [i for i, s in zip(running, scores.tolist()) if s < threshold]
        drafted += len(running)
        accepted += len(running) - len(bad)
        if bad:
            steps.update(write(base, bad, seed + 100 * n + 50))
        still = []
        for i in running:
            text, ended = steps[i]
            texts[i].append(text)
            if ended:
                m = re.search(r"So the answer is (\d+)\.", text)
                right += bool(m) and int(m.group(1)) == problems[i].answer
            else:
                still.append(i)
        running = still
    return {"right": round(right / len(problems), 4), "steps": drafted, "accepted": round(accepted / drafted, 4),
            "threshold": threshold, "rule": rule}


def read(path, which):
    if path.endswith(".gguf"):
        from export import load_gguf
        return load_gguf(path)
    from model import load
    return load(path, which)[0]


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--base")
    a.add_argument("--draft")
    a.add_argument("--weights", default="average", choices=("average", "state"))
    a.add_argument("--set", default="dev")
    a.add_argument("--count", type=int, default=300)
    a.add_argument("--temperature", type=float, default=0.6)
    a.add_argument("--seed", type=int, default=0)
    a.add_argument("--greedy", action="store_true", help="also accuracy at temperature 0")
    a.add_argument("--no-accuracy", action="store_true")
    a.add_argument("--json")
    a = a.parse_args()
    torch.set_num_threads(1)
    t = Tokenizer()
    problems = problem_set(a.set, a.count)
    report = {"set": a.set, "problems": len(problems), "temperature": a.temperature, "top_p": 0.95, "seed": a.seed}
    models = {n: read(getattr(a, n), a.weights) for n in ("base", "draft") if getattr(a, n)}
    for n, m in models.items():
        if not a.no_accuracy:
            report[n + "_alone"], report[n + "_by_family"] = accuracy(m, t, problems, a.temperature, a.seed)
            if a.greedy:
                report[n + "_greedy_alone"] = accuracy(m, t, problems, 0)[0]
    if "draft" in models:
        steps = on_policy_steps(models["draft"], t, problems, a.temperature, a.seed)
        report["draft_step_right"] = round(sum(g >= 7 for *_, g in steps) / len(steps), 4)
        if "base" in models:
            report["judge"] = judge(models["base"], t, steps)
            if not a.no_accuracy:
                report["pair"] = [reason(models["base"], models["draft"], t, problems, a.temperature, a.seed, rule=r)
                                  for r in ("greedy", "average")]
    print(json.dumps(report, indent=1))
    if a.json:
        with open(a.json, "w") as f:
            json.dump(report, f, indent=1)


if __name__ == "__main__":
    main()
