"""Word problems and their right chains of steps. Needs only the standard library.

A problem is a running total told in one of four settings. The right next step is a deterministic function of the
problem and of the steps before it, so "right" can be decided exactly and a model's uncertainty is about facts,
never about wording. Variety comes from names, places, things, verbs and from wording that depends on the operation.
"""
import hashlib
import random
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_VALUE = 99          # every true value lies in 2..MAX_VALUE: no "1 passengers", no negative totals
FAMILIES = ("bus", "game", "items", "shop")

GIRLS = ("Mia", "Anna", "Lena", "Eva", "Nora", "Ida", "Zoe", "Lucy")
BOYS = ("Ben", "Tom", "Max", "Leo", "Paul", "Sam", "Finn", "Oscar")
# Events carry an ordinal or a weekday, and a problem has one friend and one kind of thing: a small model learns to look
# an event up by such a key, while "the event after the one at the market" or "who got the apples that day" took it many
# times longer.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PLACES = ("the market", "the school", "the park", "the station", "the museum", "the harbor", "the library", "the zoo")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
THINGS = ("marbles", "apples", "stickers", "shells", "cookies", "stamps", "coins", "cards", "pencils", "beads")
SMALL_GOODS = ("pens", "stamps", "candles", "tickets", "muffins", "balls", "postcards", "brushes")
RELATIVES = ("aunt", "uncle", "grandmother", "grandfather", "sister", "brother")

CHECKED = "That is correct:"
INVERSE = {"+": "-", "-": "+", "×": "÷", "÷": "×"}
OPS = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "×": lambda a, b: a * b, "÷": lambda a, b: a // b}


class Equation(NamedTuple):
    a: int
    op: str
    b: int
    c: int

    def __str__(self):
        return f"{self.a} {self.op} {self.b} = {self.c}"


def equation(a, op, b):
    return Equation(a, op, b, OPS[op](a, b))


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
    equations: tuple = ()     # one; two where tens and ones are counted apart
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
    steps: list = field(default_factory=list)    # [str], as the draft writes them

    def checked(self, k):
        """The k-th step as the base writes it most of the time: counted back after it was counted."""
        s = self.fields[k]
        return f"{self.steps[k]} {check(s.equations)}" if s.equations else self.steps[k]

    def render(self, s):
        if s.form == "final":
            return f"So the answer is {s.result}."
        if s.form == "product":
            e = self.events[s.event]
            clause = e.product_clause.replace("#", str(s.state), 1).replace("#", str(s.quantity), 1)
            return f"{clause} Together that is {s.equations[0]} {e.unit}."
        verb = "starts with" if s.first else "has"
        head = f"{self.holder} {verb} {s.state} {self.unit}."
        if s.form == "irrelevant":
            return f"{head} {self.distractor} That changes nothing, so {lower(self.holder)} has {s.result} {self.unit}."
        e = self.events[s.event]
        clause = e.clause.replace("#", str(s.quantity), 1)
        lead = "That leaves" if e.kind in ("sub", "half") else "Now"
        return f"{head} {clause} {lead} {worked(s.equations)}, so {lower(self.holder)} has {s.result} {self.unit}."


def lower(holder):
    return "the bus" if holder == "The bus" else holder


def calculation(kind, state, quantity):
    """The equations of a change: a quantity of tens and ones takes two, the tens first."""
    if kind == "double":
        return (equation(state, "×", 2),)
    if kind == "half":
        return (equation(state, "÷", 2),)
    op = "+" if kind == "add" else "-"
    tens, ones = quantity // 10 * 10, quantity % 10
    if not tens or not ones:
        return (equation(state, op, quantity),)
    first = equation(state, op, tens)
    return first, equation(first.c, op, ones)


def check(equations):
    """The way back: from the last result to the first number."""
    back = [Equation(e.c, INVERSE[e.op], e.b, e.a) for e in reversed(equations)]
    return f"{CHECKED} {worked(back)}."


def worked(equations):
    return " and ".join(map(str, equations))


def change(i, event, first, state, quantity):
    equations = calculation(event.kind, state, quantity)
    return Step("change", i, first, state, quantity, equations, equations[-1].c)


def chain(problem):
    """Fields of the right steps, in order."""
    out, state, first = [], problem.start, True
    for i, e in enumerate(problem.events):
        if e.product:
            n, m = e.product
            out.append(Step("product", i, False, n, m, (equation(n, "×", m),), n * m))
        s = change(i, e, first, state, e.quantity)
        out.append(s)
        state, first = s.result, False
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
        gain = "earns" if product else self.win      # a product's sentence does not tell the word
        verb = gain if kind == "add" else "loses"
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
        gain = "earns" if product else self.gain
        clause = f"{at} {gain if kind == 'add' else 'spends'} # dollars."
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
            n, m = rng.randint(2, 5), rng.randint(2, 8)
            q, product = n * m, (n, m)
        else:
            q, product = rng.randint(2, 9) if rng.random() < 0.35 else rng.randint(10, 39), ()
        after = state + q if kind == "add" else state - q
        if 2 <= after <= MAX_VALUE:
            return kind, q, product


def worked_example(rng):
    """The arithmetic of one random step, with the words before it."""
    state = rng.randint(2, MAX_VALUE)
    kind, quantity, product = pick_event(rng, state, True)
    if product and rng.random() < 0.5:
        return f"Together that is {equation(product[0], '×', product[1])}"
    lead = "That leaves" if kind in ("sub", "half") else "Now"
    return f"{lead} {worked(calculation(kind, state, quantity))}"


def generate(rng, family=None, steps=None, distractor=None):
    """One problem. steps counts the steps before the closing one: 3..7 unless said."""
    family = family or rng.choice(FAMILIES)
    steps = steps or rng.choices((3, 4, 5, 6, 7), (15, 20, 25, 25, 15))[0]
    setting = SETTINGS[family](rng)
    start = rng.randint(5, 60)
    p = Problem(family, "", setting.holder, setting.unit, start, [])
    state, used, doubled = start, 0, False
    while used < steps:
        kind, q, product = pick_event(rng, state, not doubled)
        if product and used + 2 > steps:
            product = ()
        i = len(p.events)
        sentence, clause, pc, unit = setting.event(i, kind, q, product)
        p.events.append(Event(kind, sentence, clause, q, product, pc, unit))
        state = calculation(kind, state, q)[-1].c
        used += 2 if product else 1
        doubled = doubled or kind in ("double", "half")
    sentences = [setting.opening(start)] + [e.sentence for e in p.events]
    if distractor if distractor is not None else rng.random() < 0.25:
        p.distractor_value = rng.randint(2, 30)
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
