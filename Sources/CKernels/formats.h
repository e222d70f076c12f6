// Layouts of weights in GGUF files, as ggml's ggml-common.h defines them, and of the activations that meet them.
#ifndef SPECREASON_FORMATS_H
#define SPECREASON_FORMATS_H

#include "CKernels.h"

#include <string.h>

/// Every quantized product works on groups of this many values: a block of the types with small blocks,
/// an eighth of one of the others.
enum { SR_GROUP = 32, SR_SUPER = 256, SR_GROUPS_IN_SUPER = SR_SUPER / SR_GROUP };

/// Weight i is scale · (q − 8); byte j holds weight j in its low and weight j + 16 in its high half.
typedef struct {
  uint16_t scale;
  uint8_t quants[SR_GROUP / 2];
} sr_block_q4_0;

/// Weight i is scale · q + minimum, with q as in Q4_0.
typedef struct {
  uint16_t scale, minimum;
  uint8_t quants[SR_GROUP / 2];
} sr_block_q4_1;

/// Weight i is scale · (q − 16), with q as in Q4_0 and bit i % 8 of high[i / 8] as its fifth bit.
typedef struct {
  uint16_t scale;
  uint8_t high[SR_GROUP / 8];
  uint8_t quants[SR_GROUP / 2];
} sr_block_q5_0;

/// Weight i is scale · q + minimum, with q as in Q5_0.
typedef struct {
  uint16_t scale, minimum;
  uint8_t high[SR_GROUP / 8];
  uint8_t quants[SR_GROUP / 2];
} sr_block_q5_1;

/// Weight i is scale · q.
typedef struct {
  uint16_t scale;
  int8_t quants[SR_GROUP];
} sr_block_q8_0;

/// Weight i is scale · sr_iq4_values[q], with q as in Q4_0.
typedef struct {
  uint16_t scale;
  uint8_t quants[SR_GROUP / 2];
} sr_block_iq4_nl;

/// Weight i is 2^(exponent − 128) · sr_fp4_values[q], with q as in Q4_0 (OCP's MXFP4; its values are halves of these).
typedef struct {
  uint8_t exponent;
  uint8_t quants[SR_GROUP / 2];
} sr_block_mxfp4;

/// Weight i of group g is scale · s · q − minimum · m, with s in the low and m in the high half of
/// factors[2g + i/16]. Of each half of the block (4 groups), `quants` holds 32 bytes with two bits of each group.
typedef struct {
  uint8_t factors[SR_SUPER / 16];
  uint8_t quants[SR_SUPER / 4];
  uint16_t scale, minimum;
} sr_block_q2_k;

/// Weight i of group g is scale · (s[2g + i/16] − 32) · (q − 4). The low two bits of q are as in Q2_K, bit g of
/// `high[i]` is the third. Of the 16 numbers s, `factors` holds the low four bits in 8 bytes (the first 8 in the low
/// halves) and the high two in 4 bytes (number j in byte j % 4).
typedef struct {
  uint8_t high[SR_SUPER / 8];
  uint8_t quants[SR_SUPER / 4];
  uint8_t factors[12];
  uint16_t scale;
} sr_block_q3_k;

/// Weight i of group g is scale · s[g] · q − minimum · m[g]; s and m are 6 bits each, packed in `factors`.
/// 32 bytes hold two groups, the even one in their low halves.
typedef struct {
  uint16_t scale, minimum;
  uint8_t factors[12];
  uint8_t quants[SR_SUPER / 2];
} sr_block_q4_k;

/// As Q4_K, with bit g of `high[i]` as the fifth bit of weight i of group g.
typedef struct {
  uint16_t scale, minimum;
  uint8_t factors[12];
  uint8_t high[SR_SUPER / 8];
  uint8_t quants[SR_SUPER / 2];
} sr_block_q5_k;

/// Weight i of group g is scale · factors[2g + i/16] · (q − 32). Of each half of the block (4 groups), `low` holds
/// 64 bytes with groups 0 and 1 in their low and 2 and 3 in their high halves, `high` two bits of each group.
typedef struct {
  uint8_t low[SR_SUPER / 2];
  uint8_t high[SR_SUPER / 4];
  int8_t factors[SR_SUPER / 16];
  uint16_t scale;
} sr_block_q6_k;

/// Weight i of group g is scale · (s − 32) · sr_iq4_values[q]. The low four bits of s are the half of
/// low_factors[g / 2] that g % 2 says, the high two are bits 2g of `high_factors`; of each group, `quants` holds
/// 16 bytes as in Q4_0.
typedef struct {
  uint16_t scale, high_factors;
  uint8_t low_factors[SR_GROUPS_IN_SUPER / 2];
  uint8_t quants[SR_SUPER / 2];
} sr_block_iq4_xs;

_Static_assert(sizeof(sr_block_q4_0) == 2 + 32 / 2, "4 bits a weight and a half");
_Static_assert(sizeof(sr_block_q4_1) == 2 + 2 + 32 / 2, "4 bits a weight and two halves");
_Static_assert(sizeof(sr_block_q5_0) == 2 + 32 / 8 + 32 / 2, "5 bits a weight and a half");
_Static_assert(sizeof(sr_block_q5_1) == 2 + 2 + 32 / 8 + 32 / 2, "5 bits a weight and two halves");
_Static_assert(sizeof(sr_block_q8_0) == 2 + 32, "8 bits a weight and a half");
_Static_assert(sizeof(sr_block_iq4_nl) == 2 + 32 / 2, "4 bits a weight and a half");
_Static_assert(sizeof(sr_block_mxfp4) == 1 + 32 / 2, "4 bits a weight and an exponent");
_Static_assert(sizeof(sr_block_q2_k) == 256 / 4 + 2 + 2 + 16, "2 bits a weight, two halves, 32 factors of 4 bits");
_Static_assert(sizeof(sr_block_q3_k) == 256 / 4 + 256 / 8 + 2 + 12, "3 bits a weight, a half, 16 factors of 6 bits");
_Static_assert(sizeof(sr_block_q4_k) == 2 + 2 + 12 + 256 / 2, "4 bits a weight, two halves, 16 factors of 6 bits");
_Static_assert(sizeof(sr_block_q5_k) == 2 + 2 + 12 + 256 / 8 + 256 / 2, "5 bits a weight, the rest as Q4_K");
_Static_assert(sizeof(sr_block_q6_k) == 256 / 2 + 256 / 4 + 16 + 2, "6 bits a weight, 16 factors and a half");
_Static_assert(sizeof(sr_block_iq4_xs) == 256 / 2 + 2 + 8 * 6 / 8, "4 bits a weight, a half, 8 factors of 6 bits");

/// The weights of IQ4_NL and IQ4_XS, before their scale.
static const int8_t sr_iq4_values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
/// The weights of MXFP4, before their scale: twice the numbers of 1 sign bit, 2 of the exponent, 1 of the mantissa.
static const int8_t sr_fp4_values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/// The 16 values that the weights of `type` are numbers of; NULL where they stand for themselves.
static inline const int8_t *sr_values_of(int type) {
  switch (type) {
  case SR_IQ4_NL:
  case SR_IQ4_XS: return sr_iq4_values;
  case SR_MXFP4: return sr_fp4_values;
  default: return NULL;
  }
}

/// A group of activations as int8: value i is scale · q[i]. One cache line.
/// Where weights' scales within a block are integers, a block's groups share their scale, so that sums over all of it
/// can be had before floats come in (as ggml's Q8_K); else each has its own.
typedef struct {
  int8_t q[SR_GROUP];
  float scale;
  /// scale · Σ q, which minima of groups are multiplied with.
  float scaled_sum;
  /// What products with weights stored as q + offset start from to come out as products with q: −offset · Σ q for
  /// offsets 128, 8 and 32, the last over each half.
  int32_t start_128, start_8, start_32[2];
  /// Σ q over each half, and over this and the next group if this is the first of two: what integer minima are
  /// multiplied with.
  int16_t half_sums[2], pair_sums[2];
} sr_activation;

_Static_assert(sizeof(sr_activation) == 64, "a group of activations is a cache line");

/// A group of weights: weight i is block_scale · scale[i / 16] · q[i] − block_minimum · minimum[i / 16].
/// Where `sr_has_block_scales`, `scale` and `minimum` are integers; else the block's are 1.
typedef struct {
  int8_t q[SR_GROUP];
  float scale[2], minimum[2];
  float block_scale, block_minimum;
} sr_group;

/// The value of an F16.
static inline float sr_half_value(uint16_t half) {
  // A half's exponent and mantissa, moved to a float's place, are the value ÷ 2^112, also for subnormals.
  uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13;
  uint32_t infinite = (half & 0x7c00) == 0x7c00 ? 0x7f800000u : 0;
  float value;
  memcpy(&value, &magnitude, sizeof value);
  value *= 0x1p112f;
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  bits |= infinite | (uint32_t)(half & 0x8000) << 16;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// The value of a BF16.
static inline float sr_bfloat_value(uint16_t bfloat) {
  uint32_t bits = (uint32_t)bfloat << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// The F16 nearest to a float, ties to even.
static inline uint16_t sr_half_from(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00 | (uint16_t)(magnitude >> 13 & 0x3ff);
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal: adding 0.5 leaves the half's mantissa, rounded, in the float's lowest bits.
    float shifted;
    memcpy(&shifted, &magnitude, sizeof shifted);
    shifted += 0.5f;
    memcpy(&bits, &shifted, sizeof bits);
    return sign | (uint16_t)(bits - 0x3f000000);
  }
  uint32_t odd = magnitude >> 13 & 1;
  return sign | (uint16_t)((magnitude - 0x38000000 + 0xfff + odd) >> 13);
}

/// Whether products with `type` read int8 activations.
static inline int sr_is_quantized(int type) { return sr_block_length(type) > 1; }

/// Whether groups' scales and minima are integers, which a block's are multiplied with: the types with blocks of 256.
static inline int sr_has_block_scales(int type) { return (type >= SR_Q2_K && type <= SR_Q6_K) || type == SR_IQ4_XS; }

/// Groups of activations that share a scale when they meet weights of `type`.
static inline size_t sr_groups_in_scale(int type) { return sr_has_block_scales(type) ? SR_GROUPS_IN_SUPER : 1; }

/// Whether the two halves of a group have scales of their own.
static inline int sr_has_half_scales(int type) { return type == SR_Q2_K || type == SR_Q3_K || type == SR_Q6_K; }

/// Whether groups, or their halves, have a minimum that is taken away, or added.
static inline int sr_has_minima(int type) {
  return type == SR_Q4_1 || type == SR_Q5_1 || type == SR_Q2_K || type == SR_Q4_K || type == SR_Q5_K;
}

/// 2^(exponent − 128), half of what OCP's E8M0 means.
static inline float sr_exponent_value(uint8_t exponent) {
  // The two least are subnormal floats.
  uint32_t bits = exponent < 2 ? 0x00200000u << exponent : (uint32_t)(exponent - 1) << 23;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// The 6-bit scale and minimum of group g of a Q4_K or Q5_K block.
static inline void sr_k_factors(const uint8_t factors[12], size_t g, uint8_t *scale, uint8_t *minimum) {
  if (g < 4) {
    *scale = factors[g] & 63;
    *minimum = factors[g + 4] & 63;
  } else {
    *scale = (uint8_t)((factors[g + 4] & 15) | factors[g - 4] >> 6 << 4);
    *minimum = (uint8_t)(factors[g + 4] >> 4 | factors[g] >> 6 << 4);
  }
}

/// The scale s − 32 of 16 weights of a Q3_K block, `index` of them.
static inline int sr_q3_factor(const uint8_t factors[12], size_t index) {
  int low = factors[index % 8] >> (index / 8 * 4) & 15, high = factors[8 + index % 4] >> (index / 4 * 2) & 3;
  return (low | high << 4) - 32;
}

/// The scale s − 32 of group g of an IQ4_XS block.
static inline int sr_iq4_factor(const sr_block_iq4_xs *block, size_t g) {
  int low = block->low_factors[g / 2] >> (g % 2 * 4) & 15, high = block->high_factors >> (2 * g) & 3;
  return (low | high << 4) - 32;
}

#endif
