"""Compare a GGUF of ours with llama.cpp (package cyllama): ids of 200 problems, greedy text of 20.

The reference is written with PyTorch and read by llama.cpp, so the two may live in separate environments:
    python3 check_llamacpp.py reference FILE.gguf checkpoints/reference.json
    python3 check_llamacpp.py compare   FILE.gguf checkpoints/reference.json
"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)


def reference(path, out):
    import torch
    from export import load_gguf
    from problems import held_out
    from sample import generate
    from tokenizer import Tokenizer
    from turns import JUDGE_REFERENCE, JUDGE_SHORT, PROMPT, full_text
    torch.set_num_threads(1)
    t, problems = Tokenizer(), held_out(200)
    texts = [full_text(p) for p in problems]
    texts += [PROMPT.format(p.text) + p.steps[0] + "\n\n" + j for p in problems[:10] for j in (JUDGE_SHORT, JUDGE_REFERENCE)]
    texts += ["What is the capital of France? Größe 東京 🙂 1234 x=3;\n\n\n  a  b\t"]
    prompts = [t.encode(PROMPT.format(p.text)) for p in problems[:20]]
    greedy = generate(load_gguf(path), t, prompts, temperature=0, limit=400)
    with open(out, "w") as f:
        json.dump({"texts": texts, "ids": [t.encode(x) for x in texts], "prompts": prompts, "greedy": greedy}, f)


def compare(path, reference):
    from cyllama.llama.llama_cpp import LlamaBatch, LlamaContext, LlamaContextParams, LlamaModel, LlamaModelParams, LlamaSampler, LlamaSamplerChainParams
    with open(reference) as f:
        want = json.load(f)
    params = LlamaModelParams()
    params.n_gpu_layers = 0
    model = LlamaModel(path, params)
    vocab = model.get_vocab()
    same = sum(list(vocab.tokenize(x, False, True)) == ids for x, ids in zip(want["texts"], want["ids"]))
    print(f"ids equal: {same} of {len(want['ids'])}")
    c = LlamaContextParams()
    c.n_ctx, c.n_batch, c.n_threads, c.n_threads_batch = 1024, 1024, 1, 1
    context = LlamaContext(model, c)
    sampler = LlamaSampler(LlamaSamplerChainParams())
    sampler.add_greedy()
    equal = 0
    for prompt, greedy in zip(want["prompts"], want["greedy"]):
        context.kv_cache_clear()
        feed, at, got = prompt, 0, []
        while len(got) < len(greedy):
            batch = LlamaBatch(n_tokens=len(feed), embd=0, n_seq_max=1)
            for i, x in enumerate(feed):
                batch.add(x, at + i, [0], i == len(feed) - 1)
            context.decode(batch)
            at += len(feed)
            feed = [sampler.sample(context, -1)]
            got += feed
        equal += got == greedy
        if got != greedy:
            i = next(i for i, (a, b) in enumerate(zip(got, greedy)) if a != b)
            print("differs at token", i, "of", len(greedy))
    print(f"greedy text equal: {equal} of {len(want['greedy'])}")
    return same == len(want["ids"]) and equal == len(want["greedy"])


if __name__ == "__main__":
    if sys.argv[1] == "reference":
        reference(*sys.argv[2:])
    else:
        sys.exit(0 if compare(*sys.argv[2:]) else 1)
