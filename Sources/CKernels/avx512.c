#if defined(__x86_64__)
#include "kernels.h"
#include "packing.h"
#include "vectors.h"

#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), apply_to = function)

SR_INLINE f32x16 load_half(const uint16_t *x) {
  return (f32x16)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)x));
}

SR_INLINE void store_half(f32x16 value, uint16_t *x) {
  _mm256_storeu_si256((__m256i *)x, _mm512_cvtps_ph((__m512)value, _MM_FROUND_TO_NEAREST_INT));
}

enum { TILE_ROWS = 4, TILE_COLUMNS = 4, DECODE_ROWS = 4 };

#include "lanes.h"

#include "float_products.h"
#include "quantize.h"
#include "rows.h"
#include "recurrent.h"

enum { ATTENTION_REGISTERS = 16, ATTENTION_QUERIES = 8, VALUE_VECTORS = 2 };

#include "attention.h"

enum { TILE_STRIPS = 2, TILE_ACTIVATIONS = 5, WIDEST_TILE = 6, SIGNED_BYTES = 0, WIDE_SUMS = 1 };

SR_INLINE u8x64 look_up(u8x16 values, u8x64 bytes) {
  return (u8x64)_mm512_shuffle_epi8(_mm512_broadcast_i32x4((__m128i)values), (__m512i)bytes);
}

SR_INLINE i32x16 dot_quads(int type, i32x16 sums, i32x16 weights, i32x16 activations) {
  (void)type;
  return (i32x16)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)weights, (__m512i)activations);
}

SR_INLINE i32x16 dot_pairs(i32x16 sums, i32x16 weights, i32x16 activations) {
  return (i32x16)_mm512_dpwssd_epi32((__m512i)sums, (__m512i)weights, (__m512i)activations);
}

SR_INLINE size_t widest_run(int type) {
  (void)type;
  return SR_QUADS;
}

SR_INLINE i32x16 add_totals(i32x16 totals, i32x16 sums) { return totals + sums; }

#include "quantized.h"

#pragma clang attribute pop

const sr_kernels sr_kernels_avx512 = SR_KERNELS("avx512vnni");
#endif
