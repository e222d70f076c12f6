"""What llama.cpp writes after some prompts, always the most probable token.

    pip install numpy gguf xllamacpp
    python3 make_continuations.py smollm2-135m.gguf > smollm2-135m.json

Of each prompt the tokens, those that follow, and how far each one's logit is ahead of the second: where that is little,
another program may go on otherwise. The F32 KV cache and the default number of threads are those of make_families.py.
"""

import ctypes
import json
import sys

import numpy as np
from make_families import Llama

COUNT = 32
PROMPTS = [
    "<|im_start|>user\nWhat is 17 plus 25?<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\nName three animals that live in water.<|im_end|>\n<|im_start|>assistant\n",
    "The capital of France is",
    "def add(a, b):\n    return",
]


def main():
    llama = Llama()
    library = llama.llama
    library.llama_model_get_vocab.restype = ctypes.c_void_p
    results = []
    for prompt in PROMPTS:
        with llama.context(sys.argv[1]) as (model, context):
            vocabulary = ctypes.c_void_p(library.llama_model_get_vocab(ctypes.c_void_p(model)))
            size = library.llama_vocab_n_tokens(vocabulary)
            text, room = prompt.encode(), (ctypes.c_int32 * 256)()
            count = library.llama_tokenize(vocabulary, text, len(text), room, len(room), False, True)
            ids, greedy, margins = list(room[:count]), [], []
            for token in ids:
                logits = llama.decode(context, token, size)
            while len(greedy) < COUNT:
                second, first = np.argsort(logits)[-2:]
                greedy.append(int(first))
                margins.append(round(float(logits[first] - logits[second]), 3))
                logits = llama.decode(context, greedy[-1], size)
            results.append({"ids": ids, "greedy": greedy, "margins": margins})
    print("[\n" + ",\n".join(json.dumps(result) for result in results) + "\n]")


if __name__ == "__main__":
    main()
