#!/usr/bin/env python3
"""The demo pair behind two of llama.cpp's servers: what distance costs, and whether it writes the same.

    python3 Benchmarks/servers.py delays --count 20
    python3 Benchmarks/servers.py agreement --count 100

`delays` puts a proxy before each server that holds every request back for so many milliseconds, and measures steps a
second with and without drafting ahead, problem by problem in turns. `agreement` solves problems in this process and over
HTTP, in turns, and tells right answers, how many texts are the same to the letter, and the seconds of a step. All is
greedy, in mode `reason`, with one thread for each model.

The servers are those of the Python package xllamacpp, which .ci/run installs into .build-llama-server. Standard library
only.
"""

import argparse
import contextlib
import json
import pathlib
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEMO = ROOT / "Sources/DemoPair/Resources"
MODELS = {"base": DEMO / "demo-base-q8_0.gguf", "draft": DEMO / "demo-draft-q8_0.gguf"}


class Proxy:
    """Hands connections on to a server, and holds each request back for some seconds."""

    def __init__(self, port, seconds):
        self.upstream, self.seconds = port, seconds
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.upstream))
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # A request begins with the first bytes after an answer.
            state = {"begins": True}
            for pump in (self.requests, self.answers):
                threading.Thread(target=pump, args=(client, server, state), daemon=True).start()

    def requests(self, client, server, state):
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 16):
                if state["begins"]:
                    state["begins"] = False
                    time.sleep(self.seconds)
                server.sendall(data)
        # Hanging up is how a request is cancelled.
        close(client, server)

    def answers(self, client, server, state):
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 16):
                state["begins"] = True
                client.sendall(data)
        close(client, server)

    def stop(self):
        self.listener.close()


def close(*ends):
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def serve(python, role):
    """A server of one of the models: its process and its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [python, ROOT / "Tests/LlamaServer/serve.py", MODELS[role], f"demo-{role}", port]
    process = subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
            return process, port
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    process.kill()
    raise SystemExit(f"The server of the {role} model did not start: is xllamacpp installed for {python}?")


def solve(options, problems, *arguments):
    """What `specreason eval` makes of `problems`: for each its seconds, its texts, and whether it is right."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        data = folder / "problems.jsonl"
        data.write_text("".join(json.dumps(problem) + "\n" for problem in problems))
        subprocess.run(
            [options.specreason, "eval", data, "--output", folder / "out", "--modes", "reason", "--thresholds", "7",
             "--judges", "short", "--temperature", "0", "--seeds", "1", "--threads", "1", *arguments],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        results = []
        for line in (folder / "out/results.jsonl").read_text().splitlines():
            result = json.loads(line)
            solution = result["solutions"][0]
            trace = next((folder / "out/traces").glob(f"{result['problem']:04}-*"))
            events = [json.loads(event) for event in trace.read_text().splitlines()]
            texts = [e["text"] for e in events if e["type"] in ("step.committed", "answer")]
            steps = sum(e["type"] == "step.committed" for e in events)
            results.append((solution["seconds"], steps, texts, solution["right"]))
        return results


def addresses(ports):
    return [word for role in ("base", "draft") for word in (f"--{role}", f"http://127.0.0.1:{ports[role]}")]


def delays(options, problems, ports):
    print("| delay of a request, draft and base | steps a second | drafting ahead | ratio |\n|---|---:|---:|---:|")
    for pair in options.delays.split(","):
        draft, base = (float(part) for part in pair.split(":"))
        proxies = {
            role: Proxy(ports[role], milliseconds / 1000)
            for role, milliseconds in (("draft", draft), ("base", base))}
        to = addresses({role: proxy.port for role, proxy in proxies.items()})
        speeds = {"--no-ahead": [], "--ahead": []}
        # Some problems one way, then the same the other way.
        for start in range(0, len(problems), options.batch):
            for way, found in speeds.items():
                for seconds, steps, _, _ in solve(options, problems[start:start + options.batch], *to, way):
                    found.append(steps / seconds)
        without, ahead = speeds["--no-ahead"], speeds["--ahead"]
        ratio = statistics.median(b / a for a, b in zip(without, ahead))
        print(
            f"| {draft:g} ms, {base:g} ms | {statistics.median(without):.1f} | {statistics.median(ahead):.1f} "
            f"| {ratio:.2f}× |", flush=True)
        for proxy in proxies.values():
            proxy.stop()


def agreement(options, problems, ports):
    here, there = [], []
    for start in range(0, len(problems), options.batch):
        part = problems[start:start + options.batch]
        here += solve(options, part)
        there += solve(options, part, *addresses(ports))
    same = sum(a[2] == b[2] for a, b in zip(here, there))
    print(f"{same} of {len(here)} texts are the same to the letter")
    for name, results in (("in this process", here), ("over HTTP", there)):
        step = statistics.median(1000 * seconds / max(1, steps) for seconds, steps, _, _ in results)
        print(f"{name}: {sum(r[3] for r in results)} of {len(results)} right, {step:.1f} ms a step (median)")
    more = statistics.median(
        1000 * (b[0] / max(1, b[1]) - a[0] / max(1, a[1])) for a, b in zip(here, there))
    print(f"a step over HTTP takes {more:.1f} ms more (median of problems)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["delays", "agreement"])
    parser.add_argument("--count", type=int, default=20, help="problems, from the first held-out one")
    parser.add_argument("--batch", type=int, default=5, help="problems of a turn")
    parser.add_argument(
        "--delays", default="0:0,1:1,10:10,50:50,0:100", help="milliseconds of draft and base, with commas between")
    parser.add_argument("--specreason", default=ROOT / ".build/release/specreason")
    parser.add_argument("--python", default=ROOT / ".build-llama-server/bin/python")
    options = parser.parse_args()
    lines = (DEMO / "heldout.jsonl").read_text().splitlines()
    problems = [json.loads(line) for line in lines[:options.count]]
    processes, ports = [], {}
    try:
        for role in MODELS:
            process, ports[role] = serve(options.python, role)
            processes.append(process)
        (delays if options.what == "delays" else agreement)(options, problems, ports)
    finally:
        for process in processes:
            process.kill()


main()
