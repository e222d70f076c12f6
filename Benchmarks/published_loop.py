#!/usr/bin/env python3
"""The published script's way of working, beside `specreason` on the same two GGUF files.

SpecReason's authors drive two inference servers over HTTP: a draft server writes a step, the base
server judges it with one prompt and one token, and on a rejection writes it anew. This does the
same with two llama-servers (llama.cpp): one request a step, one a judgement, prompt caches on, one
connection kept open to each server. The rules are those of `specreason --mode reason`: steps end at
a blank line, temperature 0.6 and top-p 0.95, average score of the ten digits, accepted at the
threshold, the base model writes the answer. Both solve the same problems, one program after the other in
one run, and the wall time of each problem is printed, then medians and their ratio.

    Benchmarks/published_loop.py --llama-server ~/llama.cpp/build/bin/llama-server --count 30

For models with ChatML turns, as the demo pair's; standard library only.
"""

import argparse
import http.client
import json
import math
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEMO = ROOT / "Sources/DemoPair/Resources"
JUDGES = {
    "short": ("Score the last step, 0 to 9.", "Score: "),
    "reference": (
        "Evaluate the last reasoning step solely based on factual correctness and logical validity. "
        "Ignore style, phrasing, or overall usefulness—only judge whether the step is objectively "
        "correct and logically follows from prior steps. Assign a score from 0 to 9.",
        "<think>I think the quality score is: ",
    ),
}
STEP_LIMIT = 512
BUDGET = 8192


class Server:
    """A llama-server with one slot, and a connection to it."""

    def __init__(self, program, model, threads, context):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [program, "-m", str(model), "-t", str(threads), "-c", str(context), "-np", "1",
             "--host", "127.0.0.1", "--port", str(port)],
            stdout=self.log, stderr=self.log)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.wait()

    def wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                self.log.seek(0)
                sys.exit("llama-server ended:\n" + self.log.read().decode(errors="replace")[-2000:])
            try:
                self.connection.request("GET", "/health")
                response = self.connection.getresponse()
                response.read()
                if response.status == 200:
                    return
            except OSError:
                self.connection.close()
            time.sleep(0.1)
        sys.exit("llama-server did not start within a minute.")

    def complete(self, prompt, **options):
        body = json.dumps({"prompt": prompt, "cache_prompt": True, **options})
        headers = {"Content-Type": "application/json"}
        try:
            self.connection.request("POST", "/completion", body, headers)
            response = self.connection.getresponse()
        except OSError:
            # The server closes a connection that was idle for some seconds.
            self.connection.close()
            self.connection.request("POST", "/completion", body, headers)
            response = self.connection.getresponse()
        content = response.read()
        if response.status != 200:
            sys.exit(f"llama-server answered {response.status}: {content[:500]!r}")
        return json.loads(content)

    def close(self):
        self.process.terminate()
        self.process.wait()


def turn(role, text):
    return f"<|im_start|>{role}\n{text}<|im_end|>\n"


def write(server, prompt, seed, left):
    """One step: its text, its tokens, and whether it closes the reasoning or ends the text."""
    result = server.complete(
        prompt, stop=["\n\n"], n_predict=min(STEP_LIMIT, left), temperature=0.6, top_p=0.95, top_k=0,
        min_p=0, seed=seed)
    text, tag, _ = result["content"].partition("</think>")
    ended = result.get("stop_type") == "eos"
    return text.strip(), result["tokens_predicted"], bool(tag), ended


def judge(server, prompt, question, opening):
    """The average score: the mean of the digits under their normalised probabilities."""
    asked = prompt + "\n\n<|im_end|>\n" + turn("user", question) + "<|im_start|>assistant\n" + opening
    result = server.complete(asked, n_predict=1, temperature=0, n_probs=20)
    top = result["completion_probabilities"][0]["top_logprobs"]
    digits = {}
    for entry in top:
        token = entry["token"].strip()
        if re.fullmatch(r"\d", token):
            digits[token] = digits.get(token, 0) + math.exp(entry["logprob"])
    mass = sum(digits.values())
    if not top or not re.fullmatch(r"\s*\d", top[0]["token"]) or mass == 0:
        return None
    return sum(int(digit) * p for digit, p in digits.items()) / mass


def solve(base, draft, problem, arguments):
    """Solves one problem; gives the boxed answer, and accepted and rejected steps."""
    question, opening = JUDGES[arguments.judge]
    prompt = turn("user", problem) + "<|im_start|>assistant\n<think>\n"
    tokens = accepted = rejected = steps = 0
    while tokens < BUDGET:
        steps += 1
        seed = arguments.seed * 1000 + steps
        text, count, closes, ended = write(draft, prompt, seed, BUDGET - tokens)
        tokens += count
        score = judge(base, prompt + text, question, opening) if text else None
        if score is not None and score >= arguments.threshold:
            accepted += 1
        else:
            rejected += 1
            text, count, closes, ended = write(base, prompt, seed, BUDGET - tokens)
            tokens += count
        if closes:
            prompt += text + "\n</think>\n\n"
            result = base.complete(
                prompt, n_predict=BUDGET - tokens, temperature=0.6, top_p=0.95, top_k=0, min_p=0,
                seed=seed)
            return boxed(result["content"]), accepted, rejected
        prompt += text + "\n\n"
        if ended or not text:
            break
    return boxed(prompt), accepted, rejected


def boxed(text):
    found = re.findall(r"\\boxed\{([^{}]*)\}", text)
    return found[-1] if found else None


def published(arguments, problems):
    """Seconds and answers of the HTTP loop."""
    servers = [
        Server(arguments.llama_server, model, arguments.threads, arguments.context)
        for model in (arguments.base, arguments.draft)
    ]
    try:
        # The first request of a server is slower than any other.
        for server in servers:
            server.complete("1 + 1", n_predict=4, temperature=0)
        results = []
        for problem in problems:
            start = time.perf_counter()
            answer, accepted, rejected = solve(*servers, problem["problem"], arguments)
            seconds = time.perf_counter() - start
            results.append((seconds, answer == str(problem["answer"]), accepted, rejected))
        return results
    finally:
        for server in servers:
            server.close()


def ours(arguments, problems):
    """Seconds and answers of `specreason eval` on the same problems, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "problems.jsonl"
        data.write_text("".join(json.dumps(problem) + "\n" for problem in problems))
        output = pathlib.Path(folder) / "out"
        subprocess.run(
            [arguments.specreason, "eval", str(data), "--output", str(output), "--base",
             str(arguments.base), "--draft", str(arguments.draft), "--context",
             str(arguments.context), "--threads", str(arguments.threads), "--judge",
             arguments.judge, "--seeds", str(arguments.seed), "--thresholds",
             str(arguments.threshold), "--modes", arguments.mode],
            check=True, stdout=subprocess.DEVNULL)
        rounds = [json.loads(line) for line in (output / "results.jsonl").open()]
        return [
            (s["seconds"], s["right"], s["accepted"], s["rejected"])
            for r in rounds for s in r["solutions"]
        ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--llama-server", required=True)
    parser.add_argument("--specreason", default=ROOT / ".build/release/specreason")
    parser.add_argument("--base", default=DEMO / "demo-base-q8_0.gguf")
    parser.add_argument("--draft", default=DEMO / "demo-draft-q8_0.gguf")
    parser.add_argument("--problems", default=DEMO / "heldout.jsonl", type=pathlib.Path)
    parser.add_argument("--count", default=30, type=int)
    parser.add_argument("--mode", default="reason", help="specreason's mode")
    parser.add_argument("--judge", default="short", choices=sorted(JUDGES))
    parser.add_argument("--threshold", default=7.0, type=float)
    parser.add_argument("--threads", default=2, type=int)
    parser.add_argument("--context", default=1024, type=int)
    parser.add_argument("--seed", default=1, type=int)
    arguments = parser.parse_args()

    lines = arguments.problems.read_text().splitlines()
    problems = [json.loads(line) for line in lines if line.strip()][: arguments.count]
    theirs, own = published(arguments, problems), ours(arguments, problems)
    print("| problem | two servers over HTTP, s | specreason, s |\n|---|---|---|")
    for number, (a, b) in enumerate(zip(theirs, own), 1):
        print(f"| {number} | {a[0]:.4f} | {b[0]:.4f} |")
    for name, results in (("two servers over HTTP", theirs), (f"specreason, {arguments.mode}", own)):
        seconds = [r[0] for r in results]
        accepted, rejected = sum(r[2] for r in results), sum(r[3] for r in results)
        print(
            f"{name}: median {statistics.median(seconds):.4f} s, total {sum(seconds):.2f} s, "
            f"{sum(r[1] for r in results)}/{len(results)} right, "
            f"{accepted / max(1, accepted + rejected):.0%} of drafted steps accepted")
    ratio = statistics.median(r[0] for r in theirs) / statistics.median(r[0] for r in own)
    print(f"ratio of medians {ratio:.2f}")


if __name__ == "__main__":
    main()
