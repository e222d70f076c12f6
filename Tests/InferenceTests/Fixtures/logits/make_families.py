"""Log-probabilities of small random models of further families, computed by llama.cpp.

    pip install numpy gguf xllamacpp
    python3 make_families.py

writes families.json, the models' metadata and tensors, and families.bin, which has for each model what llama.cpp holds
probable after each of the first 32 tokens of make_logits.py's text, shape (models, positions, tokens). The tests make the
same weights from the same streams of random numbers (see `weights`), so no model is stored. llama.cpp comes in the wheel
`xllamacpp`, whose library also has the C interface.
"""

import ctypes
import glob
import json
import os
import pathlib
import tempfile

import gguf
import numpy as np
import xllamacpp
from make_logits import stream

HERE = pathlib.Path(__file__).parent
VOCABULARY, WIDTH, HEADS, KEY_HEADS, HEAD_WIDTH, HIDDEN, POSITIONS = 64, 64, 4, 2, 16, 96, 32


def attention(block, norms=("attn_norm",), biased=False, head_norm=None, fused=False):
    """The tensors of attention: what they are, by name."""
    queries, keys = HEADS * HEAD_WIDTH, KEY_HEADS * HEAD_WIDTH
    result = {block + name: (WIDTH,) for name in norms}
    parts = {"qkv": queries + 2 * keys} if fused else {"q": queries, "k": keys, "v": keys}
    for name, rows in parts.items():
        result[f"{block}attn_{name}"] = (rows, WIDTH)
        if biased:
            result[f"{block}attn_{name}.bias"] = (rows,)
    result[block + "attn_output"] = (WIDTH, queries)
    if head_norm == "each":
        result |= {block + "attn_q_norm": (HEAD_WIDTH,), block + "attn_k_norm": (HEAD_WIDTH,)}
    elif head_norm == "all":
        result |= {block + "attn_q_norm": (queries,), block + "attn_k_norm": (keys,)}
    return result


def feed_forward(block, norms=("ffn_norm",), fused=False):
    """The tensors of the feed-forward part, by name."""
    result = {block + name: (WIDTH,) for name in norms}
    if not fused:
        result[block + "ffn_gate"] = (HIDDEN, WIDTH)
    result[block + "ffn_up"] = ((2 if fused else 1) * HIDDEN, WIDTH)
    result[block + "ffn_down"] = (WIDTH, HIDDEN)
    return result


def model(name, architecture, layers=2, metadata={}, tied=False, extra={}, attention_parts={}, feed_forward_parts={}):
    shared = {
        "context_length": 256, "embedding_length": WIDTH, "block_count": layers, "feed_forward_length": HIDDEN,
        "attention.head_count": HEADS, "attention.head_count_kv": KEY_HEADS, "attention.key_length": HEAD_WIDTH,
        "attention.value_length": HEAD_WIDTH, "attention.layer_norm_rms_epsilon": 1e-5, "rope.freq_base": 1e4,
        "rope.dimension_count": HEAD_WIDTH,
    }
    tensors = {"token_embd": (VOCABULARY, WIDTH), "output_norm": (WIDTH,)}
    if not tied:
        tensors["output"] = (VOCABULARY, WIDTH)
    tensors |= extra
    for layer in range(layers):
        tensors |= attention(f"blk.{layer}.", **attention_parts) | feed_forward(f"blk.{layer}.", **feed_forward_parts)
    named = {n if n.endswith(".bias") else n + ".weight": shape for n, shape in tensors.items()}
    return {
        "name": name, "architecture": architecture, "metadata": shared | metadata,
        "tensors": [{"name": n, "shape": shape} for n, shape in named.items()],
    }


AFTER = dict(feed_forward_parts=dict(norms=("post_ffw_norm",)))
YARN = {"rope.scaling.type": "yarn", "rope.scaling.factor": 4.0, "rope.scaling.original_context_length": 64}
LONG = {"rope_factors_long": (6,), "rope_factors_short": (6,)}
MODELS = [
    model("gemma3", "gemma3", 7, {"attention.sliding_window": 6, "rope.freq_base": 1e6}, tied=True,
          attention_parts=dict(norms=("attn_norm", "post_attention_norm"), head_norm="each"),
          feed_forward_parts=dict(norms=("ffn_norm", "post_ffw_norm"))),
    model("gemma3 stretched", "gemma3", 4, {
              "attention.sliding_window": 5, "attention.sliding_window_pattern": 2, "rope.scaling.type": "linear",
              "rope.scaling.factor": 8.0}, tied=True,
          attention_parts=dict(norms=("attn_norm", "post_attention_norm"), head_norm="each"),
          feed_forward_parts=dict(norms=("ffn_norm", "post_ffw_norm"))),
    model("smollm3", "smollm3", 4, tied=True),
    model("phi3 short", "phi3", 2, {"rope.scaling.original_context_length": 256, "rope.scaling.attn_factor": 1.19,
                                   "rope.dimension_count": 12}, extra=LONG,
          attention_parts=dict(fused=True), feed_forward_parts=dict(fused=True)),
    model("phi3 long", "phi3", 2, {"rope.scaling.original_context_length": 64, "rope.scaling.attn_factor": 1.19,
                                  "rope.dimension_count": 12}, extra=LONG,
          attention_parts=dict(fused=True), feed_forward_parts=dict(fused=True)),
    model("mistral3", "mistral3", 2, YARN | {
              "rope.scaling.original_context_length": 10, "rope.scaling.yarn_log_multiplier": 1.0,
              "attention.temperature_scale": 0.3}),
    model("granite", "granite", 2, {"embedding_scale": 3.0, "residual_scale": 0.4, "attention.scale": 0.125,
                                   "logit_scale": 2.5}, tied=True),
    model("glm4", "glm4", 2, {"rope.dimension_count": 8},
          attention_parts=dict(norms=("attn_norm", "post_attention_norm"), biased=True),
          feed_forward_parts=dict(norms=("ffn_norm", "post_ffw_norm"), fused=True)),
    model("olmo2", "olmo2", 2, attention_parts=dict(norms=("post_attention_norm",), head_norm="all"), **AFTER),
    model("olmo2 with windows", "olmo2", 5, YARN | {"attention.sliding_window": 6},
          attention_parts=dict(norms=("post_attention_norm",), head_norm="all"), **AFTER),
    model("seed_oss", "seed_oss", 2, attention_parts=dict(norms=("attn_norm",), biased=True),
          feed_forward_parts=dict(norms=("post_attention_norm",))),
    model("exaone4", "exaone4", 2, attention_parts=dict(norms=("post_attention_norm",), head_norm="each"), **AFTER),
    # llama.cpp knows the windows of this size alone.
    model("exaone4 with windows", "exaone4", 64, {"attention.sliding_window": 6},
          attention_parts=dict(norms=("post_attention_norm",), head_norm="each"), **AFTER),
]


def weights(key, shape, is_tied):
    """Uniform numbers around 0 for matrices and biases, and around 1 for norms and factors. Embeddings that are not the
    output weights too are larger, so that the residual stream is not all the layers'."""
    numbers = (stream(key, int(np.prod(shape))) >> np.uint64(40)).astype(np.float64) - 2**23
    if len(shape) == 1:
        return ((0.0 if key.endswith(".bias") else 1.0) + numbers * 2**-25).astype("<f4")
    return (numbers * 2 ** (-22.0 if key.endswith("token_embd.weight") and not is_tied else -25.0)).astype("<f4").reshape(shape)


def write(path, model):
    writer = gguf.GGUFWriter(path, model["architecture"])
    writer.add_tokenizer_model("none")
    writer.add_vocab_size(VOCABULARY)
    for name, value in model["metadata"].items():
        add = {str: writer.add_string, float: writer.add_float32, int: writer.add_uint32}[type(value)]
        add(f"{model['architecture']}.{name}", value)
    is_tied = all(tensor["name"] != "output.weight" for tensor in model["tensors"])
    for tensor in model["tensors"]:
        writer.add_tensor(tensor["name"], weights(f"{model['name']}/{tensor['name']}", tensor["shape"], is_tied))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


class Llama:
    """As much of llama.cpp's C interface as this needs; parameters are its defaults but for those at known places."""

    POINTER = ctypes.c_void_p

    class Batch(ctypes.Structure):
        _fields_ = [("count", ctypes.c_int32), ("token", ctypes.POINTER(ctypes.c_int32))] + [
            (name, ctypes.c_void_p) for name in ("embeddings", "positions", "counts", "sequences", "logits")]

    class Parameters(ctypes.Structure):
        _fields_ = [("bytes", ctypes.c_uint8 * 256)]

    def __init__(self):
        self.llama = ctypes.CDLL(glob.glob(os.path.dirname(xllamacpp.__file__) + "/*.so")[0])
        self.quiet = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(lambda *_: None)
        self.llama.llama_log_set(self.quiet, None)
        for name in ("llama_model_load_from_file", "llama_init_from_model"):
            getattr(self.llama, name).restype = ctypes.c_void_p
        for name in ("llama_model_default_params", "llama_context_default_params"):
            getattr(self.llama, name).restype = self.Parameters
        self.llama.llama_batch_get_one.restype = self.Batch
        self.llama.llama_get_logits_ith.restype = ctypes.POINTER(ctypes.c_float)

    def log_probabilities(self, path, tokens):
        """Shape (positions, vocabulary), token by token, with an F32 cache, so that only sums are rounded."""
        llama = self.llama
        model = llama.llama_model_load_from_file(str(path).encode(), llama.llama_model_default_params())
        assert model, path
        settings = llama.llama_context_default_params()
        words = ctypes.cast(ctypes.byref(settings), ctypes.POINTER(ctypes.c_int32))
        # n_ctx, n_batch, n_ubatch lead; flash attention off; the formats of keys and values follow two pointers.
        assert (words[1], words[2], words[26], words[27]) == (2048, 512, 1, 1), list(words[:32])
        words[0], words[13], words[26], words[27] = 256, 0, 0, 0
        context = llama.llama_init_from_model(ctypes.c_void_p(model), settings)
        assert context, path
        rows = []
        for token in tokens:
            one = (ctypes.c_int32 * 1)(int(token))
            assert llama.llama_decode(ctypes.c_void_p(context), llama.llama_batch_get_one(one, 1)) == 0
            logits = llama.llama_get_logits_ith(ctypes.c_void_p(context), -1)
            rows.append(np.ctypeslib.as_array(logits, (VOCABULARY,)).astype(np.float64))
        llama.llama_free(ctypes.c_void_p(context))
        llama.llama_model_free(ctypes.c_void_p(model))
        logits = np.array(rows)
        greatest = logits.max(-1, keepdims=True)
        return logits - greatest - np.log(np.exp(logits - greatest).sum(-1, keepdims=True))


def main():
    tokens = (stream("tokens", POSITIONS) % np.uint64(VOCABULARY)).astype(int)
    llama = Llama()
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.gguf"
        for model in MODELS:
            write(path, model)
            tables.append(llama.log_probabilities(path, tokens))
            print(model["name"], tables[-1].argmax(-1)[:8], flush=True)
    (HERE / "families.json").write_text("[\n" + ",\n".join(json.dumps(model) for model in MODELS) + "\n]\n")
    np.array(tables).astype("<f4").tofile(HERE / "families.bin")


if __name__ == "__main__":
    main()
