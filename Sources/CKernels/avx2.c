#if defined(__x86_64__)
#include "kernels.h"
#include "packing.h"
#include "vectors.h"

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

SR_INLINE f32x16 load_half(const uint16_t *x) {
  f32x8 low = (f32x8)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)x));
  f32x8 high = (f32x8)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(x + 8)));
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

SR_INLINE void store_half(f32x16 value, uint16_t *x) {
  f32x8 low = __builtin_shufflevector(value, value, 0, 1, 2, 3, 4, 5, 6, 7);
  f32x8 high = __builtin_shufflevector(value, value, 8, 9, 10, 11, 12, 13, 14, 15);
  _mm_storeu_si128((__m128i *)x, _mm256_cvtps_ph((__m256)low, _MM_FROUND_TO_NEAREST_INT));
  _mm_storeu_si128((__m128i *)(x + 8), _mm256_cvtps_ph((__m256)high, _MM_FROUND_TO_NEAREST_INT));
}

enum { TILE_ROWS = 2, TILE_COLUMNS = 2, DECODE_ROWS = 4 };

#include "lanes.h"

#include "float_products.h"
#include "quantize.h"
#include "rows.h"
#include "recurrent.h"

enum { ATTENTION_REGISTERS = 4, ATTENTION_QUERIES = 4, VALUE_VECTORS = 1 };

#include "attention.h"

enum { TILE_STRIPS = 1, TILE_ACTIVATIONS = 4, WIDEST_TILE = 5, SIGNED_BYTES = 1, WIDE_SUMS = 0 };

typedef union {
  i32x16 all;
  __m256i halves[2];
} halves;

SR_INLINE u8x64 look_up(u8x16 values, u8x64 bytes) {
  __m256i table = _mm256_broadcastsi128_si256((__m128i)values);
  halves in = {(i32x16)bytes};
  for (int half = 0; half < 2; half++) in.halves[half] = _mm256_shuffle_epi8(table, in.halves[half]);
  return (u8x64)in.all;
}

/// Two products are up to the greatest weight · 127 · 2, and sums must stay below 2¹⁵.
SR_INLINE size_t widest_run(int type) {
  const sr_packing packing = sr_packing_of(type);
  if (packing.offset == 128) return 1;
  // Values that are looked up need not be of as many bits as their numbers.
  const size_t bits = packing.values != NULL ? 5 : packing.low_bits + packing.high_bits;
  return bits <= 4 ? 8 : bits == 5 ? 4 : 2;
}

/// The same number, which must be there before what follows is begun: compilers would begin more products than there
/// are registers to hold.
SR_INLINE __m256i in_order(__m256i value) {
  __asm__ volatile("" : "+x"(value));
  return value;
}

/// Sums are 16-bit numbers, of two products each. Signed bytes go in as magnitudes, at most 128, with their signs moved
/// to the activations.
SR_INLINE i32x16 dot_quads(int type, i32x16 sums, i32x16 weights, i32x16 activations) {
  halves w = {weights}, a = {activations}, result = {sums};
  for (int half = 0; half < 2; half++) {
    __m256i bytes = w.halves[half], signed_bytes = a.halves[half];
    if (sr_packing_of(type).low_bits == 8) bytes = _mm256_xor_si256(bytes, _mm256_set1_epi8((char)0x80));
    if (sr_packing_of(type).offset == 128) {
      signed_bytes = _mm256_sign_epi8(signed_bytes, bytes);
      bytes = _mm256_abs_epi8(bytes);
    }
    __m256i sum = _mm256_add_epi16(result.halves[half], _mm256_maddubs_epi16(bytes, signed_bytes));
    result.halves[half] = widest_run(type) > 1 ? in_order(sum) : sum;
  }
  return result.all;
}

SR_INLINE i32x16 add_totals(i32x16 totals, i32x16 sums) {
  halves result = {totals}, pairs = {sums};
  for (int half = 0; half < 2; half++) {
    __m256i total = _mm256_madd_epi16(pairs.halves[half], _mm256_set1_epi16(1));
    result.halves[half] = in_order(_mm256_add_epi32(result.halves[half], total));
  }
  return result.all;
}

SR_INLINE i32x16 dot_pairs(i32x16 sums, i32x16 weights, i32x16 activations) {
  halves w = {weights}, a = {activations}, result = {sums};
  for (int half = 0; half < 2; half++) {
    __m256i products = _mm256_madd_epi16(w.halves[half], a.halves[half]);
    result.halves[half] = _mm256_add_epi32(result.halves[half], products);
  }
  return result.all;
}

#include "quantized.h"

#pragma clang attribute pop

const sr_kernels sr_kernels_avx2 = SR_KERNELS("avx2");
#endif
