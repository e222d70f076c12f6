"""Word problems, their right chains of steps, and an exact checker. Needs only the standard library.

A problem is a running total told in one of four settings. The right next step is a deterministic function of the
problem and of the steps before it, so "right" can be decided exactly and a model's uncertainty is about facts,
never about wording. Variety comes from names, places, things, verbs and from wording that depends on the operation.
"""
import hashlib
import random
import re
from dataclasses import dataclass, field

MAX_VALUE = 30          # every true value lies in 2..MAX_VALUE: no "1 passengers", no negative totals
FAMILIES = ("bus", "game", "items", "shop")

GIRLS = ("Mia", "Anna", "Lena", "Eva", "Nora", "Ida", "Zoe", "Lucy")
BOYS = ("Ben", "Tom", "Max", "Leo", "Paul", "Sam", "Finn", "Oscar")
# Events carry an ordinal or a weekday, and a problem has one friend and one kind of thing: a small model learns to look
# an event up by such a key, while "the event after the one at the market" or "who got the apples that day" took it many
# times longer.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
PLACES = ("the market", "the school", "the park", "the station", "the museum", "the harbor", "the library", "the zoo")
ORDINALS = ("first", "second", "third", "fourth", "fifth")
THINGS = ("marbles", "apples", "stickers", "shells", "cookies", "stamps", "coins", "cards", "pencils", "beads")
SMALL_GOODS = ("pens", "stamps", "candles", "tickets", "muffins", "balls", "postcards", "brushes")
RELATIVES = ("aunt", "uncle", "grandmother", "grandfather", "sister", "brother")

OPS = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "×": lambda a, b: a * b, "÷": lambda a, b: a / b}


@dataclass(frozen=True)
class Event:
    """One thing that happens. kind: add, sub, double, half. A product (n, m) makes the quantity n × m."""
    kind: str
    sentence: str             # as the problem tells it
    clause: str               # as a step restates it; '#' stands for the quantity
    quantity: int = 0
    product: tuple = ()       # (n, m)
    product_clause: str = ""  # '#', '#' stand for n and m
    unit: str = ""


@dataclass(frozen=True)
class Step:
    """The fields of one step; corruptions change fields and render again."""
    form: str                 # change, product, final, irrelevant
    event: int = -1
    first: bool = False
    state: int = 0
    quantity: int = 0
    a: int = 0
    op: str = ""
    b: int = 0
    c: int = 0
    result: int = 0


@dataclass
class Problem:
    family: str
    text: str
    holder: str               # "The bus", "Mia"
    unit: str                 # "passengers", "points"
    start: int
    events: list
    distractor: str = ""
    distractor_value: int = 0
    answer: int = 0
    fields: list = field(default_factory=list)   # [Step]
    steps: list = field(default_factory=list)    # [str]

    def render(self, s):
        if s.form == "final":
            return f"So the answer is {s.result}."
        if s.form == "product":
            e = self.events[s.event]
            clause = e.product_clause.replace("#", str(s.state), 1).replace("#", str(s.quantity), 1)
            return f"{clause} Together that is {s.a} {s.op} {s.b} = {s.c} {e.unit}."
        verb = "starts with" if s.first else "has"
        head = f"{self.holder} {verb} {s.state} {self.unit}."
        if s.form == "irrelevant":
            return f"{head} {self.distractor} That changes nothing, so {lower(self.holder)} has {s.result} {self.unit}."
        e = self.events[s.event]
        clause = e.clause.replace("#", str(s.quantity), 1)
        lead = "That leaves" if e.kind in ("sub", "half") else "Now"
        return f"{head} {clause} {lead} {s.a} {s.op} {s.b} = {s.c}, so {lower(self.holder)} has {s.result} {self.unit}."


def lower(holder):
    return "the bus" if holder == "The bus" else holder


def calculation(kind, state, quantity):
    """(a, op, b, c) of a change."""
    if kind == "add":
        return state, "+", quantity, state + quantity
    if kind == "sub":
        return state, "-", quantity, state - quantity
    if kind == "double":
        return state, "×", 2, state * 2
    return state, "÷", 2, state // 2


def change(i, event, first, state, quantity):
    a, op, b, c = calculation(event.kind, state, quantity)
    return Step("change", i, first, state, quantity, a, op, b, c, c)


def chain(problem):
    """Fields of the right steps, in order."""
    out, state, first = [], problem.start, True
    for i, e in enumerate(problem.events):
        if e.product:
            n, m = e.product
            out.append(Step("product", i, False, n, m, n, "×", m, n * m, n * m))
        s = change(i, e, first, state, e.quantity)
        out.append(s)
        state, first = s.c, False
    out.append(Step("final", result=state))
    return out


# --- the four settings: each returns sentence and clauses for one event -------------------------------------------

class Bus:
    holder, unit = "The bus", "passengers"

    def __init__(self, rng):
        self.place = rng.choice(PLACES)
        self.on = rng.choice(("get on", "climb on"))
        self.off = rng.choice(("get off", "leave the bus"))
        self.rng = rng

    def opening(self, start):
        return self.rng.choice((f"A bus leaves {self.place} with {start} passengers.",
                                f"There are {start} passengers on a bus.",
                                f"A bus sets off with {start} passengers on board."))

    def event(self, i, kind, q, product):
        at = f"At the {ORDINALS[i]} stop,"
        if kind == "double":
            s = f"{at} the number of passengers doubles."
            return s, s, "", ""
        if kind == "half":
            s = f"{at} half of the passengers {self.off}."
            return s, s, "", ""
        verb = self.on if kind == "add" else self.off
        clause = f"{at} # people {verb}."
        if product:
            pc = f"{at} # groups of # people {verb}."
            return fill(pc, *product), clause, pc, "people"
        return fill(clause, q), clause, "", ""

    def distractor(self, v):
        return self.rng.choice((f"The bus is {v} years old.", f"The driver has worked for {v} years.",
                                f"The bus passes {v} trees."))

    def question(self):
        return self.rng.choice(("How many passengers are on the bus now?",
                                "How many passengers does the bus have at the end?"))


class Person:
    def __init__(self, rng):
        self.rng = rng
        self.girl = rng.random() < 0.5
        self.name = rng.choice(GIRLS if self.girl else BOYS)
        self.holder = self.name
        self.he, self.his, self.him = ("she", "her", "her") if self.girl else ("he", "his", "him")
        self.He, self.His = self.he.capitalize(), self.his.capitalize()
        self.friend, self.other = rng.sample([n for n in GIRLS + BOYS if n != self.name], 2)
        self.relative = rng.choice(RELATIVES)


class Game(Person):
    unit = "points"

    def __init__(self, rng):
        super().__init__(rng)
        self.thing = rng.choice(("stars", "gems", "keys", "medals"))
        self.trap = rng.choice(("traps", "rocks", "holes"))
        self.win = rng.choice(("wins", "scores", "earns"))

    def opening(self, start):
        return self.rng.choice((f"{self.name} starts a game with {start} points.",
                                f"{self.name} plays a game and begins with {start} points."))

    def event(self, i, kind, q, product):
        at = f"In the {ORDINALS[i]} round, {self.he}"
        if kind == "double":
            s = f"In the {ORDINALS[i]} round, {self.his} score doubles."
            return s, s, "", ""
        if kind == "half":
            s = f"{at} loses half of {self.his} points."
            return s, s, "", ""
        verb = self.win if kind == "add" else "loses"
        clause = f"{at} {verb} # points."
        if product:
            pc = (f"{at} finds # {self.thing} worth # points each." if kind == "add"
                  else f"{at} hits # {self.trap} that cost # points each.")
            return fill(pc, *product), clause, pc, "points"
        return fill(clause, q), clause, "", ""

    def distractor(self, v):
        return self.rng.choice((f"{self.His} friend {self.other} has {v} points.",
                                f"{self.name} is {v} years old.", f"{v} people watch the game."))

    def question(self):
        return self.rng.choice((f"How many points does {self.name} have now?",
                                f"How many points does {self.name} have at the end?"))


class Items(Person):
    def __init__(self, rng):
        super().__init__(rng)
        self.unit = rng.choice(THINGS)
        self.pack = rng.choice(("bags", "boxes", "packs"))

    def opening(self, start):
        return self.rng.choice((f"{self.name} has {start} {self.unit}.",
                                f"{self.name} keeps {start} {self.unit} in a box."))

    def event(self, i, kind, q, product):
        other, day = self.friend, f"On {DAYS[i]},"
        if kind == "double":
            s = f"{day} {self.his} {self.relative} doubles the number of {self.unit}."
            return s, s, "", ""
        if kind == "half":
            s = f"{day} {self.he} gives half of the {self.unit} to {other}."
            return s, s, "", ""
        clause = (f"{day} {other} gives {self.him} # {self.unit}." if kind == "add"
                  else f"{day} {self.he} gives # {self.unit} to {other}.")
        if product:
            pc = (f"{day} {other} gives {self.him} # {self.pack} of # {self.unit}." if kind == "add"
                  else f"{day} {self.he} gives # {self.pack} of # {self.unit} to {other}.")
            return fill(pc, *product), clause, pc, self.unit
        return fill(clause, q), clause, "", ""

    def distractor(self, v):
        return self.rng.choice((f"{self.His} friend {self.other} has {v} {self.unit}.",
                                f"{self.name} is {v} years old.", f"The box weighs {v} grams."))

    def question(self):
        return self.rng.choice((f"How many {self.unit} does {self.name} have now?",
                                f"How many {self.unit} does {self.name} have in the end?"))


class Shop(Person):
    unit = "dollars"

    def __init__(self, rng):
        super().__init__(rng)
        self.small = rng.choice(SMALL_GOODS)
        self.gain = rng.choice(("earns", "finds", "wins"))

    def opening(self, start):
        return self.rng.choice((f"{self.name} has {start} dollars.",
                                f"{self.name} goes shopping with {start} dollars."))

    def event(self, i, kind, q, product):
        at = f"In the {ORDINALS[i]} shop, {self.he}"
        if kind == "double":
            s = f"In the {ORDINALS[i]} shop, {self.his} {self.relative} doubles {self.his} money."
            return s, s, "", ""
        if kind == "half":
            s = f"{at} spends half of {self.his} money."
            return s, s, "", ""
        clause = f"{at} {self.gain if kind == 'add' else 'spends'} # dollars."
        if product:
            pc = f"{at} {'sells' if kind == 'add' else 'buys'} # {self.small} for # dollars each."
            return fill(pc, *product), clause, pc, "dollars"
        return fill(clause, q), clause, "", ""

    def distractor(self, v):
        return self.rng.choice((f"{self.His} friend {self.other} has {v} dollars.",
                                f"{self.name} is {v} years old.", f"The shop closes in {v} minutes."))

    def question(self):
        return self.rng.choice((f"How many dollars does {self.name} have now?",
                                f"How many dollars does {self.name} have left at the end?"))


SETTINGS = {"bus": Bus, "game": Game, "items": Items, "shop": Shop}


def fill(clause, *numbers):
    for n in numbers:
        clause = clause.replace("#", str(n), 1)
    return clause


def pick_event(rng, state, may_double):
    """(kind, quantity, product) that keeps the total in 2..MAX_VALUE."""
    while True:
        r = rng.random()
        if may_double and r < 0.08 and state * 2 <= MAX_VALUE:
            return "double", 0, ()
        if may_double and r < 0.16 and state % 2 == 0 and state >= 4:
            return "half", 0, ()
        kind = rng.choice(("add", "sub"))
        if rng.random() < 0.2:
            n, m = rng.randint(2, 5), rng.randint(2, 6)
            q, product = n * m, (n, m)
        else:
            q, product = rng.randint(2, 12), ()
        after = state + q if kind == "add" else state - q
        if 2 <= after <= MAX_VALUE:
            return kind, q, product


def generate(rng, family=None, steps=None, distractor=None):
    """One problem. steps counts the steps before the closing one: 2..5."""
    family = family or rng.choice(FAMILIES)
    steps = steps or rng.choices((2, 3, 4, 5), (15, 30, 35, 20))[0]
    setting = SETTINGS[family](rng)
    start = rng.randint(3, 20)
    p = Problem(family, "", setting.holder, setting.unit, start, [])
    state, used, doubled = start, 0, False
    while used < steps:
        kind, q, product = pick_event(rng, state, not doubled)
        if product and used + 2 > steps:
            product = ()
            if q > 12:
                continue
        i = len(p.events)
        sentence, clause, pc, unit = setting.event(i, kind, q, product)
        p.events.append(Event(kind, sentence, clause, q, product, pc, unit))
        state = calculation(kind, state, q)[3]
        used += 2 if product else 1
        doubled = doubled or kind in ("double", "half")
    sentences = [setting.opening(start)] + [e.sentence for e in p.events]
    if distractor if distractor is not None else rng.random() < 0.25:
        p.distractor_value = rng.randint(2, MAX_VALUE)
        p.distractor = setting.distractor(p.distractor_value)
        sentences.insert(rng.randint(1, len(sentences)), p.distractor)
    p.text = " ".join(sentences + [setting.question()])
    p.fields = chain(p)
    p.steps = [p.render(s) for s in p.fields]
    p.answer = state
    return p


def text_hash(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def held_out(count=300, seed=777_001):
    """The final test problems, balanced over families and lengths."""
    rng = random.Random(seed)
    out, seen = [], set()
    while len(out) < count:
        p = generate(rng, FAMILIES[len(out) % len(FAMILIES)])
        if text_hash(p.text) not in seen:
            seen.add(text_hash(p.text))
            out.append(p)
    return out


_HELD_OUT = None


def held_out_hashes():
    global _HELD_OUT
    if _HELD_OUT is None:
        _HELD_OUT = frozenset(text_hash(p.text) for p in held_out())
    return _HELD_OUT


def generate_fresh(rng, **options):
    """Like generate, but never a held-out problem: everything except the final test uses this."""
    while True:
        p = generate(rng, **options)
        if text_hash(p.text) not in held_out_hashes():
            return p


# --- the checker --------------------------------------------------------------------------------------------------

NUMBER = re.compile(r"\d+")
CALCULATION = re.compile(r"(\d+) ([+\-×÷]) (\d+) = (\d+)")
FINAL = re.compile(r"So the answer is (\d+)\.")


def skeleton(text):
    """Numbers and operators blanked, and the two wordings that mean the same made one."""
    text = re.sub(r"(\d+) [+\-×÷] (\d+) =", r"\1 @ \2 =", text)
    return NUMBER.sub("#", text).replace("That leaves", "Now").replace("starts with", "has")


NAMES = re.compile(r"\b(" + "|".join(sorted(DAYS + GIRLS + BOYS + SMALL_GOODS + RELATIVES + ORDINALS, key=len,
                                           reverse=True)) + r")\b")


def nameless(text):
    return NAMES.sub("@", text)


def skeletons(problem):
    """Every well-formed step of this problem: skeleton -> (form, event)."""
    out = {}
    for i, e in enumerate(problem.events):
        if e.product:
            out[skeleton(problem.render(Step("product", i, op="×")))] = ("product", i)
        out[skeleton(problem.render(Step("change", i, op="+")))] = ("change", i)
    if problem.distractor:
        out[skeleton(problem.render(Step("irrelevant")))] = ("irrelevant", -1)
    return out


def normal(text, k):
    text = text.replace("That leaves", "Now")
    return text.replace("starts with", "has") if k == 0 else text


def grade(problem, k, text):
    """0..9 for a candidate k-th step after the k right ones before it."""
    text = text.strip()
    if normal(text, k) == normal(problem.steps[k], k):
        return 9
    if text in problem.steps[:k]:
        return 5
    if FINAL.fullmatch(text):
        return 2
    known = skeletons(problem).get(skeleton(text))
    if known is None:                                # right in form but about something else, or no step at all
        shapes = {nameless(x) for x in skeletons(problem)}
        found = CALCULATION.search(text)
        if nameless(skeleton(text)) not in shapes or not found:
            return 0
        a, op, b, c = found.groups()
        return 3 if OPS[op](int(a), int(b)) == int(c) else 1
    form, event = known
    numbers = [int(x) for x in NUMBER.findall(text)]
    state = problem.fields[k].state if problem.fields[k].form == "change" else None
    if form == "irrelevant":
        want = current_state(problem, k)
        return 6 if numbers == [want, problem.distractor_value, want] else 3
    a, op, b, c = CALCULATION.search(text).groups()
    if OPS[op](int(a), int(b)) != int(c) or (form == "change" and numbers[-1] != int(c)):
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


# --- wrong steps made by rule -------------------------------------------------------------------------------------

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


def corrupt(rng, problem, k):
    """A wrong candidate for the k-th step, as text. Never equal to a right one."""
    for _ in range(20):
        text = _corrupt(rng, problem, k)
        if text and grade(problem, k, text) < 7:
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
    if s.form == "product":
        n, m = s.a, s.b
        if r < 0.5:
            c = near(rng, s.c)
            return problem.render(replace(s, c=c))
        if r < 0.75:
            n = other_number(rng, problem, n)
        else:
            m = other_number(rng, problem, m)
        return problem.render(replace(s, state=n, quantity=m, a=n, b=m, c=n * m))
    if r < 0.33:                                     # another event from the right total
        others = [i for i in range(len(problem.events)) if i != s.event]
        if not others:
            return None
        j = rng.choice([i for i in others if abs(i - s.event) == 1] if rng.random() < 0.6 else others)
        return problem.render(change(j, problem.events[j], s.first, s.state, problem.events[j].quantity))
    if r < 0.56:                                     # wrong result, carried on
        c = near(rng, s.c)
        return problem.render(replace(s, c=c, result=c))
    if r < 0.60:                                     # only the restated result is wrong
        return problem.render(replace(s, result=near(rng, s.c)))
    if r < 0.74:                                     # wrong total at the start, arithmetic true
        v = near(rng, s.state) if rng.random() < 0.5 else other_number(rng, problem, s.state)
        return problem.render(change(s.event, e, s.first, v, s.quantity))
    if r < 0.80:                                     # one operand slips
        v = near(rng, s.a)
        c = OPS[s.op](v, s.b)
        return problem.render(replace(s, a=v, c=int(c), result=int(c)))
    if r < 0.84 and e.kind in ("add", "sub"):
        v = other_number(rng, problem, s.b)
        c = int(OPS[s.op](s.a, v))
        return problem.render(replace(s, b=v, c=c, result=c)) if c >= 0 else None
    if r < 0.90:                                     # wrong operation, arithmetic true
        op = rng.choice([o for o in "+-×" if o != s.op])
        c = int(OPS[op](s.a, s.b))
        return problem.render(replace(s, op=op, c=c, result=c)) if 0 <= c <= 60 else None
    if e.kind in ("add", "sub"):                     # wrong quantity, arithmetic true
        out = change(s.event, e, s.first, s.state, other_number(rng, problem, s.quantity))
        return problem.render(out) if out.c >= 0 else None
    return None


def replace(step, **changes):
    from dataclasses import replace as r
    return r(step, **changes)
