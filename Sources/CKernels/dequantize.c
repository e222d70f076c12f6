#include "floats.h"
#include "kernels.h"
#include "packing.h"

#pragma STDC FP_CONTRACT OFF

const char *sr_type_name(int type) {
  switch (type) {
#define SR_NAME(name, ...) \
  case SR_##name: return #name;
    SR_FLOAT_TYPES(SR_NAME)
    SR_QUANTIZED_TYPES(SR_NAME)
#undef SR_NAME
  default: return NULL;
  }
}

size_t sr_block_length(int type) {
  switch (type) {
#define SR_LENGTH(name, ...) case SR_##name:
    SR_FLOAT_TYPES(SR_LENGTH) return 1;
    SR_SMALL_BLOCK_TYPES(SR_LENGTH) return SR_GROUP;
    SR_SUPER_BLOCK_TYPES(SR_LENGTH) return SR_SUPER;
#undef SR_LENGTH
  default: return 0;
  }
}

size_t sr_block_bytes(int type) {
  switch (type) {
#define SR_BYTES(name, value_type, ...) \
  case SR_##name: return sizeof(value_type);
    SR_FLOAT_TYPES(SR_BYTES)
#undef SR_BYTES
#define SR_BYTES(name, lower, ...) \
  case SR_##name: return sizeof(sr_block_##lower);
    SR_QUANTIZED_TYPES(SR_BYTES)
#undef SR_BYTES
  default: return 0;
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
