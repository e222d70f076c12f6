// Reads the blocks of files: for each quantized type, `unpack_…` gives a group of a block, g for types with several.
#include "floats.h"
#include "kernels.h"
#include "packing.h"

#pragma STDC FP_CONTRACT OFF

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

/// The scale s − 32 of group g of an IQ4_XS block.
static int iq4_factor(const sr_block_iq4_xs *block, size_t g) {
  int low = block->low_factors[g / 2] >> (g % 2 * 4) & 15, high = block->high_factors >> (2 * g) & 3;
  return (low | high << 4) - 32;
}

static void unpack_iq4_xs(const sr_block_iq4_xs *block, size_t g, sr_group *group) {
  unpack_nibbles(block->quants + g * SR_GROUP / 2, group->q);
  set_scale(group, (float)iq4_factor(block, g), 0);
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

/// The scale s − 32 of 16 weights of a Q3_K block, `index` of them.
static int q3_factor(const uint8_t factors[12], size_t index) {
  int low = factors[index % 8] >> (index / 8 * 4) & 15, high = factors[8 + index % 4] >> (index / 4 * 2) & 3;
  return (low | high << 4) - 32;
}

static void unpack_q3_k(const sr_block_q3_k *block, size_t g, sr_group *group) {
  unpack_pairs_of_bits(block->quants, g, group->q);
  for (size_t i = 0; i < SR_GROUP; i++) group->q[i] = (int8_t)((group->q[i] | (block->high[i] >> g & 1) << 2) - 4);
  for (size_t half = 0; half < 2; half++) {
    group->scale[half] = (float)q3_factor(block->factors, 2 * g + half);
    group->minimum[half] = 0;
  }
  group->block_scale = sr_half_value(block->scale);
  group->block_minimum = 0;
}

/// The 6-bit scale and minimum of group g of a Q4_K or Q5_K block.
static void k_factors(const uint8_t factors[12], size_t g, uint8_t *scale, uint8_t *minimum) {
  if (g < 4) {
    *scale = factors[g] & 63;
    *minimum = factors[g + 4] & 63;
  } else {
    *scale = (uint8_t)((factors[g + 4] & 15) | factors[g - 4] >> 6 << 4);
    *minimum = (uint8_t)(factors[g + 4] >> 4 | factors[g] >> 6 << 4);
  }
}

static void apply_k_factors(uint16_t scale, uint16_t minimum, const uint8_t factors[12], size_t g, sr_group *group) {
  uint8_t scale_factor, minimum_factor;
  k_factors(factors, g, &scale_factor, &minimum_factor);
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
#define SR_UNPACK(name, lower, ...) \
  case SR_##name: return unpack_##lower((const sr_block_##lower *)row + index, group);
    SR_SMALL_BLOCK_TYPES(SR_UNPACK)
#undef SR_UNPACK
#define SR_UNPACK(name, lower, ...) \
  case SR_##name: return unpack_##lower((const sr_block_##lower *)row + super, g, group);
    SR_SUPER_BLOCK_TYPES(SR_UNPACK)
#undef SR_UNPACK
  default: memset(group, 0, sizeof *group);
  }
}

void sr_unpack_group(int type, const void *row, size_t index, sr_group *group) {
  const int8_t *values = sr_packing_of(type).values;
  sr_unpack_numbers(type, row, index, group);
  for (size_t i = 0; i < SR_GROUP && values != NULL; i++) group->q[i] = values[group->q[i]];
}
