#!/usr/bin/env python3
"""Measure specreason and llama.cpp's llama-bench in turns, on the same GGUF files and threads.

    python3 Benchmarks/against_llama.py --specreason .build/release/specreason \
        --llama-bench build-gcc/bin/llama-bench --llama-bench build-clang/bin/llama-bench \
        --threads 1 2 --prefill 32 64 128 512 --depth 0 4096 --rounds 3 MODEL.gguf ...

Every round runs each program once in each of its settings. A figure is the median over the rounds; llama.cpp's is
that of its best build and setting for that figure: default settings, and with --best also pages of 2 MB without mmap,
flash attention on and off, and weights as the file has them (--repack 0). Prints a Markdown table and ratios.
Bandwidth is what `specreason bench` measures in turns with its own decoding.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

DEFAULT = ("default", [], {})
BEST = [
    ("2 MB pages", ["-lm", "none"], {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}),
    ("2 MB pages, no repack", ["-lm", "none", "--repack", "0"], {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}),
]


def lines_of_json(command, environment):
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if result.returncode != 0:
        sys.exit(f"{command[0]} ended with {result.returncode}: {result.stderr.strip()[-400:]}")
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def commas(values):
    return ",".join(map(str, values))


def ours(arguments, model, threads):
    command = [arguments.specreason, "bench", "--json", "--model", model, "--threads", str(threads),
               "--prefill", commas(arguments.prefill), "--depth", commas(arguments.depth), "--decode", str(arguments.decode)]
    report = lines_of_json(command, {})[0]
    figures = {("prefill", each["tokens"]): each["tokensPerSecond"] for each in report["prefill"]}
    fractions = {}
    for depth, each in zip(arguments.depth, report["decodes"]):
        figures[("decode", depth)] = each["tokensPerSecond"]
        fractions[("decode", depth)] = each.get("fractionOfBandwidth")
    return figures, fractions


def llamas(arguments, program, model, threads, flags, environment):
    command = [program, "-m", model, "-t", str(threads), "-r", "1", "-o", "jsonl", *flags]
    runs = [["-p", commas(arguments.prefill), "-n", "0"]] if arguments.prefill else []
    for depth in arguments.depth:
        attention = ["-fa", "off,on"] if depth > 0 else []
        runs.append(["-p", "0", "-n", str(arguments.decode), "-d", str(depth), *attention])
    figures = {}
    for run in runs:
        for each in lines_of_json(command + run, environment):
            key = ("decode", each["n_depth"]) if each["n_gen"] else ("prefill", each["n_prompt"])
            figures[key] = max(figures.get(key, 0), each["avg_ts"])
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="+")
    parser.add_argument("--specreason", default=".build/release/specreason")
    parser.add_argument("--llama-bench", action="append", required=True, help="may be given for several builds")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--prefill", type=int, nargs="*", default=[32, 64, 128, 512])
    parser.add_argument("--depth", type=int, nargs="*", default=[0])
    parser.add_argument("--decode", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--best", action="store_true", help="llama.cpp's other settings, too")
    arguments = parser.parse_args()

    print("| model | threads | what | specreason tok/s | of bandwidth | llama.cpp default | ratio | llama.cpp best | ratio |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for model in arguments.models:
        for threads in arguments.threads:
            own, fractions, theirs = {}, {}, {}
            for _ in range(arguments.rounds):
                figures, parts = ours(arguments, model, threads)
                for key, value in figures.items():
                    own.setdefault(key, []).append(value)
                    fractions.setdefault(key, []).append(parts.get(key))
                for program in arguments.llama_bench:
                    for name, flags, environment in [DEFAULT] + (BEST if arguments.best else []):
                        for key, value in llamas(arguments, program, model, threads, flags, environment).items():
                            theirs.setdefault(key, {}).setdefault((program, name), []).append(value)
            for key, values in own.items():
                mine = statistics.median(values)
                medians = {setting: statistics.median(each) for setting, each in theirs.get(key, {}).items()}
                default = max((v for (_, name), v in medians.items() if name == "default"), default=None)
                best = max(medians.values(), default=None)
                share = [each for each in fractions[key] if each is not None]
                cells = [os.path.basename(model), str(threads), f"{key[0]} {'at ' if key[0] == 'decode' else ''}{key[1]}",
                         f"{mine:,.1f}", f"{statistics.median(share):.0%}" if share else "",
                         f"{default:,.1f}" if default else "", f"{mine / default:.2f}×" if default else "",
                         f"{best:,.1f}" if best else "", f"{mine / best:.2f}×" if best else ""]
                print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
