// What all NEON machines have, for the files that add the product of bytes that theirs has.
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

#include "float_products.h"
#include "quantize.h"
#include "rows.h"
#include "recurrent.h"

enum { ATTENTION_REGISTERS = 4, ATTENTION_QUERIES = 4, VALUE_VECTORS = 1 };

#include "attention.h"

enum { TILE_STRIPS = 2, TILE_ACTIVATIONS = 2, WIDEST_TILE = 3, SIGNED_BYTES = 1, WIDE_SUMS = 1 };

/// 4 of the 16 lanes.
SR_INLINE int32x4_t quarter_of(const i32x16 *x, int quarter) {
  int32x4_t result;
  memcpy(&result, (const char *)x + 16 * quarter, sizeof result);
  return result;
}

SR_INLINE u8x64 look_up(u8x16 values, u8x64 bytes) {
  for (int i = 0; i < 4; i++) {
    uint8x16_t quarter = vqtbl1q_u8((uint8x16_t)values, vreinterpretq_u8_s32(quarter_of((const i32x16 *)&bytes, i)));
    memcpy((char *)&bytes + 16 * i, &quarter, sizeof quarter);
  }
  return bytes;
}

/// Signed bytes of weights; below 64 they are the same with and without a sign.
SR_INLINE int8x16_t signed_weights(int type, int32x4_t weights) {
  int8x16_t bytes = vreinterpretq_s8_s32(weights);
  return sr_packing_of(type).low_bits == 8 ? veorq_s8(bytes, vdupq_n_s8((int8_t)0x80)) : bytes;
}

SR_INLINE i32x16 dot_pairs(i32x16 sums, i32x16 weights, i32x16 activations) {
  return sums + (weights & 0xffff) * (activations << 16 >> 16) + (weights >> 16) * (activations >> 16);
}

/// Sums are of 32 bits from the first on.
SR_INLINE size_t widest_run(int type) {
  (void)type;
  return SR_QUADS;
}

SR_INLINE i32x16 add_totals(i32x16 totals, i32x16 sums) { return totals + sums; }
