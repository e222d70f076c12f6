#if defined(__x86_64__)
#include "kernels.h"
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

enum { TILE_ROWS = 2, TILE_COLUMNS = 2, DECODE_ROWS = 4, VALUE_VECTORS = 4 };

#include "lanes.h"

#pragma clang attribute pop

const sr_kernels sr_kernels_avx2 = {
    .name = "avx2",
    .quantize = quantize,
    .matmul_quantized = sr_scalar_matmul_quantized,
    .matmul_float = matmul_float,
    .rms_norm = rms_norm,
    .silu_multiply = silu_multiply,
    .add = add,
    .rope = rope,
    .attention_head = attention_head,
    .to_half = to_half,
    .from_half = from_half,
    .log_sum_exp = log_sum_exp,
};
#endif
