"""Writes dequantized.json: blocks of random bytes, and their values according to the `gguf` package (bits of floats)."""

import json
import pathlib

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import quants

random = np.random.default_rng(2504)
# Bytes of a block, blocks, and where its halves (scales and minima) lie.
FORMATS = {
    Type.F16: (2, 64, [0]),
    Type.BF16: (2, 64, []),
    Type.Q4_0: (18, 6, [0]),
    Type.Q8_0: (34, 6, [0]),
    Type.Q4_K: (144, 2, [0, 2]),
    Type.Q5_K: (176, 2, [0, 2]),
    Type.Q6_K: (210, 2, [208]),
    Type.Q4_1: (20, 6, [0, 2]),
    Type.Q5_0: (22, 6, [0]),
    Type.Q5_1: (24, 6, [0, 2]),
    Type.Q2_K: (84, 2, [80, 82]),
    Type.Q3_K: (110, 2, [108]),
    Type.IQ4_NL: (18, 6, [0]),
    Type.IQ4_XS: (136, 2, [0]),
    Type.MXFP4: (17, 12, []),
}
cases = []
for type_, (size, count, halves) in FORMATS.items():
    blocks = random.integers(0, 256, (count, size), dtype=np.uint8)
    for at in halves:
        scales = random.normal(0, 0.02, count).astype(np.float16)
        scales[0] = np.float16(5.5e-7)  # a subnormal half
        blocks[:, at : at + 2] = scales.view(np.uint8).reshape(count, 2)
    if type_ == Type.MXFP4:
        blocks[:5, 0] = [0, 1, 2, 254, 255]  # the exponents at both ends
    if type_ == Type.BF16:
        blocks[:, 1] &= 0xBF  # no infinities and no NaN
    if type_ == Type.F16:
        blocks[2:, :] = random.normal(0, 10, count - 2).astype(np.float16).view(np.uint8).reshape(-1, 2)
    values = quants.dequantize(blocks.reshape(1, -1), type_).astype(np.float32).reshape(-1)
    cases.append({"type": int(type_), "bytes": blocks.reshape(-1).tolist(), "bits": values.view(np.uint32).tolist()})
pathlib.Path(__file__).with_name("dequantized.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
