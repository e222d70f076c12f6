// Products with quantised weights as the other instruction sets must compute them, and the float kernels compiled
// for the least that every machine of the architecture has.
#include "kernels.h"
#include "packing.h"
#include "vectors.h"

SR_INLINE f32x16 load_half(const uint16_t *x) {
  f32x16 value;
  for (int i = 0; i < 16; i++) value[i] = sr_half_value(x[i]);
  return value;
}

SR_INLINE void store_half(f32x16 value, uint16_t *x) {
  for (int i = 0; i < 16; i++) x[i] = sr_half_from(value[i]);
}

enum { TILE_ROWS = 1, TILE_COLUMNS = 2, DECODE_ROWS = 1 };

#include "lanes.h"

enum { ATTENTION_REGISTERS = 2, ATTENTION_QUERIES = 2, VALUE_VECTORS = 1 };

#include "attention.h"

/// Row `r` of a strip with one row of activations.
static float quantized_product(int type, const void *strip, size_t r, const sr_activation *a, size_t groups) {
  float sum = 0;
  for (size_t index = 0; index < groups; index++, a++) {
    sr_group group;
    sr_unpack_packed_group(type, strip, r, index, &group);
    int32_t halves[2] = {0, 0};
    for (size_t i = 0; i < SR_GROUP; i++) halves[i / 16] += group.q[i] * a->q[i];
    if (sr_has_half_scales(type)) {
      sum = fmaf((float)halves[0] * group.scale[0], a->scale, sum);
      sum = fmaf((float)halves[1] * group.scale[1], a->scale, sum);
    } else {
      sum = fmaf((float)(halves[0] + halves[1]) * group.scale[0], a->scale, sum);
    }
    if (sr_has_half_minima(type)) {
      sum = fmaf(-group.minimum[0], a->scaled_half_sums[0], sum);
      sum = fmaf(-group.minimum[1], a->scaled_half_sums[1], sum);
    } else if (sr_has_minima(type)) {
      sum = fmaf(-group.minimum[0], a->scaled_sum, sum);
    }
  }
  return sum;
}

/// Row by row and group by group: the order in which every instruction set adds.
static void matmul_quantized(int type, const void *w, const sr_activation *a, size_t m, size_t k, size_t n0, size_t n1,
                             float *c, size_t ldc) {
  size_t groups = k / SR_GROUP;
  for (size_t n = n0; n < n1; n++) {
    const char *strip = (const char *)w + sr_strip_start(sr_packing_of(type), n, groups);
    for (size_t i = 0; i < m; i++) {
      c[i * ldc + n] = quantized_product(type, strip, n % SR_STRIP, a + i * groups, groups);
    }
  }
}

const sr_kernels sr_kernels_scalar = SR_KERNELS("scalar");
