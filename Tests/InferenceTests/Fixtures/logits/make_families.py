"""Log-probabilities of small random models of further families, computed by llama.cpp.

    pip install numpy gguf xllamacpp
    python3 make_families.py

writes families.json, the models' metadata and tensors, and families.bin, which has for each model what llama.cpp holds
probable after each of the first 32 tokens of make_logits.py's text, shape (models, positions, tokens). The tests make the
same weights from the same streams of random numbers (see `weights`), so no model is stored. llama.cpp comes in the wheel
`xllamacpp`, whose library also has the C interface.
"""

import contextlib
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


def attention(block, norms=("attn_norm",), biased=False, head_norm=None, fused=False, gated=False):
    """The tensors of attention: what they are, by name."""
    queries, keys = HEADS * HEAD_WIDTH, KEY_HEADS * HEAD_WIDTH
    result = {block + name: (WIDTH,) for name in norms}
    parts = {"qkv": queries + 2 * keys} if fused else {"q": queries * (2 if gated else 1), "k": keys, "v": keys}
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


EXPERTS, EXPERT_HIDDEN = 8, 32
NET = {"ssm.conv_kernel": 4, "ssm.state_size": 16, "ssm.group_count": 2, "ssm.time_step_rank": 4, "ssm.inner_size": 64}


def experts(block, norms=("post_attention_norm",), biased=False, chosen_by_bias=False, shared=0, gated=False):
    """The tensors of a mixture of experts, by name."""
    result = {block + name: (WIDTH,) for name in norms}
    result[block + "ffn_gate_inp"] = (EXPERTS, WIDTH)
    shapes = {"gate": (EXPERT_HIDDEN, WIDTH), "up": (EXPERT_HIDDEN, WIDTH), "down": (WIDTH, EXPERT_HIDDEN)}
    for part, (rows, columns) in shapes.items():
        result[f"{block}ffn_{part}_exps"] = (EXPERTS, rows, columns)
        if biased:
            result[f"{block}ffn_{part}_exps.bias"] = (EXPERTS, rows)
        if shared:
            result[f"{block}ffn_{part}_shexp"] = tuple(n * shared if n == EXPERT_HIDDEN else n for n in (rows, columns))
    if biased:
        result[block + "ffn_gate_inp.bias"] = (EXPERTS,)
    if chosen_by_bias:
        result[block + "exp_probs_b.bias"] = (EXPERTS,)
    if gated:
        result[block + "ffn_gate_inp_shexp"] = (WIDTH,)
    return result


def delta_net(block, fused=False):
    """The tensors of a gated delta net, by name."""
    keys, values, heads = 32, 64, NET["ssm.time_step_rank"]
    result = {
        block + "attn_norm": (WIDTH,), block + "attn_qkv": (2 * keys + values, WIDTH), block + "attn_gate": (values, WIDTH),
        block + "ssm_conv1d": (2 * keys + values, NET["ssm.conv_kernel"]), block + "ssm_dt.bias": (heads,),
        block + "ssm_a": (heads,), block + "ssm_norm": (NET["ssm.state_size"],), block + "ssm_out": (WIDTH, values),
    }
    parts = {"ssm_ba": 2 * heads} if fused else {"ssm_beta": heads, "ssm_alpha": heads}
    return result | {block + name: (rows, WIDTH) for name, rows in parts.items()}


def hybrid(layer, feed_forward, fused=False):
    """The tensors of a layer of Qwen 3.5 or 3 Next: each fourth has attention."""
    block = f"blk.{layer}."
    mixer = delta_net(block, fused) if (layer + 1) % 4 else attention(block, head_norm="each", gated=True)
    return mixer | feed_forward(block)


def gpt_oss(layer):
    block = f"blk.{layer}."
    result = attention(block, biased=True) | {block + "attn_output.bias": (WIDTH,), block + "attn_sinks": (HEADS,)}
    return result | experts(block, biased=True)


def glm4moe(layer, head_norm):
    block = f"blk.{layer}."
    dense = feed_forward(block, ("post_attention_norm",))
    rest = dense if layer == 0 else experts(block, chosen_by_bias=True, shared=2)
    return attention(block, biased=head_norm is None, head_norm=head_norm) | rest


LATENT = {
    "attention.head_count_kv": 1, "attention.key_length": 32, "attention.value_length": 24, "attention.kv_lora_rank": 24,
    "attention.key_length_mla": 20, "attention.value_length_mla": 12, "attention.q_lora_rank": 40,
    "rope.dimension_count": 8,
}


def latent(layer, query_rank):
    """The tensors of a layer of DeepSeek 2."""
    block, width = f"blk.{layer}.", LATENT["attention.key_length_mla"]
    rank, values, rotated = LATENT["attention.kv_lora_rank"], LATENT["attention.value_length_mla"], LATENT["rope.dimension_count"]
    result = {block + "attn_norm": (WIDTH,), block + "attn_kv_a_mqa": (rank + rotated, WIDTH), block + "attn_kv_a_norm": (rank,)}
    if query_rank:
        result |= {block + "attn_q_a": (query_rank, WIDTH), block + "attn_q_a_norm": (query_rank,)}
        result[block + "attn_q_b"] = (HEADS * width, query_rank)
    else:
        result[block + "attn_q"] = (HEADS * width, WIDTH)
    result |= {
        block + "attn_k_b": (HEADS, rank, width - rotated), block + "attn_v_b": (HEADS, values, rank),
        block + "attn_output": (WIDTH, HEADS * values),
    }
    rest = feed_forward(block) if layer == 0 else experts(block, ("ffn_norm",), chosen_by_bias=bool(query_rank), shared=2)
    return result | rest


def model(name, architecture, layers=2, metadata={}, tied=False, extra={}, attention_parts={}, feed_forward_parts={}, layer_tensors=None):
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
        tensors |= layer_tensors(layer) if layer_tensors else (
            attention(f"blk.{layer}.", **attention_parts) | feed_forward(f"blk.{layer}.", **feed_forward_parts))
    named = {n if n.endswith((".bias", "ssm_a")) else n + ".weight": shape for n, shape in tensors.items()}
    return {
        "name": name, "architecture": architecture, "metadata": shared | metadata,
        "tensors": [{"name": n, "shape": shape} for n, shape in named.items()],
    }


AFTER = dict(feed_forward_parts=dict(norms=("post_ffw_norm",)))
YARN = {"rope.scaling.type": "yarn", "rope.scaling.factor": 4.0, "rope.scaling.original_context_length": 64}
LONG = {"rope_factors_long": (6,), "rope_factors_short": (6,)}
GLM = {
    "expert_count": EXPERTS, "expert_used_count": 3, "expert_feed_forward_length": EXPERT_HIDDEN, "expert_shared_count": 2,
    "leading_dense_block_count": 1, "expert_weights_scale": 1.5, "expert_weights_norm": True, "expert_gating_func": 2,
}
SHARED = {
    "expert_count": EXPERTS, "expert_used_count": 3, "expert_feed_forward_length": EXPERT_HIDDEN,
    "expert_shared_feed_forward_length": 2 * EXPERT_HIDDEN,
}
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
    # gpt-oss's authors do not round YaRN's bounds, llama.cpp does; with this base and length they are nearly whole.
    model("gpt-oss", "gpt-oss", 4, YARN | {
              "attention.sliding_window": 6, "rope.freq_base": 10353.4, "rope.scaling.original_context_length": 639,
              "expert_count": EXPERTS, "expert_used_count": 3, "expert_feed_forward_length": EXPERT_HIDDEN},
          layer_tensors=gpt_oss),
    model("glm4moe", "glm4moe", 3, GLM | {"rope.dimension_count": 8}, layer_tensors=lambda layer: glm4moe(layer, None)),
    model("glm4moe with groups", "glm4moe", 3, GLM | {"expert_group_count": 4, "expert_group_used_count": 2},
          layer_tensors=lambda layer: glm4moe(layer, "each")),
    model("qwen35", "qwen35", 8, NET | {"rope.dimension_count": 8, "rope.dimension_sections": [2, 1, 1, 0]},
          layer_tensors=lambda layer: hybrid(layer, lambda block: feed_forward(block, ("post_attention_norm",)))),
    model("qwen35moe", "qwen35moe", 4, NET | SHARED | {"rope.dimension_count": 8, "rope.dimension_sections": [2, 1, 1, 0]},
          layer_tensors=lambda layer: hybrid(layer, lambda block: experts(block, shared=2, gated=True))),
    model("qwen3next", "qwen3next", 4, NET | SHARED | {"rope.dimension_count": 8},
          layer_tensors=lambda layer: hybrid(layer, lambda block: experts(block, shared=2, gated=True), fused=True)),
    model("deepseek2", "deepseek2", 3, GLM | LATENT, layer_tensors=lambda layer: latent(layer, 40)),
    model("deepseek2 without a query rank", "deepseek2", 3,
          GLM | LATENT | {"attention.q_lora_rank": 0, "expert_gating_func": 1, "expert_weights_norm": False},
          layer_tensors=lambda layer: latent(layer, None)),
    # llama.cpp knows the windows of this size alone.
    model("exaone4 with windows", "exaone4", 64, {"attention.sliding_window": 6},
          attention_parts=dict(norms=("post_attention_norm",), head_norm="each"), **AFTER),
]


def weights(key, shape, is_tied):
    """Uniform numbers around 0 for matrices and biases, around 1 for norms and factors, and around −1 for what decays of
    a state are multiplied with. Embeddings that are not the
    output weights too are larger, so that the residual stream is not all the layers'."""
    numbers = (stream(key, int(np.prod(shape))) >> np.uint64(40)).astype(np.float64) - 2**23
    if len(shape) == 1:
        centre = 0.0 if key.endswith(".bias") else -1.0 if key.endswith("ssm_a") else 1.0
        return (centre + numbers * 2**-25).astype("<f4")
    return (numbers * 2 ** (-22.0 if key.endswith("token_embd.weight") and not is_tied else -25.0)).astype("<f4").reshape(shape)


def write(path, model):
    writer = gguf.GGUFWriter(path, model["architecture"])
    writer.add_tokenizer_model("none")
    writer.add_vocab_size(VOCABULARY)
    for name, value in model["metadata"].items():
        add = {
            str: writer.add_string, float: writer.add_float32, int: writer.add_uint32, bool: writer.add_bool,
            list: writer.add_array,
        }[type(value)]
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

    @contextlib.contextmanager
    def context(self, path):
        """A model and an empty context, with an F32 cache, so that only sums are rounded."""
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
        yield model, context
        llama.llama_free(ctypes.c_void_p(context))
        llama.llama_model_free(ctypes.c_void_p(model))

    def decode(self, context, token, size):
        """The `size` logits after one more token."""
        one = (ctypes.c_int32 * 1)(int(token))
        assert self.llama.llama_decode(ctypes.c_void_p(context), self.llama.llama_batch_get_one(one, 1)) == 0
        logits = self.llama.llama_get_logits_ith(ctypes.c_void_p(context), -1)
        return np.ctypeslib.as_array(logits, (size,)).astype(np.float64)

    def log_probabilities(self, path, tokens):
        """Shape (positions, vocabulary), token by token."""
        with self.context(path) as (_, context):
            logits = np.array([self.decode(context, token, VOCABULARY) for token in tokens])
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
