#!/usr/bin/env python3
"""Check the estimated speedup against a measured one, prompt by prompt and mode by mode.

    python3 Benchmarks/estimate_check.py --pair demo
    python3 Benchmarks/estimate_check.py --pair BASE.gguf DRAFT.gguf --problems gsm8k.jsonl --out check.jsonl

For each prompt, several times over: the base model alone solves the problem, and right after it the pair in each mode, with
the same seed and from an empty KV cache. Measured: the base model's own seconds when it had written as many tokens as the
pair kept, over the pair's seconds. Where the base model wrote fewer, its time goes on at the speed of its own second half;
the share that it wrote itself is told. Speculative decoding writes the base model's very text; steps are another text of the
same length. Break-even: the seconds of drafting and judging a token over the measured seconds of a token of the base model.
Of the rounds the medians are shown, as the speed of a shared machine's memory moves from one run to the next.

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
import tempfile

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
    if arguments.pair == ["demo"] and not arguments.problems:
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


def trace(arguments, mode, prompt):
    command = [arguments.specreason, "run", "--json", "--mode", mode, "--budget", str(arguments.budget),
               "--seed", str(arguments.seed), *arguments.options]
    if arguments.pair != ["demo"]:
        command += ["--base", arguments.pair[0], "--draft", arguments.pair[1]]
    result = subprocess.run(command + ["--", prompt], capture_output=True, text=True)
    events = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    if not events or events[-1]["type"] != "turn.ended":
        sys.exit(f"{' '.join(command)} ended with {result.returncode}: {result.stderr.strip()[-400:]}")
    return events, result.stdout


def metrics(arguments, text):
    """The last turn's figures, as the program computes them from a trace."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        command = [arguments.specreason, "export", file.name, "--format", "json"]
        exported = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return exported["turns"][-1]


def of_type(events, kind):
    return [event for event in events if event["type"] == kind]


def base_times(events):
    """Seconds of the turn at which the base model had written 1, 2, … tokens."""
    start = of_type(events, "turn.started")[-1]["t"]
    return [event["t"] - start for event in of_type(events, "token") if event["by"] == "base"]


def time_at(times, tokens):
    """Seconds at `tokens` tokens, and the share of them that was written."""
    if tokens <= len(times):
        return times[tokens - 1], 1.0
    half = len(times) // 2
    pace = (times[-1] - times[half]) / max(1, len(times) - 1 - half)
    return times[-1] + pace * (tokens - len(times)), len(times) / tokens


def prompt_seconds(event):
    return sum(group.get("promptSeconds", 0) for group in event.get("passes", []))


def check(arguments, prompt, mode, alone):
    """The pair's run beside `alone`, the events of the base model's; None where either is too short."""
    pair, text = trace(arguments, mode, prompt)
    figures = metrics(arguments, text)
    times = base_times(alone)
    steps = {event["step"]: event for event in of_type(pair, "step.judged")}
    kept = sum(step.get("tokens", 0) for step in of_type(pair, "answer"))
    for step in of_type(pair, "step.committed"):
        judged = steps.get(step["step"], {})
        kept += judged.get("stepTokens", step["tokens"]) if step["by"] == "draft" else step["tokens"]
    end = pair[-1]
    if len(times) < 8 or kept < 1 or "baseAlone" not in end:
        return None
    seconds, share = time_at(times, kept)
    result = {
        "promptTokens": of_type(pair, "turn.started")[-1].get("promptTokens"), "kept": kept, "stop": end["stop"],
        "seconds": end["seconds"], "written": share, "measured": seconds / end["seconds"],
        "estimated": end["baseAlone"]["estimate"] / end["seconds"],
        "low": end["baseAlone"]["low"] / end["seconds"], "high": end["baseAlone"]["high"] / end["seconds"],
    }
    drafts = {event["step"]: event for event in of_type(pair, "step.drafted")}
    judged = [step for number, step in steps.items() if number in drafts]
    if judged and figures.get("breakEvenAcceptance"):
        spent = sum(event["seconds"] - prompt_seconds(event) for event in judged)
        spent += sum(drafts[event["step"]]["seconds"] - prompt_seconds(drafts[event["step"]]) for event in judged)
        tokens = sum(event.get("stepTokens", drafts[event["step"]]["tokens"]) for event in judged)
        pace = (times[-1] - times[0]) / (len(times) - 1)
        result["measuredBreakEven"] = spent / tokens / pace
        result["estimatedBreakEven"] = figures["breakEvenAcceptance"]
    return result


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
    parser.add_argument("--specreason", default=".build/release/specreason")
    parser.add_argument("--pair", nargs="+", default=["demo"], help="demo, or BASE.gguf DRAFT.gguf")
    parser.add_argument("--problems", help="JSON Lines with a problem each")
    parser.add_argument("--count", type=int, default=10, help="prompts")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--modes", nargs="+", default=MODES)
    parser.add_argument("--budget", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", help="keeps results, and goes on with those that are kept")
    parser.add_argument("--options", action="append", default=[],
                        help="a further option of run, such as --options=--judge=likelihood; may stand several times")
    arguments = parser.parse_args()
    if arguments.pair != ["demo"] and len(arguments.pair) != 2:
        parser.error("--pair takes demo, or a base and a draft model")
    kept = []
    if arguments.out and os.path.exists(arguments.out):
        with open(arguments.out, encoding="utf-8") as file:
            # A line that was cut is computed again.
            kept = [json.loads(line) for line in file if line.endswith("}\n")]
    known = {(entry["place"], entry["round"], entry["mode"]): entry["result"] for entry in kept}
    results = []
    for place, prompt in enumerate(prompts(arguments)):
        for round in range(arguments.rounds):
            missing = [mode for mode in arguments.modes if (place, round, mode) not in known]
            if missing:
                print(f"prompt {place + 1}, round {round + 1} …", file=sys.stderr)
                alone, _ = trace(arguments, "base", prompt)
            for mode in missing:
                result = known[place, round, mode] = check(arguments, prompt, mode, alone)
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
