#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

size_t sr_block_length(int type) {
  switch (type) {
  case SR_F32:
  case SR_F16:
  case SR_BF16: return 1;
  case SR_Q4_0:
  case SR_Q8_0: return SR_GROUP;
  case SR_Q4_K:
  case SR_Q5_K:
  case SR_Q6_K: return SR_SUPER;
  default: return 0;
  }
}

size_t sr_block_bytes(int type) {
  switch (type) {
  case SR_F32: return sizeof(float);
  case SR_F16:
  case SR_BF16: return sizeof(uint16_t);
  case SR_Q4_0: return sizeof(sr_block_q4_0);
  case SR_Q8_0: return sizeof(sr_block_q8_0);
  case SR_Q4_K: return sizeof(sr_block_q4_k);
  case SR_Q5_K: return sizeof(sr_block_q5_k);
  case SR_Q6_K: return sizeof(sr_block_q6_k);
  default: return 0;
  }
}

static void unpack_q4_0(const sr_block_q4_0 *block, sr_group *group) {
  for (size_t i = 0; i < SR_GROUP / 2; i++) {
    group->q[i] = (int8_t)((block->quants[i] & 15) - 8);
    group->q[i + SR_GROUP / 2] = (int8_t)((block->quants[i] >> 4) - 8);
  }
  group->scale[0] = group->scale[1] = sr_half_value(block->scale);
  group->minimum = 0;
}

static void unpack_q8_0(const sr_block_q8_0 *block, sr_group *group) {
  memcpy(group->q, block->quants, SR_GROUP);
  group->scale[0] = group->scale[1] = sr_half_value(block->scale);
  group->minimum = 0;
}

static void apply_k_factors(uint16_t scale, uint16_t minimum, const uint8_t factors[12], size_t g, sr_group *group) {
  uint8_t scale_factor, minimum_factor;
  sr_k_factors(factors, g, &scale_factor, &minimum_factor);
  group->scale[0] = group->scale[1] = sr_half_value(scale) * scale_factor;
  group->minimum = sr_half_value(minimum) * minimum_factor;
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
  float scale = sr_half_value(block->scale);
  group->scale[0] = scale * block->factors[2 * g];
  group->scale[1] = scale * block->factors[2 * g + 1];
  group->minimum = 0;
}

void sr_unpack_group(int type, const void *row, size_t index, sr_group *group) {
  size_t super = index / SR_GROUPS_IN_SUPER, g = index % SR_GROUPS_IN_SUPER;
  switch (type) {
  case SR_Q4_0: return unpack_q4_0((const sr_block_q4_0 *)row + index, group);
  case SR_Q8_0: return unpack_q8_0((const sr_block_q8_0 *)row + index, group);
  case SR_Q4_K: return unpack_q4_k((const sr_block_q4_k *)row + super, g, group);
  case SR_Q5_K: return unpack_q5_k((const sr_block_q5_k *)row + super, g, group);
  case SR_Q6_K: return unpack_q6_k((const sr_block_q6_k *)row + super, g, group);
  default: memset(group, 0, sizeof *group);
  }
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
      out[index * SR_GROUP + i] = group.scale[i / 16] * group.q[i] - group.minimum;
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
