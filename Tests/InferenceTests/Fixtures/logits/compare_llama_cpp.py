"""How far llama.cpp is from make_logits.py's reference on the same models: a second opinion on the reference.

    pip install llama-cpp-python
    python3 compare_llama_cpp.py

prints a table: the greatest difference of a log-probability at the first 20 positions and at the last 10 of 200, and at
the first position alone, and how often the most probable token is the same.
"""

import ctypes
import pathlib
import tempfile

import llama_cpp
import numpy as np
from make_logits import FURTHER_TYPES, SHAPES, TOPS, TYPES, VARIANTS, VOCABULARY, Reference, stream, write

POSITIONS = [*range(20), *range(TOPS - 10, TOPS)]


def llama_log_probabilities(path, tokens):
    """Shape (positions, vocabulary), token by token, with an F32 cache, so that only activations are rounded."""
    parameters = llama_cpp.llama_model_default_params()
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
    settings = llama_cpp.llama_context_default_params()
    settings.n_ctx = 256
    settings.type_k = settings.type_v = llama_cpp.GGML_TYPE_F32
    context = llama_cpp.llama_init_from_model(model, settings)
    assert context, path
    rows = []
    for token in tokens:
        batch = llama_cpp.llama_batch_get_one((llama_cpp.llama_token * 1)(int(token)), 1)
        assert llama_cpp.llama_decode(context, batch) == 0
        logits = llama_cpp.llama_get_logits_ith(context, -1)
        rows.append(np.ctypeslib.as_array(logits, (VOCABULARY,)).astype(np.float64))
    llama_cpp.llama_free(context)
    llama_cpp.llama_model_free(model)
    logits = np.array(rows)
    greatest = logits.max(-1, keepdims=True)
    return logits - greatest - np.log(np.exp(logits - greatest).sum(-1, keepdims=True))


def main():
    silent = llama_cpp.llama_log_callback(lambda level, text, data: None)
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    tokens = (stream("tokens", TOPS) % np.uint64(VOCABULARY)).astype(int)
    models = [("", architecture, kind, {}, {}) for architecture in SHAPES for kind in TYPES]
    models += [("", "llama", kind, {}, {}) for kind in FURTHER_TYPES] + VARIANTS
    print("| model | type | greatest difference | at the first position | same top token |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.gguf"
        for name, architecture, kind, changes, metadata in models:
            # It rotates whole heads only.
            write(path, architecture, kind, changes | {"rope": 64}, metadata)
            table = Reference(path).log_probabilities(tokens)
            theirs = llama_log_probabilities(path, tokens)
            difference = np.abs(table - theirs)[POSITIONS].max(-1)
            same = (table.argmax(-1) == theirs.argmax(-1)).sum()
            label = f"{architecture} {name}".strip()
            print(f"| {label} | {kind} | {difference.max():.4f} | {difference[0]:.0e} | {same} of {TOPS} |", flush=True)


if __name__ == "__main__":
    main()
