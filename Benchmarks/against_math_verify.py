#!/usr/bin/env python3
"""Grades pairs of answers with `specreason grade` and with math-verify, and tells where they differ.

    pip install math-verify==0.9.0
    python3 Benchmarks/against_math_verify.py --data FOLDER [--specreason PROGRAM] [--seed 1]

FOLDER has math500.jsonl, gsm8k.jsonl and aime24.jsonl. Pairs are made from their answers by rules: a rule
says how an answer is written otherwise, or made wrong, and so whether the two say the same. Prints a table
by kind, and every pair on which the graders differ.
"""
import argparse
import json
import logging
import pathlib
import random
import re
import subprocess
from fractions import Fraction

UNITS = [r"\text{ cm}", r"\text{ units}", " apples", r"\text{ dollars}", r" \text{ meters}", r"^\circ"]
SENTENCES = ["The answer is ${}$.", "So the final answer is ${}$.", r"Therefore, the answer is \boxed{{{}}}."]
NAMES = ["x = {}", "AB = {}", "f(x) = {}", r"\angle ABC = {}", "x_1 = {}"]


def answers(folder):
    """The answers of the three sets, each once, in order."""
    found = {}
    for name in ["math500.jsonl", "aime24.jsonl", "gsm8k.jsonl"]:
        for line in (folder / name).read_text().splitlines():
            answer = json.loads(line)["answer"]
            found.setdefault(answer.split("####")[-1].strip(), name)
    return list(found)


def number(answer):
    """The answer as a fraction, where it is a plain number."""
    if "_" in answer:  # the base of a number
        return None
    plain = answer.replace(",\\!", "").replace("\\!", "").replace(" ", "")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+", plain):
        plain = plain.replace(",", "")
    if match := re.fullmatch(r"(-?)\\[dt]?frac\{?(-?\d+?)\}?\{?(\d+)\}?", plain):
        return Fraction(int(match[1] + "1") * int(match[2]), int(match[3]))
    try:
        return Fraction(plain)
    except ValueError:
        return None


def latex(value):
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def pairs(answers, random):
    """(kind, whether both say the same, given, expected)"""
    for answer in answers:
        value = number(answer)
        is_plain = value is not None
        yield "as it is", True, answer, answer
        loose = answer.replace(r"\left", "").replace(r"\right", "").replace(r"\frac{", r"\dfrac{").replace(" ", "  ")
        if loose != answer:
            yield "LaTeX otherwise", True, loose, answer
        yield "sentence", True, random.choice(SENTENCES).format(answer), answer
        yield "Markdown, other boxes", True, random.choice(["**{}**", r"\fbox{{{}}}", "`{}`", r"\boldsymbol{{{}}}"]).format(answer), answer
        unicode = answer.replace("-", "−").replace("^2", "²").replace(r"\pi", "π").replace("^\\circ", "°").replace(r"\infty", "∞")
        unicode = re.sub(r"\\sqrt\{(\w+)\}", r"√\1", unicode)
        if unicode != answer:
            yield "Unicode", True, unicode, answer
        if is_plain:
            yield "unit", True, latex(value) + random.choice(UNITS), answer
            yield "name on the left", True, random.choice(NAMES).format(latex(value)), answer
            yield "as a fraction", True, rf"\frac{{{value.numerator * 3}}}{{{value.denominator * 3}}}", answer
            yield "as a sum", True, f"{latex(value - 7)} + 7", answer
            yield "wrong by one", False, latex(value + random.choice([-1, 1])), answer
            yield "unit that is not asked for", True, f"{latex(value)} \\text{{ minutes}}", answer
            if value:
                yield "wrong sign", False, latex(-value), answer
                yield "wrong by ten times", False, latex(value * 10), answer
            if value.denominator == 1:
                yield "decimal", True, f"{value.numerator}.00", answer
                if abs(value) >= 1000:
                    yield "thousands", True, f"{value.numerator:,}", answer
                    yield "thousands", True, f"{value.numerator:,}".replace(",", "{,}"), answer
                    digits = str(abs(value.numerator))
                    mantissa = digits[0] + "." + (digits[1:] or "0")
                    sign = "-" if value < 0 else ""
                    yield "power of ten", True, rf"{sign}{mantissa} \times 10^{{{len(digits) - 1}}}", answer
                    yield "power of ten", False, rf"{sign}{mantissa} \times 10^{{{len(digits)}}}", answer
                digits = str(abs(value.numerator))
                if len(set(digits)) > 1 and len(digits) > 1 and digits[::-1] != digits:
                    yield "digits turned", False, digits[::-1], answer
                    yield "digits apart", False, digits[0] + " " + digits[1:], answer
            else:
                yield "inverse", False, latex(1 / value), answer
                if abs(value) > 1 and value > 0:
                    whole, rest = divmod(value.numerator, value.denominator)
                    yield "mixed number", True, rf"{whole}\frac{{{rest}}}{{{value.denominator}}}", answer
                    yield "mixed number", True, f"{whole} {rest}/{value.denominator}", answer
                if set_of_two_and_five(value.denominator):
                    yield "decimal", True, str(value.numerator / value.denominator), answer
        elif not re.search(r"\\text|\\mbox|_", answer):
            if re.fullmatch(r"[^,=<>\\]*[a-zA-Z^+\-(][^,=<>]*|[^,=<>]*\\(sqrt|pi|frac)[^,=<>]*", answer) and "\\cup" not in answer \
                    and "\\pm" not in answer and "\\in" not in answer and "^\\circ" not in answer and not answer.startswith("\\$"):
                yield "formula doubled and halved", True, rf"\frac{{2({answer})}}{{2}}", answer
                yield "formula turned", True, f"0+({answer})", answer
                yield "formula plus one", False, f"{answer} + 1", answer
                yield "formula times two", False, f"2({answer})", answer
                yield "name on the left", True, f"y = {answer}", answer
            if re.fullmatch(r"[^()\[\]{}]*,[^()\[\]{}]*", answer) and "!" not in answer and not re.search(r"\d,\d{3}", answer):
                parts = [part.strip() for part in answer.split(",")]
                yield "list turned", True, ", ".join(reversed(parts)), answer
                yield "list with and", True, ", ".join(parts[:-1]) + r" \text{ and } " + parts[-1], answer
                yield "list without one", False, ", ".join(parts[:-1]), answer
            if re.match(r"(\\left)?[(\[]", answer) and "," in answer:
                turned = answer.translate(str.maketrans("([])", "[()]"))
                yield "brackets turned", False, turned, answer
            if r"\infty" in answer:
                inner = re.fullmatch(r"\((-?\d+),\\infty\)", answer)
                if inner:
                    yield "as an inequality", True, f"x > {inner[1]}", answer
        elif answer.startswith(r"\text{"):
            yield "text", True, re.sub(r"\\text\{(.*)\}", r"\1", answer), answer
            yield "text", False, r"\text{none of these}", answer
        yield "another answer", answer_is(other := random.choice(answers), answer), other, answer


def set_of_two_and_five(denominator):
    for factor in (2, 5):
        while denominator % factor == 0:
            denominator //= factor
    return denominator == 1


def answer_is(other, answer):
    return other == answer or number(other) is not None and number(other) == number(answer)


def graded_by_specreason(program, pairs):
    lines = "\n".join(json.dumps({"given": given, "expected": expected}) for _, _, given, expected in pairs)
    result = subprocess.run([program, "grade", "-", "--json"], input=lines, text=True, capture_output=True, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def graded_by_math_verify(pairs):
    from math_verify import parse, verify

    logging.disable(logging.CRITICAL)
    known = {}

    def read(text):
        if text not in known:
            known[text] = parse(text)
        return known[text]

    for kind, _, given, expected in pairs:
        text = given if kind == "sentence" else rf"\boxed{{{given}}}"
        yield bool(verify(read(rf"\boxed{{{expected}}}"), read(text)))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=pathlib.Path, required=True)
    arguments.add_argument("--specreason", default=".build/release/specreason")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--brief", action="store_true", help="the table alone")
    options = arguments.parse_args()
    made = list(dict.fromkeys(pairs(answers(options.data), random.Random(options.seed))))
    own = graded_by_specreason(options.specreason, made)
    other = list(graded_by_math_verify(made))
    rows = {}
    for (kind, same, given, expected), line, theirs in zip(made, own, other, strict=True):
        row = rows.setdefault((kind, same), [0, 0, 0, 0])
        row[0] += 1
        row[1] += line["equal"] == theirs
        row[2] += line["equal"] == same
        row[3] += theirs == same
    print("| kind | by rule | pairs | agree | specreason as the rule | math-verify as the rule |")
    print("|---|---|---:|---:|---:|---:|")
    for (kind, same), row in sorted(rows.items(), key=lambda row: (not row[0][1], row[0][0])):
        print(f"| {kind} | {'equal' if same else 'different'} | " + " | ".join(map(str, row)) + " |")
    print("| all | | " + " | ".join(str(sum(column)) for column in zip(*rows.values())) + " |")
    if options.brief:
        return
    for (kind, same, given, expected), line, theirs in zip(made, own, other, strict=True):
        if line["equal"] != theirs or line["equal"] != same:
            print(f"{kind}\t{given}\t{expected}\trule {same}\tspecreason {line['equal']} ({line['compared']})\tmath-verify {theirs}")


if __name__ == "__main__":
    main()
