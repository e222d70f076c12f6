"""Training rows: a problem with its right chain as the trunk and judged steps as branches, packed under a tree mask.

Per token: id, position, branch (0 is the trunk), limit (how much of the trunk it sees), next-token target, digit
target, and labels for the judge's training heads: "the step is first wrong here", "the step is wrong so far", and the
token that would have been right here. -1 means: no loss here.
"""
import random

import numpy as np

from mistakes import corrupt
from problems import CHECKED, generate_fresh, worked_example
from tokenizer import Tokenizer
from turns import CLOSING, EARLIER_TURN, JUDGE_REFERENCE, JUDGE_SHORT, PROMPT, STEP_END

# How often the base is to count back what it has counted. That it is done must stay likely: the likelihood judge takes
# three points off for every factor of ten between what is written and what is likeliest.
CHECKED_SHARE = 0.75
# How often the steps of a trunk are counted back, row by row, whatever is to be learnt there: the base reads the
# draft's steps and its own in any mixture.
SHOWN_SHARES = (0, 0.5, 1, 1)
COLUMNS = ("tok", "pos", "branch", "limit", "target", "digit", "first_wrong", "wrong", "fetch")


class Row:
    def __init__(self):
        self.columns = [[] for _ in COLUMNS]

    def add(self, ids, pos, branch, limits, targets=None, digit=None, first_wrong=None, wrong=None, fetch=None):
        n = len(ids)
        none = [-1] * n
        for column, values in zip(self.columns, (ids, range(pos, pos + n), [branch] * n, limits, targets or none,
                                                 digit or none, first_wrong or none, wrong or none, fetch or none)):
            column.extend(values)

    def __len__(self):
        return len(self.columns[0])

    def array(self):
        return np.array(self.columns, dtype=np.int16)


class Builder:
    """checks: whether the model is to write checks; one that is not reads them, and learns to go on after them."""

    def __init__(self, seed, checks=True):
        self.checks = checks
        self.rng = random.Random(seed)
        self.t = Tokenizer()
        self.short, self.reference = self.t.encode(JUDGE_SHORT), self.t.encode(JUDGE_REFERENCE)
        self.end = self.t.encode(STEP_END)
        self.check = self.t.encode(" " + CHECKED)[0]
        self.pool = []          # on-policy: (problem, {k: [(text, grade)]})

    def earlier_turns(self):
        out = ""
        for _ in range(self.rng.randint(1, 3)):
            p = generate_fresh(self.rng)
            out += EARLIER_TURN.format(p.text, p.answer)
        return out

    def row(self, problem, rights=0, wrongs=0, drawn=None, chat=False, reference=False):
        """rights, wrongs: how many right and wrong steps to judge. drawn: {k: [(text, grade)]} sampled candidates."""
        t, rng = self.t, self.rng
        prefix = t.encode((self.earlier_turns() if chat else "") + PROMPT.format(problem.text))
        ids, starts, unlearned, terse, ends = list(prefix), [], set(), [], []
        shown = rng.choice(SHOWN_SHARES)
        for i, s in enumerate(problem.steps):
            starts.append(len(ids))
            ids += t.encode(s)
            end = len(ids)
            if rng.random() < shown:
                ids = ids[:starts[-1]] + t.encode(problem.checked(i))
            terse.append(len(ids) == end)
            if s != problem.checked(i):
                ends.append(end - 1)
            if not self.checks and not terse[-1]:
                unlearned.update(range(end - 1, len(ids)))
            if i < len(problem.steps) - 1:
                ids += self.end
        last = len(ids)
        ids += t.encode(CLOSING.format(problem.answer))
        n = len(ids)
        targets = [-1] * (len(prefix) - 1) + ids[len(prefix):] + [-1]
        if self.checks:
            for i in ends:
                targets[i] = self.check if rng.random() < CHECKED_SHARE else self.end[0]
        targets = [-1 if i in unlearned else x for i, x in enumerate(targets)]
        judged = rights or wrongs
        flags = [-1] * len(prefix) + [0] * (last - len(prefix)) + [-1] * (n - last) if judged else None
        row = Row()
        row.add(ids, 0, 0, range(1, n + 1), targets, None, flags, flags)
        turn = self.reference if reference else self.short
        final = len(problem.steps) - 1
        branch = 0

        def judge(step, grade, at, first=None, right=()):
            """A branch: the candidate's tokens (none for the right step, which is in the trunk), then the turn."""
            nonlocal branch
            branch += 1
            ids = step + turn + [t.digits[grade], t.eos]
            m = len(step)
            digit = [-1] * len(ids)
            digit[-3] = grade
            targets = [-1] * len(ids)
            targets[-2] = t.eos
            so_far = [-1] * len(ids)
            here = [-1] * len(ids)
            fetch = [-1] * len(ids)
            if first is not None:
                for i in range(m):
                    so_far[i] = int(i >= first)
                    if i <= first:
                        here[i] = int(i == first)
                        if i < len(right):
                            fetch[i] = right[i]
            row.add(ids, at, branch, [at] * len(ids), targets, digit, here, so_far, fetch)

        def candidate(k, text, grade):
            step = t.encode(text) + self.end
            right = t.encode(problem.steps[k]) + self.end
            first = next((i for i, x in enumerate(step) if i >= len(right) or x != right[i]), len(step) - 1)
            judge(step, grade, starts[k], first if grade < 7 else len(step), right if grade < 7 else ())

        ks = list(range(len(problem.steps)))
        right_ks = rng.sample(ks, min(rights, len(ks)))
        wrong_left = wrongs
        if drawn:
            for k in rng.sample(sorted(drawn), len(drawn)):
                for text, g in drawn[k]:
                    if g < 7 and wrong_left > 0:
                        candidate(k, text, g)
                        wrong_left -= 1
        # half of the synthetic wrong steps stand where a right one is judged too: minimal pairs
        for i in range(wrong_left):
            k = right_ks[i % len(right_ks)] if right_ks and rng.random() < 0.5 else rng.choice(ks)
            text = corrupt(rng, problem, k)
            from checker import grade as check
            candidate(k, text, check(problem, k, text))
        for k in right_ks:
            if k == final:
                judge(list(self.end), 9, last, 2)
            elif not terse[k] and rng.random() < 0.75:
                candidate(k, problem.steps[k], 9)
            else:
                judge([], 9, starts[k + 1])
        return row.array()

    def drill(self):
        """Arithmetic alone, many times denser than in problems; only results count."""
        text = "".join(f" {worked_example(self.rng)}, so" for _ in range(self.rng.randint(20, 40)))
        ids, equals = self.t.encode(text), self.t.encode(" =")[0]
        row = Row()
        row.add(ids, 0, 0, range(1, len(ids) + 1),
                [after if x == equals else -1 for x, after in zip(ids, ids[1:])] + [-1])
        return row.array()

    def one(self, easy, judged, drilled):
        """A random row. easy: short problems; judged: share of rows with judge branches; drilled: of arithmetic."""
        rng = self.rng
        if rng.random() < drilled:
            return self.drill()
        if rng.random() < judged:
            reference = rng.random() < 0.12
            count = 2 if reference else 3
            if self.pool and rng.random() < 0.6:
                problem, drawn = rng.choice(self.pool)
                return self.row(problem, count, count, drawn, reference=reference)
            return self.row(generate_fresh(rng), count, count, chat=rng.random() < 0.05, reference=reference)
        if easy and rng.random() < easy:
            return self.row(generate_fresh(rng, steps=rng.choice((2, 2, 3))))
        return self.row(generate_fresh(rng), chat=rng.random() < 0.3)

    def batches(self, tokens, easy, judged, drilled=0.0, rows=192):
        """A list of padded batches [columns, B, T] from a pool of rows sorted by length."""
        pool = sorted((self.one(easy, judged, drilled) for _ in range(rows)), key=lambda r: r.shape[1])
        out, current = [], []
        for r in pool + [None]:
            if r is None or (current and r.shape[1] * (len(current) + 1) > tokens):
                out.append(pad(current, self.t.pad))
                current = []
            if r is not None:
                current.append(r)
        self.rng.shuffle(out)
        return out


def pad(rows, pad_id):
    T = max(r.shape[1] for r in rows)
    out = np.full((len(COLUMNS), len(rows), T), -1, dtype=np.int16)
    out[0], out[1], out[2], out[3] = pad_id, 0, -1, 0
    for i, r in enumerate(rows):
        out[:, i, :r.shape[1]] = r
    return out
