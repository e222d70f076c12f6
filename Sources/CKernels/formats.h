// Layouts of weights in GGUF files, as ggml's ggml-common.h defines them, and of the activations that meet them.
#ifndef SPECREASON_FORMATS_H
#define SPECREASON_FORMATS_H

#include "CKernels.h"

#include <string.h>

/// Every quantised product works on groups of this many values: one block of Q4_0 or Q8_0,
/// an eighth of a block of the K-quants.
enum { SR_GROUP = 32, SR_SUPER = 256, SR_GROUPS_IN_SUPER = SR_SUPER / SR_GROUP };

/// Weight i is scale · (q − 8); byte j holds weight j in its low and weight j + 16 in its high half.
typedef struct {
  uint16_t scale;
  uint8_t quants[SR_GROUP / 2];
} sr_block_q4_0;

/// Weight i is scale · q.
typedef struct {
  uint16_t scale;
  int8_t quants[SR_GROUP];
} sr_block_q8_0;

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

_Static_assert(sizeof(sr_block_q4_0) == 2 + 32 / 2, "4 bits a weight and a half");
_Static_assert(sizeof(sr_block_q8_0) == 2 + 32, "8 bits a weight and a half");
_Static_assert(sizeof(sr_block_q4_k) == 2 + 2 + 12 + 256 / 2, "4 bits a weight, two halves, 16 factors of 6 bits");
_Static_assert(sizeof(sr_block_q5_k) == 2 + 2 + 12 + 256 / 8 + 256 / 2, "5 bits a weight, the rest as Q4_K");
_Static_assert(sizeof(sr_block_q6_k) == 256 / 2 + 256 / 4 + 16 + 2, "6 bits a weight, 16 factors and a half");

/// A group of activations as int8: value i is scale · q[i]. One form for all quantised weights, and one cache line.
typedef struct {
  int8_t q[SR_GROUP];
  float scale;
  /// scale · Σ q, which the minima of Q4_K and Q5_K are multiplied with.
  float scaled_sum;
  /// What products with weights stored as q + offset start from to come out as products with q: −offset · Σ q for
  /// offsets 128, 8 and 32, the last over each half.
  int32_t start_128, start_8, start_32[2];
  int32_t padding[2];
} sr_activation;

_Static_assert(sizeof(sr_activation) == 64, "a group of activations is a cache line");

/// A group of weights: weight i is scale[i / 16] · q[i] − minimum.
typedef struct {
  int8_t q[SR_GROUP];
  float scale[2];
  float minimum;
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
static inline int sr_is_quantized(int type) {
  return type == SR_Q4_0 || type == SR_Q8_0 || type == SR_Q4_K || type == SR_Q5_K || type == SR_Q6_K;
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

#endif
