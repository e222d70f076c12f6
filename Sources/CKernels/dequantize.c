#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

size_t sr_block_length(int type) {
  switch (type) {
  case SR_F32:
  case SR_F16:
  case SR_BF16: return 1;
  case SR_Q4_0:
  case SR_Q4_1:
  case SR_Q5_0:
  case SR_Q5_1:
  case SR_Q8_0:
  case SR_IQ4_NL:
  case SR_MXFP4: return SR_GROUP;
  case SR_Q2_K:
  case SR_Q3_K:
  case SR_Q4_K:
  case SR_Q5_K:
  case SR_Q6_K:
  case SR_IQ4_XS: return SR_SUPER;
  default: return 0;
  }
}

size_t sr_block_bytes(int type) {
  switch (type) {
  case SR_F32: return sizeof(float);
  case SR_F16:
  case SR_BF16: return sizeof(uint16_t);
  case SR_Q4_0: return sizeof(sr_block_q4_0);
  case SR_Q4_1: return sizeof(sr_block_q4_1);
  case SR_Q5_0: return sizeof(sr_block_q5_0);
  case SR_Q5_1: return sizeof(sr_block_q5_1);
  case SR_Q8_0: return sizeof(sr_block_q8_0);
  case SR_Q2_K: return sizeof(sr_block_q2_k);
  case SR_Q3_K: return sizeof(sr_block_q3_k);
  case SR_Q4_K: return sizeof(sr_block_q4_k);
  case SR_Q5_K: return sizeof(sr_block_q5_k);
  case SR_Q6_K: return sizeof(sr_block_q6_k);
  case SR_IQ4_NL: return sizeof(sr_block_iq4_nl);
  case SR_IQ4_XS: return sizeof(sr_block_iq4_xs);
  case SR_MXFP4: return sizeof(sr_block_mxfp4);
  default: return 0;
  }
}

static void set_scale(sr_group *group, float scale, float minimum) {
  group->scale[0] = group->scale[1] = scale;
  group->minimum[0] = group->minimum[1] = minimum;
  group->block_scale = group->block_minimum = 1;
}

/// The order of Q4_0: byte j holds weight j in its low and weight j + 16 in its high half.
static void unpack_nibbles(const uint8_t quants[SR_GROUP / 2], int8_t q[SR_GROUP]) {
  for (size_t i = 0; i < SR_GROUP / 2; i++) {
    q[i] = (int8_t)(quants[i] & 15);
    q[i + SR_GROUP / 2] = (int8_t)(quants[i] >> 4);
  }
}

static void add_to_all(int8_t q[SR_GROUP], int value) {
  for (size_t i = 0; i < SR_GROUP; i++) q[i] = (int8_t)(q[i] + value);
}

static void add_fifth_bits(const uint8_t high[SR_GROUP / 8], int8_t q[SR_GROUP]) {
  for (size_t i = 0; i < SR_GROUP; i++) q[i] = (int8_t)(q[i] | (high[i / 8] >> i % 8 & 1) << 4);
}

static void unpack_q4_0(const sr_block_q4_0 *block, sr_group *group) {
  unpack_nibbles(block->quants, group->q);
  add_to_all(group->q, -8);
  set_scale(group, sr_half_value(block->scale), 0);
}

static void unpack_q4_1(const sr_block_q4_1 *block, sr_group *group) {
  unpack_nibbles(block->quants, group->q);
  set_scale(group, sr_half_value(block->scale), -sr_half_value(block->minimum));
}

static void unpack_q5_0(const sr_block_q5_0 *block, sr_group *group) {
  unpack_nibbles(block->quants, group->q);
  add_fifth_bits(block->high, group->q);
  add_to_all(group->q, -16);
  set_scale(group, sr_half_value(block->scale), 0);
}

static void unpack_q5_1(const sr_block_q5_1 *block, sr_group *group) {
  unpack_nibbles(block->quants, group->q);
  add_fifth_bits(block->high, group->q);
  set_scale(group, sr_half_value(block->scale), -sr_half_value(block->minimum));
}

static void unpack_q8_0(const sr_block_q8_0 *block, sr_group *group) {
  memcpy(group->q, block->quants, SR_GROUP);
  set_scale(group, sr_half_value(block->scale), 0);
}

static void unpack_iq4_nl(const sr_block_iq4_nl *block, sr_group *group) {
  unpack_nibbles(block->quants, group->q);
  set_scale(group, sr_half_value(block->scale), 0);
}

static void unpack_iq4_xs(const sr_block_iq4_xs *block, size_t g, sr_group *group) {
  unpack_nibbles(block->quants + g * SR_GROUP / 2, group->q);
  set_scale(group, (float)sr_iq4_factor(block, g), 0);
  group->block_scale = sr_half_value(block->scale);
}

static void unpack_mxfp4(const sr_block_mxfp4 *block, sr_group *group) {
  unpack_nibbles(block->quants, group->q);
  set_scale(group, sr_exponent_value(block->exponent), 0);
}

/// The two bits of each weight of group g in the quants of Q2_K and Q3_K.
static void unpack_pairs_of_bits(const uint8_t quants[SR_SUPER / 4], size_t g, int8_t q[SR_GROUP]) {
  for (size_t i = 0; i < SR_GROUP; i++) q[i] = (int8_t)(quants[g / 4 * SR_GROUP + i] >> (g % 4 * 2) & 3);
}

static void unpack_q2_k(const sr_block_q2_k *block, size_t g, sr_group *group) {
  unpack_pairs_of_bits(block->quants, g, group->q);
  for (size_t half = 0; half < 2; half++) {
    uint8_t factors = block->factors[2 * g + half];
    group->scale[half] = factors & 15;
    group->minimum[half] = factors >> 4;
  }
  group->block_scale = sr_half_value(block->scale);
  group->block_minimum = sr_half_value(block->minimum);
}

static void unpack_q3_k(const sr_block_q3_k *block, size_t g, sr_group *group) {
  unpack_pairs_of_bits(block->quants, g, group->q);
  for (size_t i = 0; i < SR_GROUP; i++) group->q[i] = (int8_t)((group->q[i] | (block->high[i] >> g & 1) << 2) - 4);
  for (size_t half = 0; half < 2; half++) {
    group->scale[half] = (float)sr_q3_factor(block->factors, 2 * g + half);
    group->minimum[half] = 0;
  }
  group->block_scale = sr_half_value(block->scale);
  group->block_minimum = 0;
}

static void apply_k_factors(uint16_t scale, uint16_t minimum, const uint8_t factors[12], size_t g, sr_group *group) {
  uint8_t scale_factor, minimum_factor;
  sr_k_factors(factors, g, &scale_factor, &minimum_factor);
  set_scale(group, scale_factor, minimum_factor);
  group->block_scale = sr_half_value(scale);
  group->block_minimum = sr_half_value(minimum);
}

static void unpack_q4_k(const sr_block_q4_k *block, size_t g, sr_group *group) {
  const uint8_t *quants = block->quants + g / 2 * SR_GROUP;
  for (size_t i = 0; i < SR_GROUP; i++) group->q[i] = (int8_t)(quants[i] >> (g % 2 * 4) & 15);
  apply_k_factors(block->scale, block->minimum, block->factors, g, group);
}

static void unpack_q5_k(const sr_block_q5_k *block, size_t g, sr_group *group) {
  const uint8_t *quants = block->quants + g / 2 * SR_GROUP;
  for (size_t i = 0; i < SR_GROUP; i++) {
    group->q[i] = (int8_t)((quants[i] >> (g % 2 * 4) & 15) | (block->high[i] >> g & 1) << 4);
  }
  apply_k_factors(block->scale, block->minimum, block->factors, g, group);
}

static void unpack_q6_k(const sr_block_q6_k *block, size_t g, sr_group *group) {
  size_t half = g / 4, part = g % 4;
  const uint8_t *low = block->low + half * 64 + part % 2 * SR_GROUP;
  const uint8_t *high = block->high + half * SR_GROUP;
  for (size_t i = 0; i < SR_GROUP; i++) {
    group->q[i] = (int8_t)(((low[i] >> (part / 2 * 4) & 15) | (high[i] >> (part * 2) & 3) << 4) - 32);
  }
  group->scale[0] = block->factors[2 * g];
  group->scale[1] = block->factors[2 * g + 1];
  group->minimum[0] = group->minimum[1] = 0;
  group->block_scale = sr_half_value(block->scale);
  group->block_minimum = 0;
}

void sr_unpack_numbers(int type, const void *row, size_t index, sr_group *group) {
  size_t super = index / SR_GROUPS_IN_SUPER, g = index % SR_GROUPS_IN_SUPER;
  switch (type) {
  case SR_Q4_0: return unpack_q4_0((const sr_block_q4_0 *)row + index, group);
  case SR_Q4_1: return unpack_q4_1((const sr_block_q4_1 *)row + index, group);
  case SR_Q5_0: return unpack_q5_0((const sr_block_q5_0 *)row + index, group);
  case SR_Q5_1: return unpack_q5_1((const sr_block_q5_1 *)row + index, group);
  case SR_Q8_0: return unpack_q8_0((const sr_block_q8_0 *)row + index, group);
  case SR_IQ4_NL: return unpack_iq4_nl((const sr_block_iq4_nl *)row + index, group);
  case SR_MXFP4: return unpack_mxfp4((const sr_block_mxfp4 *)row + index, group);
  case SR_Q2_K: return unpack_q2_k((const sr_block_q2_k *)row + super, g, group);
  case SR_Q3_K: return unpack_q3_k((const sr_block_q3_k *)row + super, g, group);
  case SR_Q4_K: return unpack_q4_k((const sr_block_q4_k *)row + super, g, group);
  case SR_Q5_K: return unpack_q5_k((const sr_block_q5_k *)row + super, g, group);
  case SR_Q6_K: return unpack_q6_k((const sr_block_q6_k *)row + super, g, group);
  case SR_IQ4_XS: return unpack_iq4_xs((const sr_block_iq4_xs *)row + super, g, group);
  default: memset(group, 0, sizeof *group);
  }
}

void sr_unpack_group(int type, const void *row, size_t index, sr_group *group) {
  const int8_t *values = sr_values_of(type);
  sr_unpack_numbers(type, row, index, group);
  for (size_t i = 0; i < SR_GROUP && values != NULL; i++) group->q[i] = values[group->q[i]];
}

void sr_dequantize_row(int type, const void *row, float *out, size_t k) {
  const uint16_t *words = row;
  switch (type) {
  case SR_F32: memcpy(out, row, k * sizeof(float)); return;
  case SR_F16:
    for (size_t i = 0; i < k; i++) out[i] = sr_half_value(words[i]);
    return;
  case SR_BF16:
    for (size_t i = 0; i < k; i++) out[i] = sr_bfloat_value(words[i]);
    return;
  }
  for (size_t index = 0; index < k / SR_GROUP; index++) {
    sr_group group;
    sr_unpack_group(type, row, index, &group);
    for (size_t i = 0; i < SR_GROUP; i++) {
      float scale = group.block_scale * group.scale[i / 16];
      out[index * SR_GROUP + i] = scale * group.q[i] - group.block_minimum * group.minimum[i / 16];
    }
  }
}

void sr_matmul_reference(int type, const void *w, const float *a, size_t m, size_t k, size_t n0, size_t n1, float *c,
                         size_t ldc) {
  size_t length = sr_block_length(type), bytes = sr_block_bytes(type);
  if (length == 0) return;
  for (size_t n = n0; n < n1; n++) {
    const char *row = (const char *)w + n * (k / length) * bytes;
    for (size_t i = 0; i < m; i++) {
      double sum = 0;
      // A block at a time, so that no buffer of k values is needed.
      for (size_t block = 0; block < k / length; block++) {
        float values[SR_SUPER];
        sr_dequantize_row(type, row + block * bytes, values, length);
        for (size_t j = 0; j < length; j++) sum += (double)values[j] * a[i * k + block * length + j];
      }
      c[i * ldc + n] = (float)sum;
    }
  }
}
