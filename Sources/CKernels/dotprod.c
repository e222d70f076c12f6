// NEON with the sums of four products of bytes that ARMv8.2 made optional and ARMv8.4 requires.
#if defined(__aarch64__)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#include "neon.h"

SR_INLINE i32x16 dot_quads(int type, i32x16 sums, i32x16 weights, i32x16 activations) {
  for (int i = 0; i < 4; i++) {
    int8x16_t w = signed_weights(type, quarter_of(&weights, i));
    int32x4_t sum = vdotq_s32(quarter_of(&sums, i), w, vreinterpretq_s8_s32(quarter_of(&activations, i)));
    memcpy((char *)&sums + 16 * i, &sum, sizeof sum);
  }
  return sums;
}

#include "quantized.h"

#pragma clang attribute pop

const sr_kernels sr_kernels_dotprod = SR_KERNELS("neon-dotprod");
#endif
