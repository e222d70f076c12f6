// Products with quantized weights as the other instruction sets must compute them, and the float kernels compiled
// for the least that every machine of the architecture has.
#include "floats.h"
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

#include "float_products.h"
#include "quantize.h"
#include "rows.h"
#include "recurrent.h"

enum { ATTENTION_REGISTERS = 2, ATTENTION_QUERIES = 2, VALUE_VECTORS = 1 };

#include "attention.h"

/// The integer sums over the halves of a group.
static void dot_halves(const sr_group *group, const sr_activation *a, int32_t halves[2]) {
  halves[0] = halves[1] = 0;
  for (size_t i = 0; i < SR_GROUP; i++) halves[i / 16] += group->q[i] * a->q[i];
}

/// Row `r` of a strip with one row of activations, for types whose groups have scales of their own.
static float product_of_groups(int type, const void *strip, size_t r, const sr_activation *a, size_t groups) {
  float sum = 0;
  for (size_t index = 0; index < groups; index++, a++) {
    sr_group group;
    int32_t halves[2];
    sr_unpack_packed_group(type, strip, r, index, &group);
    dot_halves(&group, a, halves);
    sum = fmaf((float)(halves[0] + halves[1]) * group.scale[0], a->scale, sum);
    if (sr_packing_of(type).has_minima) sum = fmaf(-group.minimum[0], a->scaled_sum, sum);
  }
  return sum;
}

/// The same for types whose groups' scales are integers. What they multiply is added up over a block as floats, which
/// hold each product exactly; with minima, integers are added up.
static float product_of_blocks(int type, const void *strip, size_t r, const sr_activation *a, size_t groups) {
  float sum = 0;
  for (size_t first = 0; first < groups; first += SR_GROUPS_IN_SUPER, a += SR_GROUPS_IN_SUPER) {
    sr_group group;
    float products = 0;
    int32_t minima = 0;
    for (size_t g = 0; g < SR_GROUPS_IN_SUPER; g++) {
      int32_t halves[2];
      sr_unpack_packed_group(type, strip, r, first + g, &group);
      dot_halves(&group, a + g, halves);
      if (sr_packing_of(type).has_half_scales) {
        products = fmaf((float)halves[0], group.scale[0], products);
        products = fmaf((float)halves[1], group.scale[1], products);
      } else {
        products = fmaf((float)(halves[0] + halves[1]), group.scale[0], products);
      }
      for (size_t half = 0; half < 2; half++) minima += (int32_t)group.minimum[half] * a[g].half_sums[half];
    }
    products *= group.block_scale;
    if (sr_packing_of(type).has_minima) products = fmaf((float)minima, -group.block_minimum, products);
    sum = fmaf(products, a->scale, sum);
  }
  return sum;
}

/// Row by row and group by group or block by block: the order in which every instruction set adds.
static void matmul_quantized(int type, const void *w, const sr_activation *a, size_t m, size_t k, size_t n0, size_t n1,
                             float *c, size_t ldc) {
  size_t groups = k / SR_GROUP;
  for (size_t n = n0; n < n1; n++) {
    const char *strip = (const char *)w + sr_strip_start(sr_packing_of(type), n, groups);
    for (size_t i = 0; i < m; i++) {
      const sr_activation *row = a + i * groups;
      c[i * ldc + n] = sr_packing_of(type).has_block_scales ? product_of_blocks(type, strip, n % SR_STRIP, row, groups)
                                                 : product_of_groups(type, strip, n % SR_STRIP, row, groups);
    }
  }
}

const sr_kernels sr_kernels_scalar = SR_KERNELS("scalar");
