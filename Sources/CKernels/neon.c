#if defined(__aarch64__)
#include "kernels.h"
#include "packing.h"
#include "vectors.h"

#include <arm_neon.h>

SR_INLINE f32x16 load_half(const uint16_t *x) {
  f32x16 value;
  for (int i = 0; i < 4; i++) {
    float32x4_t quarter = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(x + 4 * i)));
    memcpy((char *)&value + 16 * i, &quarter, sizeof quarter);
  }
  return value;
}

SR_INLINE void store_half(f32x16 value, uint16_t *x) {
  for (int i = 0; i < 4; i++) {
    float32x4_t quarter;
    memcpy(&quarter, (char *)&value + 16 * i, sizeof quarter);
    vst1_u16(x + 4 * i, vreinterpret_u16_f16(vcvt_f16_f32(quarter)));
  }
}

enum { TILE_ROWS = 2, TILE_COLUMNS = 2, DECODE_ROWS = 4 };

#include "lanes.h"

enum { ATTENTION_REGISTERS = 4, ATTENTION_QUERIES = 4, VALUE_VECTORS = 1 };

#include "attention.h"

enum { TILE_ACTIVATIONS = 2, WIDEST_TILE = 3, SIGNED_Q8 = 1 };

/// Products of two bytes fit 16 bits, but sums of two need not: they are widened as they are added.
SR_INLINE i32x16 dot_quads(int type, i32x16 sums, i32x16 weights, i32x16 activations) {
  for (int i = 0; i < 4; i++) {
    int8x16_t w, a;
    int32x4_t sum;
    memcpy(&w, (char *)&weights + 16 * i, sizeof w);
    memcpy(&a, (char *)&activations + 16 * i, sizeof a);
    memcpy(&sum, (char *)&sums + 16 * i, sizeof sum);
    // Weights below 64 are the same with and without a sign.
    if (type == SR_Q8_0) w = veorq_s8(w, vdupq_n_s8((int8_t)0x80));
    int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(w), vget_low_s8(a)));
    int32x4_t high = vpaddlq_s16(vmull_high_s8(w, a));
    sum = vaddq_s32(sum, vpaddq_s32(low, high));
    memcpy((char *)&sums + 16 * i, &sum, sizeof sum);
  }
  return sums;
}

SR_INLINE size_t widest_run(int type) {
  (void)type;
  return SR_QUADS;
}

SR_INLINE i32x16 totals_of(int type, i32x16 sums) {
  (void)type;
  return sums;
}

#include "quantized.h"

const sr_kernels sr_kernels_neon = SR_KERNELS("neon");
#endif
