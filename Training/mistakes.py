"""Wrong steps made by rule, for training a judge. Needs only the standard library."""
from dataclasses import replace

from checker import NAMES, NUMBER, current_state, grade
from problems import BOYS, DAYS, GIRLS, MAX_VALUE, ORDINALS, RELATIVES, SMALL_GOODS, Step, change, equation


def near(rng, value, avoid=()):
    """Another number, mostly a close one."""
    while True:
        v = value + rng.choice((-1, 1, -2, 2, -10, 10, 3, -3)) if rng.random() < 0.75 else rng.randint(0, MAX_VALUE + 6)
        if v != value and 0 <= v <= MAX_VALUE + 10 and v not in avoid:
            return v


def other_number(rng, problem, value):
    """Another number, mostly one that stands in the problem: the mistake a reader makes."""
    pool = [e.quantity for e in problem.events if e.quantity] + [problem.start]
    pool += [x for e in problem.events for x in e.product] + ([problem.distractor_value] * 2 if problem.distractor else [])
    pool = [v for v in pool if v != value]
    return rng.choice(pool) if pool and rng.random() < 0.6 else near(rng, value)


def carried_on(equations, at, **changes):
    """The equations with one changed at `at`, and the ones after it counted on from its result. A change of c is a slip
    of arithmetic; every other keeps the arithmetic true."""
    wrong = equations[at]._replace(**changes)
    out = list(equations[:at]) + [wrong if "c" in changes else equation(wrong.a, wrong.op, wrong.b)]
    for e in equations[at + 1:]:
        out.append(equation(out[-1].c, e.op, e.b))
    return tuple(out)


def corrupt(rng, problem, k):
    """A wrong candidate for the k-th step, as text. Never equal to a right one, no number above MAX_VALUE + 10."""
    for _ in range(20):
        text = _corrupt(rng, problem, k)
        if (text and "-" not in text.replace(" - ", "") and grade(problem, k, text) < 7
                and all(int(n) <= MAX_VALUE + 10 for n in NUMBER.findall(text))):
            return text
    return "So the answer is 0."


def _corrupt(rng, problem, k):
    s = problem.fields[k]
    r = rng.random()
    if s.form == "final":
        if r < 0.75:
            return f"So the answer is {other_number(rng, problem, s.result) if r < 0.4 else near(rng, s.result)}."
        j = rng.randrange(k)
        return problem.steps[j]
    if r < 0.04:                                     # answers too early
        return f"So the answer is {current_state(problem, k) if rng.random() < 0.6 else problem.answer}."
    if r < 0.10 and k:                               # repeats
        return problem.steps[k - 1 if rng.random() < 0.7 else rng.randrange(k)]
    if r < 0.15:                                     # skips ahead, as the later step would stand
        return problem.steps[rng.randint(k + 1, min(k + 2, len(problem.steps) - 1))]
    if r < 0.18 and problem.distractor:
        state = current_state(problem, k)
        return problem.render(Step("irrelevant", -1, k == 0, state, result=state))
    if r < 0.21:                                     # malformed
        words = problem.steps[k].split(" ")
        i = rng.randrange(len(words))
        if rng.random() < 0.5:
            del words[i]
        elif i + 1 < len(words):
            words[i], words[i + 1] = words[i + 1], words[i]
        return " ".join(words)
    if r < 0.245:                                    # the wrong place, person or thing
        text = problem.steps[k]
        found = list(NAMES.finditer(text))
        if not found:
            return None
        m = rng.choice(found)
        kind = next(g for g in (DAYS, GIRLS + BOYS, SMALL_GOODS, RELATIVES, ORDINALS) if m.group() in g)
        here = [x for x in kind if x in problem.text and x != m.group()]
        other = rng.choice(here if here and rng.random() < 0.6 else [x for x in kind if x != m.group()])
        return text[:m.start()] + other + text[m.end():]
    e = problem.events[s.event]
    at = rng.randrange(len(s.equations))
    old = s.equations[at]

    def worked(**changes):
        equations = carried_on(s.equations, at, **changes)
        return problem.render(replace(s, equations=equations, result=equations[-1].c))

    if s.form == "product":
        n, m = s.state, s.quantity
        if r < 0.5:
            return worked(c=near(rng, s.result))
        if r < 0.75:
            n = other_number(rng, problem, n)
        else:
            m = other_number(rng, problem, m)
        return problem.render(replace(s, state=n, quantity=m, equations=(equation(n, "×", m),)))
    if r < 0.33:                                     # another event from the right total
        others = [i for i in range(len(problem.events)) if i != s.event]
        if not others:
            return None
        j = rng.choice([i for i in others if abs(i - s.event) == 1] if rng.random() < 0.6 else others)
        return problem.render(change(j, problem.events[j], s.first, s.state, problem.events[j].quantity))
    if r < 0.56:                                     # wrong result, carried on
        return worked(c=near(rng, old.c))
    if r < 0.60:                                     # only the restated result is wrong
        return problem.render(replace(s, result=near(rng, s.result)))
    if r < 0.74:                                     # wrong total at the start, arithmetic true
        v = near(rng, s.state) if rng.random() < 0.5 else other_number(rng, problem, s.state)
        return problem.render(change(s.event, e, s.first, v, s.quantity))
    if r < 0.80:                                     # one operand slips
        return worked(a=near(rng, old.a))
    if r < 0.84 and e.kind in ("add", "sub"):
        return worked(b=other_number(rng, problem, old.b))
    if r < 0.90:                                     # wrong operation, arithmetic true
        return worked(op=rng.choice([o for o in "+-×" if o != old.op]))
    if e.kind in ("add", "sub"):                     # wrong quantity, arithmetic true
        return problem.render(change(s.event, e, s.first, s.state, other_number(rng, problem, s.quantity)))
    return None
