"""Writes the result files of this folder: what spec_reason.py (ruipeterpan/specreason, commit 8c5ee05)
writes for invented steps, with `pickle.dump` and `pprint.pprint` as it calls them; as JSON, what they
hold.

    python3 make_results.py

Needs numpy, whose numbers are the scores of `--score_method average`.
"""
import json
import pathlib
import pickle
import pprint

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent


def step(number, draft, score, base, justification, stop=None, warning=None):
    """A step as the script has it; draft and base are None or (text, tokens)."""
    text, tokens = base or draft
    entry = {
        "step_id": number,
        "step_str": text.replace("</think>", ""),
        "small_model_step": draft and draft[0],
        "num_output_tokens_small": draft and draft[1],
        "score": score,
        "base_model_step": base and base[0],
        "num_output_tokens_base": base and base[1],
        "final_num_output_tokens": base[1] if base else tokens,
        "justification": justification,
    }
    if warning:
        entry["warning"] = warning
    if stop:
        entry["stop_reason"] = stop
    return entry


GREEDY = [
    step(0, None, None, ("Let me see: 17 + 25 is asked for.", 11), None),
    step(1, ("First 17 + 25 = 43, \"I think\", since 7 + 5 = 13 and 10 + 20 = 30 – so it's 43 then.", 34), 3,
         ("No: 7 + 5 = 12, so 17 + 25 = 42.\n", 21), "3"),
    step(2, ("I check: 42 - 25 = 17 ✓</think>", 14), 8, None, "8", warning="step_str had a </think>"),
    step(3, ("The answer is \\boxed{42}.", 9), 9, None, "9", stop="finished"),
]
AVERAGE = [
    step(0, ("Half of 9 is 4.5.", 9), np.float64(7.251), None, "7"),
    step(1, ("So it is 5.", 6), np.float64(5.875), ("So it is 4.5 exactly.", 8), "6", stop="budget"),
]

for name, result in [("greedy", GREEDY), ("average", AVERAGE)]:
    for protocol in [0, 2, 4, 5]:
        (FOLDER / f"{name}-{protocol}.pickle").write_bytes(pickle.dumps(result, protocol=protocol))
    with open(FOLDER / f"{name}.txt", "w", encoding="utf-8") as file:
        pprint.pprint(result, stream=file)
    (FOLDER / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
