// Quantizes activations for products with quantized weights. Included after lanes.h, for each instruction set.

#include "activations.h"

/// The greatest magnitude of `count` values, a multiple of 16; NaN counts as greater than infinity.
SR_INLINE float greatest_magnitude(const float *a, size_t count) {
  // As integers, magnitudes of floats keep their order, and NaN is above infinity.
  i32x16 bits = {0};
  for (size_t i = 0; i < count; i += LANES) {
    bits = __builtin_elementwise_max(bits, (i32x16)load(a + i) & 0x7fffffff);
  }
  int32_t most = __builtin_reduce_max(bits);
  float value;
  memcpy(&value, &most, sizeof value);
  return value;
}

/// A group of values of at most the magnitude `most`.
SR_INLINE void quantize_group(const float *a, float most, sr_activation *out) {
  memset(out, 0, sizeof *out);
  if (!(most < INFINITY)) {
    out->scale = out->scaled_sum = NAN;
    return;
  }
  if (most < 1e-30f) return;
  f32x16 low = load(a), high = load(a + 16);
  const float rounder = 0x1.8p23f;
  float inverse = 127.0f / most;
  i32x16 q_low = __builtin_convertvector((low * inverse + rounder) - rounder, i32x16);
  i32x16 q_high = __builtin_convertvector((high * inverse + rounder) - rounder, i32x16);
  *(stored_i8x16 *)out->q = __builtin_convertvector(q_low, i8x16);
  *(stored_i8x16 *)(out->q + 16) = __builtin_convertvector(q_high, i8x16);
  int32_t sum_low = __builtin_reduce_add(q_low), sum_high = __builtin_reduce_add(q_high);
  out->scale = most / 127.0f;
  out->scaled_sum = out->scale * (float)(sum_low + sum_high);
  out->half_sums[0] = (int16_t)sum_low;
  out->half_sums[1] = (int16_t)sum_high;
  out->start_128 = -128 * (sum_low + sum_high);
  out->start_8 = -8 * (sum_low + sum_high);
  out->start_32[0] = -32 * sum_low;
  out->start_32[1] = -32 * sum_high;
}

static void quantize(const float *a, size_t k, size_t groups_in_scale, sr_activation *out) {
  for (size_t first = 0; first < k / SR_GROUP; first += groups_in_scale) {
    float most = greatest_magnitude(a + first * SR_GROUP, groups_in_scale * SR_GROUP);
    for (size_t g = first; g < first + groups_in_scale; g++) {
      quantize_group(a + g * SR_GROUP, most, out + g);
      int16_t sum = (int16_t)(out[g].half_sums[0] + out[g].half_sums[1]);
      out[g / 2 * 2].pair_sums[g % 2] = sum;
    }
  }
}
