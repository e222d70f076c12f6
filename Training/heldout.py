"""Write the 300 held-out problems to Sources/DemoPair/Resources/heldout.jsonl."""
import json
import os

from problems import held_out

if __name__ == "__main__":
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Sources", "DemoPair", "Resources", "heldout.jsonl")
    with open(path, "w", encoding="utf-8") as f:
        for p in held_out():
            f.write(json.dumps({"problem": p.text, "answer": p.answer, "family": p.family}, ensure_ascii=False) + "\n")
