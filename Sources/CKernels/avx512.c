#if defined(__x86_64__)
#include "kernels.h"
#include "vectors.h"

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), apply_to = function)

SR_INLINE f32x16 load_half(const uint16_t *x) { return (f32x16)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)x)); }

SR_INLINE void store_half(f32x16 value, uint16_t *x) {
  _mm256_storeu_si256((__m256i *)x, _mm512_cvtps_ph((__m512)value, _MM_FROUND_TO_NEAREST_INT));
}

enum { TILE_ROWS = 4, TILE_COLUMNS = 4, DECODE_ROWS = 8, VALUE_VECTORS = 8 };

#include "lanes.h"

typedef i32x16 lanes_i;
typedef f32x16 lanes_f;
enum { LANES = 16, TILE_ACTIVATIONS = 8, SIGNED_Q8 = 0 };

SR_INLINE lanes_i dot_lanes(int type, lanes_i sums, lanes_i weights, const int8_t *activations) {
  (void)type;
  int32_t quad;
  memcpy(&quad, activations, sizeof quad);
  return (lanes_i)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)weights, _mm512_set1_epi32(quad));
}

SR_INLINE i32x8 dot_group(int type, u8x32 weights, const int8_t *activations) {
  (void)type;
  __m256i values = _mm256_loadu_si256((const __m256i *)activations);
  return (i32x8)_mm256_dpbusd_epi32(_mm256_setzero_si256(), (__m256i)weights, values);
}

#include "quantized.h"

#pragma clang attribute pop

const sr_kernels sr_kernels_avx512 = {
    .name = "avx512vnni",
    .quantize = quantize,
    .matmul_quantized = matmul_quantized,
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
