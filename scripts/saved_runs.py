"""What a broken program must leave behind: shared by crash-loop and fault-loop. Standard library only."""
import collections
import json
import os
import re

PLAIN_LINE = re.compile(r"^(\d+) (draft|base) (.*?)(?:  (?:[✓✗↻■·].*)?)?$")
LINEAR_LINE = re.compile(r"^step (\d+), (?:draft|base rewrite|base)(?:, cut)?: (.*)$")


class Fault(Exception):
    pass


def plain_steps_saved(printed, events):
    """How many steps `run` printed; a fault where the file lacks the text of one."""
    texts = collections.defaultdict(str)
    for event in events:
        if event["type"] == "token" and "step" in event:
            texts[event["step"], event["by"]] += event["text"]
    count = 0
    for line in printed.split("\n"):
        found = PLAIN_LINE.match(line)
        if not found:
            continue
        step, by, text = int(found[1]), found[2], found[3]
        if not texts[step, by].replace("\n", " ").startswith(text.rstrip("\ufffd")):
            raise Fault(f"printed, not saved: {line!r}, the file has {texts[step, by]!r}")
        count += 1
    return count


def linear_steps_saved(printed, events):
    """How many steps `--linear` printed; a fault where the file lacks one."""
    texts = {" ".join(event["text"].splitlines()) for event in events
             if event["type"] in ("step.drafted", "step.committed")}
    count = 0
    for line in printed.split("\n")[:-1]:
        found = LINEAR_LINE.match(line)
        if found and found[2] not in texts:
            raise Fault(f"printed, not saved: {line!r}")
        count += bool(found)
    return count


def run_in(folder):
    names = [name for name in os.listdir(folder) if name.endswith(".jsonl")] if os.path.isdir(folder) else []
    return f"{folder}/{names[0]}" if names else None


def traces_in(folder):
    path = folder + "/traces"
    return [f"{path}/{name}" for name in sorted(os.listdir(path)) if name.endswith(".jsonl")] \
        if os.path.isdir(path) else []


def whole_lines(path):
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return file.read().split("\n")[:-1]


def events_in(path):
    """The events of whole lines."""
    events = []
    with open(path, encoding="utf8", errors="replace") as file:
        for line in file:
            try:
                events.append(json.loads(line))
            except ValueError:
                pass
    return events
