"""The exact checker: grades a step against the right chain, 0 to 9. Needs only the standard library."""
import re

from problems import BOYS, CHECKED, DAYS, GIRLS, OPS, ORDINALS, RELATIVES, SMALL_GOODS, Equation, Step, check

NUMBER = re.compile(r"\d+")
CALCULATION = re.compile(r"(\d+) ([+\-×÷]) (\d+) = (\d+)")
WORKED = re.compile(rf"{CALCULATION.pattern}( and {CALCULATION.pattern})?")
CHECK = re.compile(rf" {re.escape(CHECKED)}.*")
FINAL = re.compile(r"So the answer is (\d+)\.")


def skeleton(text):
    """Numbers blanked, the equations made one, and the two wordings that mean the same made one."""
    text = WORKED.sub("=", text)
    return NUMBER.sub("#", text).replace("That leaves", "Now").replace("starts with", "has")


NAMES = re.compile(r"\b(" + "|".join(sorted(DAYS + GIRLS + BOYS + SMALL_GOODS + RELATIVES + ORDINALS, key=len,
                                           reverse=True)) + r")\b")


def nameless(text):
    return NAMES.sub("@", text)


NO_EQUATION = (Equation(0, "+", 0, 0),)


def skeletons(problem):
    """Every well-formed step of this problem: skeleton -> (form, event)."""
    out = {}
    for i, e in enumerate(problem.events):
        if e.product:
            out[skeleton(problem.render(Step("product", i, equations=NO_EQUATION)))] = ("product", i)
        out[skeleton(problem.render(Step("change", i, equations=NO_EQUATION)))] = ("change", i)
    if problem.distractor:
        out[skeleton(problem.render(Step("irrelevant")))] = ("irrelevant", -1)
    return out


def equations(text):
    return [Equation(int(a), op, int(b), int(c)) for a, op, b, c in CALCULATION.findall(text)]


def adds_up(text):
    """Every equation is true, and the second goes on from the first."""
    found = equations(text)
    return (all(e.a == e.b * e.c if e.op == "÷" else OPS[e.op](e.a, e.b) == e.c for e in found)
            and all(e.c == f.a for e, f in zip(found, found[1:])))


def normal(text, k):
    text = text.replace("That leaves", "Now")
    return text.replace("starts with", "has") if k == 0 else text


def grade(problem, k, text):
    """0..9 for a candidate k-th step after the k right ones before it, counted back or not."""
    text, claimed = CHECK.sub("", text.strip()), CHECK.search(text.strip())
    if claimed and claimed.group().strip() != check(equations(text)):
        return 1
    if normal(text, k) == normal(problem.steps[k], k):
        return 9
    if text in problem.steps[:k]:
        return 5
    if FINAL.fullmatch(text):
        return 2
    known = skeletons(problem).get(skeleton(text))
    if known is None:                                # right in form but about something else, or no step at all
        shapes = {nameless(x) for x in skeletons(problem)}
        if nameless(skeleton(text)) not in shapes or not CALCULATION.search(text):
            return 0
        return 3 if adds_up(text) else 1
    form, event = known
    numbers = [int(x) for x in NUMBER.findall(text)]
    if form == "irrelevant":
        want = current_state(problem, k)
        return 6 if numbers == [want, problem.distractor_value, want] else 3
    if not adds_up(text) or (form == "change" and numbers[-1] != equations(text)[-1].c):
        return 1
    if text in problem.steps[k + 1:]:
        return 4
    now = problem.fields[k].event
    if now == -1 or event < now:
        return 5
    if event > now or (form == "change" and problem.fields[k].form == "product"):
        return 4
    return 3


def current_state(problem, k):
    """The total before the k-th right step."""
    for s in problem.fields[k:]:
        if s.form == "change":
            return s.state
    return problem.answer
