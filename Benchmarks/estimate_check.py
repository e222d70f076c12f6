#!/usr/bin/env python3
"""Check the estimated speedup against a measured one, prompt by prompt and mode by mode.

    swift build -c release --product EstimateBenchmark
    python3 Benchmarks/estimate_check.py --pair demo demo
    python3 Benchmarks/estimate_check.py --pair BASE.gguf DRAFT.gguf --problems gsm8k.jsonl --out check.jsonl

The pair and the base model alone solve a prompt at the same time in one process, in turns of about a second, from an empty
KV cache and with the same seed: the speed of a shared machine's memory moves from one run to the next, but little within
seconds. Measured: the seconds that the base model had computed when it had written as many tokens as the pair kept, over
those that the pair had computed. Where the base model wrote fewer, its time goes on at the speed of its own second half;
the share that it wrote itself is told. Speculative decoding writes the base model's very text; steps are another text of the
same length. Break-even: the seconds of drafting and judging a token over the measured seconds of a token of the base model.
Of several rounds the medians are shown.

With --problems FILE (JSON Lines with "question" or "problem") prompts of 20 to 1,500 tokens are made: one problem, after
as many others as give that length. With --out FILE every result is kept as it comes, and a second call goes on. The
figures mean little on a machine that does other work meanwhile.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

MODES = ["spec-decode", "reason", "reason+decode"]
LENGTHS = [20, 60, 100, 150, 200, 300, 450, 700, 1000, 1500]
NAMES = ["Anna", "Ben", "Clara", "David", "Ella", "Frank", "Greta", "Hugo", "Ida", "Jonas"]


def plain_problems():
    """Word problems that need no data set."""
    return [
        f"{name} has {12 + 7 * place} marbles, gives {3 + place} of them to each of {2 + place % 3} friends, and then "
        f"buys {5 + 2 * place} bags of {4 + place % 4} marbles. How many marbles does {name} have now?"
        for place, name in enumerate(NAMES)
    ]


def problems_of(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            text = entry.get("question") or entry.get("problem")
            if text:
                yield text.strip()


def tokens_of(text):
    """About as many tokens as common vocabularies make of English text."""
    return round(len(text.split()) * 1.35)


def prompts(arguments):
    if arguments.pair == ["demo", "demo"] and not arguments.problems:
        listed = subprocess.run([arguments.specreason, "examples", "--json"], capture_output=True, text=True, check=True)
        entries = [json.loads(line) for line in listed.stdout.splitlines() if line.startswith("{")]
        texts = [entry.get("problem") or entry.get("question") for entry in entries]
        step = max(1, len(texts) // arguments.count)
        return texts[::step][:arguments.count]
    problems = list(problems_of(arguments.problems)) if arguments.problems else plain_problems()
    made = []
    for place, length in enumerate(LENGTHS[:arguments.count]):
        last = problems[place % len(problems)]
        if tokens_of(last) > length:
            last = min(problems[place * 10:place * 10 + 40] or problems, key=lambda text: abs(tokens_of(text) - length))
        before, other = [], place
        while tokens_of(" ".join(before + [last])) < 0.9 * length:
            other += 1
            before.append(problems[other % len(problems)])
        if before:
            heading = "Here are some problems. Read them all, and solve only the last one.\n\n"
            last = heading + "\n\n".join(before) + "\n\nSolve this one: " + last
        made.append(last)
    return made


def start(arguments):
    """The program that compares; it takes prompts and gives results line by line."""
    command = [arguments.benchmark, *arguments.pair, "--budget", str(arguments.budget), "--seed", str(arguments.seed),
               *arguments.options, "--modes", *arguments.modes]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def compare(process, prompt, modes):
    """What each mode gave; None where a run was too short to compare."""
    process.stdin.write(json.dumps(prompt) + "\n")
    process.stdin.flush()
    lines = [process.stdout.readline() for _ in modes]
    if not all(lines):
        sys.exit(f"The benchmark ended with {process.wait()}.")
    return [json.loads(line) for line in lines]


def medians(results):
    """One result of several rounds; None where any of them is."""
    if None in results:
        return None
    merged = dict(results[0])
    for name, value in merged.items():
        if isinstance(value, float) and all(name in each for each in results):
            merged[name] = statistics.median(each[name] for each in results)
    return merged


def error(result, estimated, measured):
    return result[estimated] / result[measured] - 1


def show(results):
    print("| prompt | mode | kept | stop | seconds | estimated | measured | error | inside | break-even est. | measured |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for entry in results:
        each = entry["result"]
        if each is None:
            print(f"| {entry['place'] + 1} | {entry['mode']} | too short to compare |")
            continue
        inside = each["low"] <= each["measured"] <= each["high"]
        even = ["–", "–"]
        if "measuredBreakEven" in each:
            even = [f"{each['estimatedBreakEven']:.0%}", f"{each['measuredBreakEven']:.0%}"]
        share = "" if each["written"] == 1 else f" ({each['written']:.0%} written)"
        print(f"| {each['promptTokens']} tokens | {entry['mode']} | {each['kept']}{share} | {each['stop']} | "
              f"{each['seconds']:.1f} | {each['estimated']:.2f}× ({each['low']:.2f}–{each['high']:.2f}) | "
              f"{each['measured']:.2f}× | {error(each, 'estimated', 'measured'):+.0%} | {'yes' if inside else 'no'} | "
              f"{even[0]} | {even[1]} |")
    print()
    known = [entry["result"] for entry in results if entry["result"]]
    for name, estimated, measured in [
        ("speedup", "estimated", "measured"), ("break-even", "estimatedBreakEven", "measuredBreakEven"),
    ]:
        errors = [abs(error(each, estimated, measured)) for each in known if measured in each]
        if errors:
            print(f"{name}: median error {statistics.median(errors):.1%}, worst {max(errors):.1%}, {len(errors)} runs")
    if known:
        inside = sum(each["low"] <= each["measured"] <= each["high"] for each in known)
        print(f"interval holds in {inside} of {len(known)}")
        slowest = min((each["measured"] for entry in results if (each := entry["result"])
                       and entry["mode"] == "spec-decode"), default=None)
        if slowest is not None:
            print(f"spec-decode: never below {slowest:.2f}× measured")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--benchmark", default=".build/release/EstimateBenchmark")
    parser.add_argument("--specreason", default=".build/release/specreason", help="tells the demo pair's problems")
    parser.add_argument("--pair", nargs=2, default=["demo", "demo"], metavar=("BASE", "DRAFT"), help="GGUF files, or demo")
    parser.add_argument("--problems", help="JSON Lines with a problem each")
    parser.add_argument("--count", type=int, default=10, help="prompts")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--modes", nargs="+", default=MODES)
    parser.add_argument("--budget", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", help="keeps results, and goes on with those that are kept")
    parser.add_argument("--options", action="append", default=[],
                        help="a further option of the benchmark, such as --options=--judge=likelihood; may stand several times")
    arguments = parser.parse_args()
    kept = []
    if arguments.out and os.path.exists(arguments.out):
        with open(arguments.out, encoding="utf-8") as file:
            # A line that was cut is computed again.
            kept = [json.loads(line) for line in file if line.endswith("}\n")]
    known = {(entry["place"], entry["round"], entry["mode"]): entry["result"] for entry in kept}
    process = None
    results = []
    for place, prompt in enumerate(prompts(arguments)):
        for round in range(arguments.rounds):
            if any((place, round, mode) not in known for mode in arguments.modes):
                print(f"prompt {place + 1}, round {round + 1} …", file=sys.stderr)
                process = process or start(arguments)
                for mode, result in zip(arguments.modes, compare(process, prompt, arguments.modes)):
                    known[place, round, mode] = result
                    if arguments.out:
                        entry = {"place": place, "round": round, "mode": mode, "result": result}
                        with open(arguments.out, "a", encoding="utf-8") as file:
                            file.write(json.dumps(entry) + "\n")
        for mode in arguments.modes:
            rounds = [known[place, round, mode] for round in range(arguments.rounds)]
            results.append({"place": place, "mode": mode, "result": medians(rounds)})
    show(results)


if __name__ == "__main__":
    main()
