// The weight types: how GGUF files store their blocks, as in ggml's ggml-common.h, and one table of all of them.
//
// To add a type: its block and its row here, the function that reads a block in blocks.c, and its blocks' values in
// Tests/CKernelsTests/Fixtures. Everything else follows from the row: sizes, packing, products on every instruction set,
// and the lists of types in tests. A type whose scales are of none of packing.h's forms also needs a new form there, in
// pack.c and in packed.h.
#ifndef SPECREASON_FORMATS_H
#define SPECREASON_FORMATS_H

#include <stddef.h>
#include <stdint.h>

/// Quantized products work on groups of SR_GROUP values: a small block, or an eighth of a large one.
enum { SR_GROUP = 32, SR_SUPER = 256, SR_GROUPS_IN_SUPER = SR_SUPER / SR_GROUP };

/// Weight i is scale · (q − 8); byte j holds weight j in its low and weight j + 16 in its high half.
typedef struct {
  uint16_t scale;
  uint8_t quants[SR_GROUP / 2];
} sr_block_q4_0;
_Static_assert(sizeof(sr_block_q4_0) == 2 + 32 / 2, "4 bits a weight and an F16");

/// Weight i is scale · q + minimum, with q as in Q4_0.
typedef struct {
  uint16_t scale, minimum;
  uint8_t quants[SR_GROUP / 2];
} sr_block_q4_1;
_Static_assert(sizeof(sr_block_q4_1) == 2 + 2 + 32 / 2, "4 bits a weight and two F16");

/// Weight i is scale · (q − 16), with q as in Q4_0 and bit i % 8 of high[i / 8] as its fifth bit.
typedef struct {
  uint16_t scale;
  uint8_t high[SR_GROUP / 8];
  uint8_t quants[SR_GROUP / 2];
} sr_block_q5_0;
_Static_assert(sizeof(sr_block_q5_0) == 2 + 32 / 8 + 32 / 2, "5 bits a weight and an F16");

/// Weight i is scale · q + minimum, with q as in Q5_0.
typedef struct {
  uint16_t scale, minimum;
  uint8_t high[SR_GROUP / 8];
  uint8_t quants[SR_GROUP / 2];
} sr_block_q5_1;
_Static_assert(sizeof(sr_block_q5_1) == 2 + 2 + 32 / 8 + 32 / 2, "5 bits a weight and two F16");

/// Weight i is scale · q.
typedef struct {
  uint16_t scale;
  int8_t quants[SR_GROUP];
} sr_block_q8_0;
_Static_assert(sizeof(sr_block_q8_0) == 2 + 32, "8 bits a weight and an F16");

/// Weight i is scale · sr_iq4_values[q], with q as in Q4_0.
typedef struct {
  uint16_t scale;
  uint8_t quants[SR_GROUP / 2];
} sr_block_iq4_nl;
_Static_assert(sizeof(sr_block_iq4_nl) == 2 + 32 / 2, "4 bits a weight and an F16");

/// Weight i is 2^(exponent − 128) · sr_fp4_values[q], with q as in Q4_0 (OCP's MXFP4; its values are halves of these).
typedef struct {
  uint8_t exponent;
  uint8_t quants[SR_GROUP / 2];
} sr_block_mxfp4;
_Static_assert(sizeof(sr_block_mxfp4) == 1 + 32 / 2, "4 bits a weight and an exponent");

/// Weight i of group g is scale · s · q − minimum · m, with s in the low and m in the high half of
/// factors[2g + i/16]. Of each half of the block (4 groups), `quants` holds 32 bytes with two bits of each group.
typedef struct {
  uint8_t factors[SR_SUPER / 16];
  uint8_t quants[SR_SUPER / 4];
  uint16_t scale, minimum;
} sr_block_q2_k;
_Static_assert(sizeof(sr_block_q2_k) == 256 / 4 + 2 + 2 + 16, "2 bits a weight, two F16, 32 factors of 4 bits");

/// Weight i of group g is scale · (s[2g + i/16] − 32) · (q − 4). The low two bits of q are as in Q2_K, bit g of
/// `high[i]` is the third. Of the 16 numbers s, `factors` holds the low four bits in 8 bytes (the first 8 in the low
/// halves) and the high two in 4 bytes (number j in byte j % 4).
typedef struct {
  uint8_t high[SR_SUPER / 8];
  uint8_t quants[SR_SUPER / 4];
  uint8_t factors[12];
  uint16_t scale;
} sr_block_q3_k;
_Static_assert(sizeof(sr_block_q3_k) == 256 / 4 + 256 / 8 + 2 + 12, "3 bits a weight, an F16, 16 factors of 6 bits");

/// Weight i of group g is scale · s[g] · q − minimum · m[g]; s and m are 6 bits each, packed in `factors`.
/// 32 bytes hold two groups, the even one in their low halves.
typedef struct {
  uint16_t scale, minimum;
  uint8_t factors[12];
  uint8_t quants[SR_SUPER / 2];
} sr_block_q4_k;
_Static_assert(sizeof(sr_block_q4_k) == 2 + 2 + 12 + 256 / 2, "4 bits a weight, two F16, 16 factors of 6 bits");

/// As Q4_K, with bit g of `high[i]` as the fifth bit of weight i of group g.
typedef struct {
  uint16_t scale, minimum;
  uint8_t factors[12];
  uint8_t high[SR_SUPER / 8];
  uint8_t quants[SR_SUPER / 2];
} sr_block_q5_k;
_Static_assert(sizeof(sr_block_q5_k) == 2 + 2 + 12 + 256 / 8 + 256 / 2, "5 bits a weight, the rest as Q4_K");

/// Weight i of group g is scale · factors[2g + i/16] · (q − 32). Of each half of the block (4 groups), `low` holds
/// 64 bytes with groups 0 and 1 in their low and 2 and 3 in their high halves, `high` two bits of each group.
typedef struct {
  uint8_t low[SR_SUPER / 2];
  uint8_t high[SR_SUPER / 4];
  int8_t factors[SR_SUPER / 16];
  uint16_t scale;
} sr_block_q6_k;
_Static_assert(sizeof(sr_block_q6_k) == 256 / 2 + 256 / 4 + 16 + 2, "6 bits a weight, 16 factors and an F16");

/// Weight i of group g is scale · (s − 32) · sr_iq4_values[q]. The low four bits of s are the half of
/// low_factors[g / 2] that g % 2 says, the high two are bits 2g of `high_factors`; of each group, `quants` holds
/// 16 bytes as in Q4_0.
typedef struct {
  uint16_t scale, high_factors;
  uint8_t low_factors[SR_GROUPS_IN_SUPER / 2];
  uint8_t quants[SR_SUPER / 2];
} sr_block_iq4_xs;
_Static_assert(sizeof(sr_block_iq4_xs) == 256 / 2 + 2 + 8 * 6 / 8, "4 bits a weight, an F16, 8 factors of 6 bits");

/// The weights of IQ4_NL and IQ4_XS, before their scale.
static const int8_t sr_iq4_values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
/// The weights of MXFP4, before their scale: twice the numbers of 1 sign bit, 2 of the exponent, 1 of the mantissa.
static const int8_t sr_fp4_values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

// The table of weight types. A row has the type's name, the same in lower case (its block is `sr_block_…`, and blocks.c
// reads it with `unpack_…`), its number in GGUF files, and then how it is packed: the fields of `sr_packing` that
// differ from 0, which packing.h explains.

/// Types without blocks, by the C type of a value.
#define SR_FLOAT_TYPES(ROW)  \
  ROW(F32, float, 0)         \
  ROW(F16, uint16_t, 1)      \
  ROW(BF16, uint16_t, 30)

/// Types with blocks of SR_GROUP values, whose scale is a float.
#define SR_SMALL_BLOCK_TYPES(ROW)                                                                            \
  ROW(Q4_0, q4_0, 2, .low_bits = 4, .offset = 8, .factors = SR_SCALES)                                       \
  ROW(Q4_1, q4_1, 3, .low_bits = 4, .factors = SR_SCALES_AND_MINIMA)                                         \
  ROW(Q5_0, q5_0, 6, .low_bits = 4, .high_bits = 1, .offset = 16, .factors = SR_SCALES)                      \
  ROW(Q5_1, q5_1, 7, .low_bits = 4, .high_bits = 1, .factors = SR_SCALES_AND_MINIMA)                         \
  ROW(Q8_0, q8_0, 8, .low_bits = 8, .offset = 128, .factors = SR_SCALES)                                     \
  ROW(IQ4_NL, iq4_nl, 20, .low_bits = 4, .offset = 128, .values = sr_iq4_values, .factors = SR_SCALES)       \
  ROW(MXFP4, mxfp4, 39, .low_bits = 4, .offset = 12, .values = sr_fp4_values, .factors = SR_EXPONENTS)

/// Types with blocks of SR_SUPER values, which have a float scale and integer scales for their groups.
#define SR_SUPER_BLOCK_TYPES(ROW)                                                                            \
  ROW(Q2_K, q2_k, 10, .low_bits = 2, .factors = SR_HALF_NIBBLES)                                             \
  ROW(Q3_K, q3_k, 11, .low_bits = 2, .high_bits = 1, .offset = 4, .factors = SR_HALF_BYTES)                  \
  ROW(Q4_K, q4_k, 12, .low_bits = 4, .factors = SR_BYTES_AND_MINIMA)                                         \
  ROW(Q5_K, q5_k, 13, .low_bits = 4, .high_bits = 1, .factors = SR_BYTES_AND_MINIMA)                         \
  ROW(Q6_K, q6_k, 14, .low_bits = 4, .high_bits = 2, .offset = 32, .factors = SR_HALF_BYTES)                 \
  ROW(IQ4_XS, iq4_xs, 23, .low_bits = 4, .offset = 128, .values = sr_iq4_values, .factors = SR_HEADER_BYTES)

#define SR_QUANTIZED_TYPES(ROW) SR_SMALL_BLOCK_TYPES(ROW) SR_SUPER_BLOCK_TYPES(ROW)

/// SR_Q4_0 and so on: the types' numbers in GGUF files.
#define SR_FLOAT_NUMBER(name, value_type, number) SR_##name = number,
#define SR_QUANTIZED_NUMBER(name, lower, number, ...) SR_##name = number,
enum { SR_FLOAT_TYPES(SR_FLOAT_NUMBER) SR_QUANTIZED_TYPES(SR_QUANTIZED_NUMBER) };
#undef SR_FLOAT_NUMBER
#undef SR_QUANTIZED_NUMBER

/// A group of weights: weight i is block_scale · scale[i / 16] · q[i] − block_minimum · minimum[i / 16].
/// Where blocks have integer scales, `scale` and `minimum` are integers; else the block's are 1.
typedef struct {
  int8_t q[SR_GROUP];
  float scale[2], minimum[2];
  float block_scale, block_minimum;
} sr_group;

#endif
