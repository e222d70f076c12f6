"""Write a checkpoint as GGUF (qwen2 architecture, Q8_0 matrices, F32 vectors) and read such a file back.

    python3 export.py checkpoints/base.pt  ../Sources/DemoPair/Resources/demo-base-q8_0.gguf  --title "SpecReason demo base"
"""
import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import numpy as np

from tokenizer import SPECIAL, Tokenizer
from turns import CHAT_TEMPLATE

CONTEXT = 2048


def write(model, path, title):
    import gguf
    from model import EPS, ROPE_BASE
    t, c = Tokenizer(), model.c
    w = gguf.GGUFWriter(path, "qwen2")
    w.add_name(title)
    w.add_description("Trained from scratch on generated word problems; solves only such problems.")
    w.add_context_length(CONTEXT)
    w.add_embedding_length(c.width)
    w.add_block_count(c.layers)
    w.add_feed_forward_length(c.ff)
    w.add_head_count(c.heads)
    w.add_head_count_kv(c.heads)
    w.add_rope_freq_base(ROPE_BASE)
    w.add_layer_norm_rms_eps(EPS)
    w.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    w.add_quantization_version(gguf.GGML_QUANT_VERSION)
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("gpt-2")
    w.add_token_list(t.tokens)
    kind = gguf.TokenType
    think = ("<think>", "</think>")
    w.add_token_types([kind.UNUSED if i >= t.used else kind.USER_DEFINED if x in think
                       else kind.CONTROL if x in SPECIAL else kind.NORMAL for i, x in enumerate(t.tokens)])
    w.add_token_merges([" ".join(m) for m in t.merges])
    w.add_eos_token_id(t.eos)
    w.add_pad_token_id(t.pad)
    w.add_add_bos_token(False)
    w.add_chat_template(CHAT_TEMPLATE)

    def matrix(name, x):
        q = gguf.quants.quantize(np.ascontiguousarray(x, dtype=np.float32), gguf.GGMLQuantizationType.Q8_0)
        w.add_tensor(name, q, raw_dtype=gguf.GGMLQuantizationType.Q8_0)

    def vector(name, x):
        w.add_tensor(name, np.ascontiguousarray(x, dtype=np.float32))

    s = {k: v.float().numpy() for k, v in model.state_dict().items()}
    d, f = c.width, c.ff
    matrix("token_embd.weight", s["embed"])
    for l in range(c.layers):
        b = f"blk.{l}."
        vector(b + "attn_norm.weight", s["norm1"][l])
        for i, n in enumerate("qkv"):
            matrix(b + f"attn_{n}.weight", s["qkv"][l][i * d:(i + 1) * d])
            vector(b + f"attn_{n}.bias", s["qkv_bias"][l][i * d:(i + 1) * d])
        matrix(b + "attn_output.weight", s["out"][l])
        vector(b + "ffn_norm.weight", s["norm2"][l])
        matrix(b + "ffn_gate.weight", s["gate_up"][l][:f])
        matrix(b + "ffn_up.weight", s["gate_up"][l][f:])
        matrix(b + "ffn_down.weight", s["down"][l])
    vector("output_norm.weight", s["norm_out"])
    matrix("output.weight", s["head"])
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def load_gguf(path):
    """The model in a GGUF file of ours, weights dequantized."""
    import gguf
    import torch
    from model import Config, Model
    r = gguf.GGUFReader(path)
    get = lambda k: int(r.fields["qwen2." + k].contents())
    m = Model(Config(vocab=0, width=get("embedding_length"), layers=get("block_count"), ff=get("feed_forward_length")))
    x = {n.name: torch.from_numpy(np.array(gguf.quants.dequantize(n.data, n.tensor_type), dtype=np.float32))
         for n in r.tensors}
    L = range(m.c.layers)
    stack = lambda *names: torch.stack([torch.cat([x[f"blk.{l}.{n}"] for n in names]) for l in L])
    m.c.vocab = x["token_embd.weight"].shape[0]
    for name, value in (("embed", x["token_embd.weight"]), ("head", x["output.weight"]), ("norm_out", x["output_norm.weight"]),
                        ("norm1", stack("attn_norm.weight")), ("norm2", stack("ffn_norm.weight")),
                        ("qkv", stack("attn_q.weight", "attn_k.weight", "attn_v.weight")),
                        ("qkv_bias", stack("attn_q.bias", "attn_k.bias", "attn_v.bias")),
                        ("out", stack("attn_output.weight")), ("gate_up", stack("ffn_gate.weight", "ffn_up.weight")),
                        ("down", stack("ffn_down.weight"))):
        getattr(m, name).data = value
    return m


def main():
    a = argparse.ArgumentParser()
    a.add_argument("checkpoint")
    a.add_argument("out")
    a.add_argument("--title", default="SpecReason demo model")
    a.add_argument("--weights", default="average", choices=("average", "state"))
    a = a.parse_args()
    from model import load
    model, data = load(a.checkpoint, a.weights)
    write(model, a.out, a.title)
    print(a.out, os.path.getsize(a.out), "bytes;", data.get("step"), "steps,", data.get("seen"), "tokens")


if __name__ == "__main__":
    main()
