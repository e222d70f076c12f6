#!/usr/bin/env python3
"""How long a key takes to show on the screen while both models run on all cores.

    Benchmarks/key_latency.py --base BASE.gguf --draft DRAFT.gguf

Opens the viewer in a pseudo-terminal of 120×36, sends a problem, and while the turn runs presses `?` at random moments
and closes the help again. The time of a key ends when the help's title can be read. Prints percentiles in ms.
Standard library only.
"""
import argparse
import fcntl
import os
import pty
import random
import select
import statistics
import struct
import sys
import termios
import time


def read_for(terminal, seconds, until=None):
    """What the terminal gives within `seconds`, or until `until` is in it."""
    data = b""
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        if select.select([terminal], [], [], left)[0]:
            try:
                data += os.read(terminal, 1 << 16)
            except OSError:
                break  # the viewer ended
            if until and until in data:
                break
    return data


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--specreason", default=".build/release/specreason")
    parser.add_argument("--base", required=True)
    parser.add_argument("--draft", required=True)
    parser.add_argument("--presses", type=int, default=100)
    arguments = parser.parse_args()

    process, terminal = pty.fork()
    if process == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(arguments.specreason, [
            arguments.specreason, "--base", arguments.base, "--draft", arguments.draft, "--no-save",
            "--threshold", "0", "--seed", "1", "--budget", "100000"])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    read_for(terminal, 120, b"idle")
    os.write(terminal, b"Count for ever.\r")
    read_for(terminal, 3)
    os.write(terminal, b"\t")
    read_for(terminal, 1)
    times = []
    for _ in range(arguments.presses):
        read_for(terminal, random.uniform(0.05, 0.3))
        start = time.perf_counter()
        os.write(terminal, b"?")
        if b"Help" in read_for(terminal, 2, b"Help"):
            times.append((time.perf_counter() - start) * 1000)
            os.write(terminal, b"q")
    os.write(terminal, b"\x03\x03")
    read_for(terminal, 2)
    times.sort()
    if not times:
        sys.exit("No key showed.")
    at = lambda share: times[min(len(times) - 1, int(share * len(times)))]
    print(f"{len(times)} keys, ms: median {statistics.median(times):.1f}, p95 {at(0.95):.1f}, "
          f"p99 {at(0.99):.1f}, max {times[-1]:.1f}")


if __name__ == "__main__":
    main()
