#if defined(__aarch64__)
#include "neon.h"

/// Products of two bytes fit 16 bits, but sums of two need not: they are widened as they are added.
SR_INLINE i32x16 dot_quads(int type, i32x16 sums, i32x16 weights, i32x16 activations) {
  for (int i = 0; i < 4; i++) {
    int8x16_t w = signed_weights(type, quarter_of(&weights, i));
    int8x16_t a = vreinterpretq_s8_s32(quarter_of(&activations, i));
    int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(w), vget_low_s8(a)));
    int32x4_t high = vpaddlq_s16(vmull_high_s8(w, a));
    int32x4_t sum = vaddq_s32(quarter_of(&sums, i), vpaddq_s32(low, high));
    memcpy((char *)&sums + 16 * i, &sum, sizeof sum);
  }
  return sums;
}

#include "quantized.h"

const sr_kernels sr_kernels_neon = SR_KERNELS("neon");
#endif
