"""Sample the draft after right prefixes of many problems, let the checker grade its steps, and write a pool that the
base's training picks up.

    python3 onpolicy.py --draft checkpoints/draft.pt --problems 20000 --seed 11
"""
import argparse
import collections
import os
import pickle
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import torch

from evaluate import DEV_SEED, on_policy_steps, problem_set, read
from problems import generate_fresh, text_hash
from tokenizer import Tokenizer


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--draft", required=True)
    a.add_argument("--weights", default="average")
    a.add_argument("--problems", type=int, default=20000)
    a.add_argument("--temperature", type=float, default=0.6)
    a.add_argument("--seed", type=int, default=11)
    a.add_argument("--out")
    a = a.parse_args()
    assert a.seed != DEV_SEED
    torch.set_num_threads(1)
    t, rng = Tokenizer(), random.Random(a.seed)
    dev = {text_hash(p.text) for p in problem_set("dev", 1000)}
    model = read(a.draft, a.weights)
    pool, grades = [], collections.Counter()
    for chunk in range(0, a.problems, 500):
        problems = [p for p in (generate_fresh(rng) for _ in range(500)) if text_hash(p.text) not in dev]
        by_problem = {id(p): (p, {}) for p in problems}
        for p, k, text, g in on_policy_steps(model, t, problems, a.temperature, a.seed + chunk):
            grades[g] += 1
            if g < 7:
                by_problem[id(p)][1].setdefault(k, []).append((text, g))
        pool += [v for v in by_problem.values() if v[1]]
    path = a.out or os.path.join(HERE, "checkpoints", f"onpolicy-{a.seed}.pkl")
    with open(path + ".tmp", "wb") as f:
        pickle.dump(pool, f)
    os.replace(path + ".tmp", path)
    print(len(pool), "problems with a wrong step;", dict(sorted(grades.items())))


if __name__ == "__main__":
    main()
