#!/usr/bin/env python3
"""How long the list of many saved runs takes to open and to search.

    Benchmarks/run_list.py TRACE.jsonl

Puts 1,000 runs made of the trace, each with a prompt of its own, into a folder, opens the viewer on them in a
pseudo-terminal of 120×36, presses Ctrl-R until the list shows, and then types a word that one run has, a key at a time.
A key's time ends with the last byte that the viewer writes for it. Prints medians and the longest in ms. Standard library
only.
"""
import argparse
import fcntl
import json
import os
import pty
import select
import statistics
import struct
import sys
import tempfile
import termios
import time


def read_until(terminal, seconds, mark):
    """Seconds until `mark` stands in what the terminal gives; None where it does not come."""
    start = time.perf_counter()
    data = b""
    while (left := seconds - (time.perf_counter() - start)) > 0:
        if select.select([terminal], [], [], left)[0]:
            data += os.read(terminal, 1 << 16)
            if mark in data:
                return time.perf_counter() - start
    return None


def read_all(terminal, silence=0.3, longest=5):
    """Seconds until the last byte before `silence`; None where nothing came."""
    start = time.perf_counter()
    last = None
    while time.perf_counter() - start < longest:
        if not select.select([terminal], [], [], silence)[0]:
            return last
        try:
            os.read(terminal, 1 << 16)
        except OSError:
            return last  # the viewer ended
        last = time.perf_counter() - start
    return last


def fill(folder, trace, count):
    """Writes `count` runs made of `trace`; the bytes of all."""
    with open(trace) as file:
        events = [json.loads(line) for line in file if line.strip()]
    total = 0
    for number in range(count):
        for event in events:
            if event["type"] == "turn.started":
                event["prompt"] = f"Problem word{number:04}. How many bolts?"
        name = f"2026{number // 672 + 1:02}{number // 24 % 28 + 1:02}-{number % 24:02}0000-000-{number:04x}.jsonl"
        text = "".join(json.dumps(event, separators=(",", ":")) + "\n" for event in events)
        total += len(text)
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("trace")
    parser.add_argument("--specreason", default=".build/release/specreason")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--times", type=int, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        total = fill(folder, arguments.trace, arguments.runs)
        process, terminal = pty.fork()
        if process == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execv(arguments.specreason, [
                arguments.specreason, "--run-folder", folder, "--no-save", "--reduced-motion"])
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        read_all(terminal, silence=3, longest=60)
        opening, keys = [], []
        for round in range(arguments.times):
            os.write(terminal, b"\x12")
            opened = read_until(terminal, 10, f"/{arguments.runs}".encode())
            if opened is None:
                sys.exit("The list did not show.")
            opening.append(opened * 1000)
            read_all(terminal)
            for letter in f"word{round * 97 % arguments.runs:04}".encode():
                os.write(terminal, bytes([letter]))
                shown = read_all(terminal)
                if shown is not None:
                    keys.append(shown * 1000)
            os.write(terminal, b"\x1b")
            read_all(terminal)
        os.write(terminal, b"\x03\x03")
        read_all(terminal)
    print(f"{arguments.runs} runs, {total / 1e6:.0f} MB")
    for name, values in [("open", opening), ("a key of the search", keys)]:
        print(f"{name}: median {statistics.median(values):.0f} ms, longest {max(values):.0f} ms of {len(values)}")


if __name__ == "__main__":
    main()
