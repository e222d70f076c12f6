#!/usr/bin/env python3
"""How much slower the models run while the viewer shows them.

    Benchmarks/viewer_cost.py --base BASE.gguf --draft DRAFT.gguf

Solves the same problem with the same seed without a screen and in the viewer (a pseudo-terminal of 120×36), in turns,
and compares the seconds of the turns in the traces. Prints medians, their ratio, and the bytes that the viewer wrote to
the terminal for each token. Standard library only.
"""
import argparse
import fcntl
import glob
import json
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time


def turn(path):
    """Seconds and tokens of the turn in the trace at `path`; None while it has no end."""
    tokens = 0
    with open(path) as trace:
        for line in trace:
            try:
                event = json.loads(line)
            except json.JSONDecodeError:
                return None
            tokens += event["type"] == "token"
            if event["type"] == "turn.ended":
                return event["seconds"], tokens
    return None


def headless(arguments, options, problem):
    with tempfile.NamedTemporaryFile("w+", suffix=".jsonl") as trace:
        subprocess.run([arguments.specreason, "run", problem, "--json", *options], stdout=trace,
                       stderr=subprocess.DEVNULL)
        return turn(trace.name)


def in_viewer(arguments, options, problem):
    """Seconds and tokens of the turn, and bytes written to the terminal while it ran."""
    with tempfile.TemporaryDirectory() as folder:
        process, terminal = pty.fork()
        if process == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execv(arguments.specreason,
                     [arguments.specreason, *options, "--run-folder", folder])
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        written, sent, done, ended = 0, False, None, time.time() + 600
        while time.time() < ended and not done:
            if select.select([terminal], [], [], 0.5)[0]:
                data = os.read(terminal, 1 << 16)
                written += len(data) if sent else 0
                if not sent and b"idle" in data:
                    os.write(terminal, problem.encode() + b"\r")
                    sent = True
                continue
            for path in glob.glob(folder + "/*.jsonl"):
                done = turn(path)
        os.write(terminal, b"\x03\x03")
        try:
            while os.read(terminal, 1 << 16):
                pass
        except OSError:
            pass
        os.waitpid(process, 0)
        return done and (*done, written)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--specreason", default=".build/release/specreason")
    parser.add_argument("--base", required=True)
    parser.add_argument("--draft", required=True)
    parser.add_argument("--mode", default="reason")
    parser.add_argument("--budget", default="600")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    options = ["--base", arguments.base, "--draft", arguments.draft, "--mode", arguments.mode,
               "--budget", arguments.budget, "--seed", "1"]
    plain, shown, ratios, bytes_ = [], [], [], []
    for _ in range(arguments.rounds):
        one = headless(arguments, options, "Count for ever.")
        two = in_viewer(arguments, options, "Count for ever.")
        if not one or not two:
            sys.exit("A turn did not end.")
        if one[1] != two[1]:
            sys.exit(f"The turns differ: {one[1]} and {two[1]} tokens.")
        plain.append(one[0])
        shown.append(two[0])
        ratios.append(two[0] / one[0])
        bytes_.append(two[2] / two[1])
    print(f"{arguments.rounds} rounds: without a screen {statistics.median(plain):.2f} s, in the viewer "
          f"{statistics.median(shown):.2f} s, ratio {statistics.median(ratios):.3f} "
          f"({min(ratios):.3f} to {max(ratios):.3f}); {statistics.median(bytes_):.0f} bytes a token")


if __name__ == "__main__":
    main()
