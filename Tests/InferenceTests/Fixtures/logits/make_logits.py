"""Log-probabilities of small random models, computed independently of the engine.

    python3 make_logits.py [--demo DIRECTORY]

writes logits.bin, further.bin and variants.bin (see `main`) beside this script. Each model is written as a GGUF file with the
`gguf` package, read back and dequantized with it, and evaluated in float64 by the definitions of
its architecture. The tests write the same models with their own writer: weights are numbers of
SplitMix64 streams, one per tensor (see `stream` and `tensor_bytes`), so no model is stored.

With --demo, demo.json is written too: the same for GGUF files of that directory.
"""

import argparse
import json
import pathlib
import tempfile

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T

HERE = pathlib.Path(__file__).parent
VOCABULARY, WIDTH, LAYERS, POSITIONS, TOPS = 64, 256, 2, 20, 200
TYPES = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q5_K", "Q6_K"]
FURTHER_TYPES = ["Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "IQ4_NL", "IQ4_XS", "MXFP4"]
SHAPES = {
    "llama": dict(heads=4, kv_heads=2, head_width=64, ff=512, base=500000.0, rope=32, tied=False),
    "qwen2": dict(heads=4, kv_heads=2, head_width=64, ff=256, base=1000000.0, rope=64, tied=True),
    "qwen3": dict(heads=8, kv_heads=2, head_width=64, ff=256, base=10000.0, rope=64, tied=False),
}
EPSILON = 1e-5

MIXTURES = {
    "llama": dict(experts=4, used=2, expert_ff=512),
    "qwen2moe": dict(experts=6, used=3, expert_ff=256, shared_ff=512, tied=False),
    "qwen3moe": dict(experts=8, used=3, expert_ff=256),
}
YARN = {"rope.scaling.type": "yarn", "rope.scaling.factor": 4.0, "rope.scaling.original_context_length": 64}
# Name, architecture, type, and what is different: of the shape, and further metadata.
VARIANTS = [
    ("tied", "llama", "F32", dict(tied=True, divisors=False), {}),
    ("biased", "llama", "F32", dict(biased=True, divisors=False), {}),
    ("linear", "llama", "F32", dict(divisors=False), {"rope.scaling.type": "linear", "rope.scaling.factor": 4.0}),
    ("yarn", "llama", "F32", {}, YARN),
    ("untied", "qwen2", "F32", dict(tied=False), {}),
    ("linear", "qwen2", "F32", {}, {"rope.scaling.factor": 2.5}),
    ("yarn", "qwen2", "F32", {}, YARN),
    ("tied", "qwen3", "F32", dict(tied=True), {}),
    ("yarn", "qwen3", "F32", {}, YARN),
    ("tuned yarn", "qwen3", "F32", {}, YARN | {
        "rope.scaling.yarn_beta_fast": 4.0, "rope.scaling.yarn_beta_slow": 0.5,
        "rope.scaling.yarn_attn_factor": 1.25, "rope.scaling.attn_factor": 0.875}),
    ("experts", "llama", "F32", MIXTURES["llama"], {}),
    ("experts", "qwen2moe", "F32", MIXTURES["qwen2moe"], {}),
    ("experts", "qwen3moe", "F32", MIXTURES["qwen3moe"], {}),
    ("experts", "qwen3moe", "Q8_0", MIXTURES["qwen3moe"], {}),
    ("experts", "qwen3moe", "Q4_K", MIXTURES["qwen3moe"], {}),
    ("yarn", "qwen3moe", "F32", MIXTURES["qwen3moe"], YARN),
    ("all biases", "llama", "F32", dict(biased=True, all_biased=True, divisors=False), {}),
    ("fused", "qwen2", "F32", dict(fused=True), {}),
    ("fused", "llama", "Q8_0", dict(fused=True, divisors=False), {}),
]
VARIANT_ROWS = [*range(10), *range(190, 200)]


def shape(architecture, changes={}):
    """The shape of an architecture's random model; mixtures of experts have that of their dense relatives."""
    return dict(all_biased=False, fused=False, biased="qwen2" in architecture, divisors=architecture == "llama") | SHAPES[architecture[:5]] | changes


def stream(name, count):
    """The first `count` numbers of SplitMix64 seeded with the FNV-1a hash of `name`."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = (seed ^ byte) * 0x100000001B3 & (2**64 - 1)
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def half(value):
    return np.frombuffer(np.float16(value).tobytes(), np.uint8)


def tensor_bytes(name, kind, count, gain):
    """`count` weights of type `kind`, of standard deviation `gain` times 0.06 to 0.08."""
    if kind == "F32":
        return ((stream(name, count) >> np.uint64(40)).astype(np.float64) - 2**23).astype("<f4") * np.float32(gain * 2**-26)
    if kind == "F16":
        return (((stream(name, count) >> np.uint64(53)).astype(np.float64) - 1024) * gain * 2**-13).astype("<f2")
    if kind == "BF16":
        values = (((stream(name, count) >> np.uint64(56)).astype(np.float64) - 128) * gain * 2**-10).astype("<f4")
        return (values.view("<u4") >> 16).astype("<u2")
    block, size = gguf.GGML_QUANT_SIZES[T[kind]]
    blocks = count // block
    raw = stream(name, (blocks * size + 7) // 8).astype("<u8").view(np.uint8)[: blocks * size]
    raw = raw.reshape(blocks, size).copy()
    if kind == "MXFP4":
        raw[:, 0] = 121 + (raw[:, 0] & 1) + (3 if gain == 8 else 0)
        return raw
    scales = {
        "Q8_0": (0, [2**-10]), "Q4_0": (0, [2**-6]), "Q4_K": (0, [2**-12, 7.5 * 2**-12]),
        "Q5_K": (0, [2**-13, 15.5 * 2**-13]), "Q6_K": (208, [2**-14]), "Q4_1": (0, [2**-6, -7.5 * 2**-6]),
        "Q5_0": (0, [2**-7]), "Q5_1": (0, [2**-7, -15.5 * 2**-7]), "Q2_K": (80, [5 * 2**-10, 7.5 * 2**-10]),
        "Q3_K": (108, [3 * 2**-11]), "IQ4_NL": (0, [2**-10]), "IQ4_XS": (0, [2**-14]),
    }[kind]
    for index, value in enumerate(scales[1]):
        raw[:, scales[0] + 2 * index : scales[0] + 2 * index + 2] = half(gain * value)
    return raw


def vector(name, count, centre):
    return (centre + ((stream(name, count) >> np.uint64(56)).astype(np.float64) - 128) * 2**-9).astype("<f4")


def tensors(s, architecture):
    """(name, dimensions) of every tensor of a model of shape `s`: rows and columns, with the number of experts before
    them where each has its own, or the length alone."""
    queries, keys = s["heads"] * s["head_width"], s["kv_heads"] * s["head_width"]
    yield "token_embd.weight", (VOCABULARY, WIDTH)
    yield "output_norm.weight", (WIDTH,)
    if not s["tied"]:
        yield "output.weight", (VOCABULARY, WIDTH)
    if s["all_biased"]:
        yield "output.bias", (VOCABULARY,)
    if s["divisors"]:
        yield "rope_freqs.weight", (s["rope"] // 2,)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        yield block + "attn_norm.weight", (WIDTH,)
        if s["fused"]:
            yield block + "attn_qkv.weight", (queries + 2 * keys, WIDTH)
        else:
            yield block + "attn_q.weight", (queries, WIDTH)
            yield block + "attn_k.weight", (keys, WIDTH)
            yield block + "attn_v.weight", (keys, WIDTH)
        yield block + "attn_output.weight", (WIDTH, queries)
        yield block + "ffn_norm.weight", (WIDTH,)
        if "experts" in s:
            experts, ff = s["experts"], s["expert_ff"]
            yield block + "ffn_gate_inp.weight", (experts, WIDTH)
            yield block + "ffn_gate_exps.weight", (experts, ff, WIDTH)
            yield block + "ffn_up_exps.weight", (experts, ff, WIDTH)
            yield block + "ffn_down_exps.weight", (experts, WIDTH, ff)
        else:
            yield block + "ffn_gate.weight", (s["ff"], WIDTH)
            yield block + "ffn_up.weight", (s["ff"], WIDTH)
            yield block + "ffn_down.weight", (WIDTH, s["ff"])
        if "shared_ff" in s:
            yield block + "ffn_gate_inp_shexp.weight", (WIDTH,)
            yield block + "ffn_gate_shexp.weight", (s["shared_ff"], WIDTH)
            yield block + "ffn_up_shexp.weight", (s["shared_ff"], WIDTH)
            yield block + "ffn_down_shexp.weight", (WIDTH, s["shared_ff"])
        if s["all_biased"]:
            yield block + "attn_output.bias", (WIDTH,)
            yield block + "ffn_gate.bias", (s["ff"],)
            yield block + "ffn_up.bias", (s["ff"],)
            yield block + "ffn_down.bias", (WIDTH,)
        if s["biased"] and s["fused"]:
            yield block + "attn_qkv.bias", (queries + 2 * keys,)
        elif s["biased"]:
            yield block + "attn_q.bias", (queries,)
            yield block + "attn_k.bias", (keys,)
            yield block + "attn_v.bias", (keys,)
        if "qwen3" in architecture:
            yield block + "attn_q_norm.weight", (s["head_width"],)
            yield block + "attn_k_norm.weight", (s["head_width"],)


def write(path, architecture, kind, changes={}, metadata={}):
    s = shape(architecture, changes)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(256)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(s["ff"])
    writer.add_head_count(s["heads"])
    writer.add_head_count_kv(s["kv_heads"])
    writer.add_key_length(s["head_width"])
    writer.add_value_length(s["head_width"])
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_rope_freq_base(s["base"])
    writer.add_rope_dimension_count(s["rope"])
    # So that llama.cpp takes it for a model without a tokenizer (see compare_llama_cpp.py).
    writer.add_tokenizer_model("none")
    writer.add_vocab_size(VOCABULARY)
    if "experts" in s:
        writer.add_expert_count(s["experts"])
        writer.add_expert_used_count(s["used"])
        writer.add_expert_feed_forward_length(s["expert_ff"])
    if "shared_ff" in s:
        writer.add_expert_shared_feed_forward_length(s["shared_ff"])
    for name, value in metadata.items():
        add = {str: writer.add_string, float: writer.add_float32, int: writer.add_uint32}[type(value)]
        add(f"{architecture}.{name}", value)
    for name, dimensions in tensors(s, architecture):
        key = f"{architecture}/{kind}/{name}"
        if len(dimensions) == 1:
            writer.add_tensor(name, vector(key, dimensions[0], 0.0 if name.endswith("bias") else 1.0))
        elif name.endswith("ffn_gate_inp.weight"):
            # Routers are F32 in all files.
            writer.add_tensor(name, tensor_bytes(key, "F32", dimensions[0] * WIDTH, 1).reshape(dimensions))
        else:
            # Embeddings that are not the output weights too are larger, so that the residual stream is not all
            # the layers'.
            gain = 8 if name == "token_embd.weight" and not s["tied"] else 1
            data = tensor_bytes(key, kind, int(np.prod(dimensions)), gain)
            writer.add_tensor(name, data.reshape(*dimensions[:-1], -1), raw_dtype=T[kind])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def norm(x, weight, epsilon):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon) * weight


def int8(x, block):
    """x with each `block` values rounded to multiples of 1/127 of their greatest magnitude."""
    blocks = x.reshape(*x.shape[:-1], -1, block)
    step = np.abs(blocks).max(-1, keepdims=True) / 127
    step[step == 0] = 1
    return (np.round(blocks / step) * step).reshape(x.shape)


class Reference:
    """A decoder-only transformer by the book, in float64.

    When `rounded`, inputs of products with quantized weights are rounded as `int8` does, in blocks as long as those of
    the weights, and keys and values to F16: all that an engine may add to the exact computation."""

    def __init__(self, path, rounded=False):
        reader = gguf.GGUFReader(path)
        floats = (T.F32, T.F16, T.BF16)
        self.rounded = rounded
        self.blocks = {
            t.name: gguf.GGML_QUANT_SIZES[t.tensor_type][0] for t in reader.tensors if t.tensor_type not in floats
        }
        self.w = {
            t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype(np.float64) for t in reader.tensors
        }
        architecture = reader.fields["general.architecture"].contents()

        def read(name, default=None):
            field = reader.fields.get(f"{architecture}.{name}")
            return default if field is None else field.contents()

        self.layers = read("block_count")
        self.heads = read("attention.head_count")
        self.kv_heads = read("attention.head_count_kv", self.heads)
        self.head_width = read("attention.key_length", read("embedding_length") // self.heads)
        self.epsilon = read("attention.layer_norm_rms_epsilon")
        self.base = read("rope.freq_base", 10000.0)
        self.rope = read("rope.dimension_count", self.head_width)
        for name in [name for name in self.w if "attn_qkv" in name]:
            ends = self.head_width * np.array([self.heads, self.heads + self.kv_heads])
            for part, rows in zip("qkv", np.split(self.w[name], ends)):
                self.w[name.replace("qkv", part)] = rows
                if name in self.blocks:
                    self.blocks[name.replace("qkv", part)] = self.blocks[name]
        self.neighbours = architecture == "llama"
        self.experts_used = read("expert_used_count", 0)
        self.normalised = architecture != "qwen2moe"
        scaling = read("rope.scaling.type", "linear")
        factor = read("rope.scaling.factor", 1.0)
        self.frequencies = self.base ** (-np.arange(self.rope // 2) * 2.0 / self.rope)
        self.frequencies /= self.w.get("rope_freqs.weight", 1.0)
        self.magnitude = 1.0
        if scaling == "linear":
            self.frequencies /= factor
        elif scaling == "yarn":
            self.stretch(read, factor)

    def stretch(self, read, factor):
        """YaRN (arXiv 2309.00071) as in the authors' code: pairs that rotate often within the original context keep their
        frequency, pairs that rotate seldom get it divided by the factor, and between them the share grows linearly
        with the index of the pair."""
        original = read("rope.scaling.original_context_length")

        def bound(rotations):
            return self.rope * np.log(original / (rotations * 2 * np.pi)) / (2 * np.log(self.base))

        low = max(np.floor(bound(read("rope.scaling.yarn_beta_fast", 32.0))), 0)
        high = min(np.ceil(bound(read("rope.scaling.yarn_beta_slow", 1.0))), self.rope - 1)
        kept = 1 - np.clip((np.arange(self.rope // 2) - low) / max(high - low, 0.001), 0, 1)
        self.frequencies = self.frequencies / factor * (1 - kept) + self.frequencies * kept
        self.magnitude = read("rope.scaling.yarn_attn_factor", 0.1 * np.log(factor) + 1)
        self.magnitude *= read("rope.scaling.attn_factor", 1.0)

    def product(self, x, name, expert=None):
        """Rows of x times the transpose of the weights `name`, or of those of one expert, and the bias, if there is
        one."""
        weights = self.w[name] if expert is None else self.w[name][expert]
        bias = self.w.get(name.removesuffix("weight") + "bias", 0.0)
        return (int8(x, self.blocks[name]) if self.rounded and name in self.blocks else x) @ weights.T + bias

    def rotate(self, x):
        """Rotary embedding of x, shape (positions, heads, head width)."""
        half = self.rope // 2
        angles = np.arange(len(x))[:, None] * self.frequencies
        c, s = self.magnitude * np.cos(angles)[:, None], self.magnitude * np.sin(angles)[:, None]
        y = x.copy()
        first = slice(0, self.rope, 2) if self.neighbours else slice(0, half)
        second = slice(1, self.rope, 2) if self.neighbours else slice(half, self.rope)
        y[..., first] = x[..., first] * c - x[..., second] * s
        y[..., second] = x[..., first] * s + x[..., second] * c
        return y

    def attend(self, x, block):
        w, n = self.w, len(x)

        def project(name, heads):
            y = self.product(x, f"{block}attn_{name}.weight")
            y = y.reshape(n, heads, self.head_width)
            if name != "v" and f"{block}attn_{name}_norm.weight" in w:
                y = norm(y, w[f"{block}attn_{name}_norm.weight"], self.epsilon)
            return y

        q = self.rotate(project("q", self.heads))
        k = self.rotate(project("k", self.kv_heads))
        v = project("v", self.kv_heads)
        if self.rounded:
            k, v = k.astype(np.float16).astype(float), v.astype(np.float16).astype(float)
        group = self.heads // self.kv_heads
        k, v = np.repeat(k, group, 1), np.repeat(v, group, 1)
        scores = np.einsum("ihd,jhd->hij", q, k) / np.sqrt(self.head_width)
        scores = np.where(np.tril(np.ones((n, n), bool)), scores, -np.inf)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        attended = np.einsum("hij,jhd->ihd", weights, v).reshape(n, -1)
        return self.product(attended, block + "attn_output.weight")

    def feed_forward(self, x, block, suffix="", expert=None):
        gate = self.product(x, f"{block}ffn_gate{suffix}.weight", expert)
        gated = gate / (1 + np.exp(-gate)) * self.product(x, f"{block}ffn_up{suffix}.weight", expert)
        return self.product(gated, f"{block}ffn_down{suffix}.weight", expert)

    def mixture(self, x, block):
        """The weighted sum of the outputs of the experts that the router holds most probable; shared experts, where
        there are some, see every token and have a gate of their own."""
        scores = self.product(x, block + "ffn_gate_inp.weight")
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        least = np.sort(weights, -1)[:, -self.experts_used][:, None]
        weights = np.where(weights >= least, weights, 0)
        if self.normalised:
            weights /= weights.sum(-1, keepdims=True)
        result = np.zeros_like(x)
        for expert in range(weights.shape[1]):
            result += weights[:, [expert]] * self.feed_forward(x, block, "_exps", expert)
        if block + "ffn_gate_inp_shexp.weight" in self.w:
            gate = 1 / (1 + np.exp(-x @ self.w[block + "ffn_gate_inp_shexp.weight"]))
            result += gate[:, None] * self.feed_forward(x, block, "_shexp")
        return result

    def log_probabilities(self, tokens):
        """Shape (positions, vocabulary)."""
        w = self.w
        x = w["token_embd.weight"][tokens]
        for layer in range(self.layers):
            block = f"blk.{layer}."
            x = x + self.attend(norm(x, w[block + "attn_norm.weight"], self.epsilon), block)
            y = norm(x, w[block + "ffn_norm.weight"], self.epsilon)
            x = x + (self.mixture(y, block) if self.experts_used else self.feed_forward(y, block))
        x = norm(x, w["output_norm.weight"], self.epsilon)
        logits = self.product(x, "output.weight" if "output.weight" in w else "token_embd.weight")
        greatest = logits.max(-1, keepdims=True)
        return logits - greatest - np.log(np.exp(logits - greatest).sum(-1, keepdims=True))


def tokenizer(reader):
    """The byte-level BPE tokenizer of a GGUF file, by the library that such tokenizers are trained with."""
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

    tokens = reader.fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(m.split(" ")) for m in reader.fields["tokenizer.ggml.merges"].contents()]
    result = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens)}, merges))
    result.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    kinds = reader.fields["tokenizer.ggml.token_type"].contents()
    result.add_special_tokens([AddedToken(t, special=True) for t, kind in zip(tokens, kinds) if kind in (3, 4)])
    return result


def demo(directory):
    """demo.json: for each model of `directory`, the first held-out problem and what the exact reference would add to it,
    and for each position: the log-probabilities of the token that follows and of the most probable one, and that
    token. `rounded` is the greatest difference of these log-probabilities when rounded as `Reference` says."""
    directory = pathlib.Path(directory)
    problem = json.loads((directory / "heldout.jsonl").read_text().splitlines()[0])["problem"]
    text = f"<|im_start|>user\n{problem}<|im_end|>\n<|im_start|>assistant\n<think>\n"
    result = {}
    for path in sorted(directory.glob("*.gguf")):
        reference = Reference(path)
        tokens = tokenizer(gguf.GGUFReader(path)).encode(text).ids
        for _ in range(128):
            tokens.append(int(reference.log_probabilities(np.array(tokens))[-1].argmax()))
        table = reference.log_probabilities(np.array(tokens))[:-1]
        rounded = Reference(path, rounded=True).log_probabilities(np.array(tokens))[:-1]
        places = np.arange(len(table))
        top, following = table.argmax(-1), np.array(tokens[1:])
        result[path.name] = {
            "tokens": tokens,
            "next": table[places, following].round(6).tolist(),
            "top": top.tolist(),
            "best": table[places, top].round(6).tolist(),
            "rounded": max(
                np.abs(table - rounded)[places, following].max(), np.abs(table.max(-1) - rounded.max(-1)).max()
            ),
        }
        print(path.name, len(tokens), result[path.name]["rounded"], (rounded.argmax(-1) == top).mean())
    (HERE / "demo.json").write_text(json.dumps(result) + "\n")


def tables(architecture, kind, tokens):
    """Two tables of a model, the exact one and the one that is rounded. A table is POSITIONS rows of VOCABULARY float32
    log-probabilities, and of all `tokens`, whose first the rows belong to, the most probable token at each position
    (one byte each) and what it is ahead of the second (one float32 each)."""
    output = b""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.gguf"
        write(path, architecture, kind)
        for rounded in [False, True]:
            table = Reference(path, rounded).log_probabilities(tokens)
            output += table[:POSITIONS].astype("<f4").tobytes()
            output += table.argmax(-1).astype(np.uint8).tobytes()
            ordered = np.sort(table, -1)
            output += (ordered[:, -1] - ordered[:, -2]).astype("<f4").tobytes()
    return output


def main():
    """logits.bin: `tables` for each architecture and type, in the order of SHAPES and TYPES; further.bin: the same for
    llama and FURTHER_TYPES. The text is TOPS numbers of the stream "tokens" modulo VOCABULARY.

    variants.bin: for each of VARIANTS the rows VARIANT_ROWS of log-probabilities of the same text; exact for float
    weights, rounded for others."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--demo")
    options = parser.parse_args()
    tokens = (stream("tokens", TOPS) % np.uint64(VOCABULARY)).astype(int)
    everything = [tables(architecture, kind, tokens) for architecture in SHAPES for kind in TYPES]
    (HERE / "logits.bin").write_bytes(b"".join(everything))
    further = [tables("llama", kind, tokens) for kind in FURTHER_TYPES]
    (HERE / "further.bin").write_bytes(b"".join(further))
    variants = b""
    with tempfile.TemporaryDirectory() as folder:
        for name, architecture, kind, changes, metadata in VARIANTS:
            path = pathlib.Path(folder) / "model.gguf"
            write(path, architecture, kind, changes, metadata)
            table = Reference(path, rounded=kind[0] == "Q").log_probabilities(tokens)
            variants += table[VARIANT_ROWS].astype("<f4").tobytes()
    (HERE / "variants.bin").write_bytes(variants)
    if options.demo:
        demo(options.demo)


if __name__ == "__main__":
    main()
