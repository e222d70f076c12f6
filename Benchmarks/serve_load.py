#!/usr/bin/env python3
"""Asks `specreason serve` many times at once: are all requests answered, and does its memory stay flat?

    specreason serve --port 8080 --no-save
    python3 Benchmarks/serve_load.py --port 8080 --requests 1000 --at-once 10

Half of the requests are streamed. With the server's process number (--process), its resident memory and
open files are printed at the beginning, after each fifth, and at the end. Exit code 1 where a request was
not answered.
"""

import argparse
import http.client
import json
import os
import sys
import threading
import time

PROMPT = (
    "A bus leaves the park with 41 passengers. At the first stop, 24 people get off. At the second stop, "
    "3 people climb on. At the third stop, the number of passengers doubles. How many passengers does the "
    "bus have at the end?")


def use(process):
    """Resident megabytes and open files of a process, in words."""
    if process is None:
        return ""
    with open(f"/proc/{process}/status") as file:
        lines = [line for line in file if line.startswith("VmRSS")]
    megabytes = int(lines[0].split()[1]) / 1024
    return f"  {megabytes:.0f} MB, {len(os.listdir(f'/proc/{process}/fd'))} open files"


def ask(port, is_streamed, tokens):
    """Whether a request is answered to its end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    body = {
        "messages": [{"role": "user", "content": PROMPT}], "stream": is_streamed,
        "max_tokens": tokens}
    try:
        connection.request("POST", "/v1/chat/completions", json.dumps(body))
        reply = connection.getresponse()
        text = reply.read()
        end = b"data: [DONE]" if is_streamed else b'"finish_reason":"'
        return reply.status == 200 and end in text
    except OSError:
        return False
    finally:
        connection.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=10)
    parser.add_argument("--tokens", type=int, default=60, help="token budget of a request")
    parser.add_argument("--process", type=int, help="the server's process number")
    options = parser.parse_args()
    lock = threading.Lock()
    numbers = iter(range(options.requests))
    answered = []

    def work():
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            is_answered = ask(options.port, number % 2 == 0, options.tokens)
            with lock:
                answered.append(is_answered)

    print(f"0 of {options.requests}{use(options.process)}", flush=True)
    threads = [threading.Thread(target=work) for _ in range(options.at_once)]
    for thread in threads:
        thread.start()
    told = 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.5)
        if len(answered) - told >= max(1, options.requests // 5):
            told = len(answered)
            print(f"{told} of {options.requests}{use(options.process)}", flush=True)
    print(f"{sum(answered)} of {options.requests} answered{use(options.process)}")
    sys.exit(0 if sum(answered) == options.requests else 1)


main()
