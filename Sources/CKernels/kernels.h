// What an instruction set provides. dispatch.c picks one table; every table computes the same bits, because
// integer sums are exact and every float operation is done in the order that scalar.c and lanes.h define.
#ifndef SPECREASON_KERNELS_H
#define SPECREASON_KERNELS_H

#include "CKernels.h"
#include "activations.h"
#include "formats.h"

#include <math.h>
#include <string.h>

typedef struct {
  const char *name;
  /// One row of k activations as k / 32 groups of int8, so many of which share a scale.
  void (*quantize)(const float *a, size_t k, size_t groups_in_scale, sr_activation *out);
  /// Products with quantized weights; as sr_matmul.
  void (*matmul_quantized)(int type, const void *w, const sr_activation *a, size_t m, size_t k, size_t n0, size_t n1,
                           float *c, size_t ldc);
  /// Products with F32, F16 and BF16 weights; as sr_matmul.
  void (*matmul_float)(int type, const void *w, const float *a, size_t m, size_t k, size_t n0, size_t n1, float *c,
                       size_t ldc);
  // The rest as in CKernels.h.
  void (*rms_norm)(const float *x, const float *weight, float epsilon, float *out, size_t n);
  void (*silu_multiply)(float *gate, const float *up, size_t n);
  void (*gelu_multiply)(float *gate, const float *up, size_t n);
  void (*clamped_swiglu_multiply)(float *gate, const float *up, size_t n);
  void (*sigmoid_multiply)(float *x, const float *gate, size_t n);
  void (*add)(float *x, const float *y, size_t n);
  void (*rope)(float *x, size_t heads, size_t head_width, size_t rotated, const float *cosines, const float *sines,
               int neox);
  void (*attention)(const sr_attention_task *task);
  void (*attention_shares)(const sr_attention_task *task, size_t b0, size_t b1, float *shares);
  void (*attention_merge)(const sr_attention_task *task, const float *shares);
  void (*convolve_silu)(const float *rows, const float *weights, size_t taps, size_t channels, float *out, size_t n);
  void (*delta_step)(const sr_delta_step *step);
  void (*delta_replay)(const float *before, float *after, const float *key, const float *update, float decay,
                       size_t key_width, size_t value_width);
  void (*place_key)(int format, const float *key, void *keys, size_t position, size_t head_width);
  void (*place_value)(int format, const float *value, void *values, size_t position, size_t head_width);
  void (*to_half)(const float *x, uint16_t *out, size_t n);
  void (*from_half)(const uint16_t *x, float *out, size_t n);
  float (*log_sum_exp)(const float *x, size_t n);
  double (*exponentials)(const float *x, float most, float factor, float *out, size_t n);
} sr_kernels;

/// The table of a file that includes the kernels' headers.
#define SR_KERNELS(set)                                                                                       \
  {                                                                                                           \
    .name = set, .quantize = quantize, .matmul_quantized = matmul_quantized, .matmul_float = matmul_float,    \
    .rms_norm = rms_norm, .silu_multiply = silu_multiply, .gelu_multiply = gelu_multiply,                     \
    .clamped_swiglu_multiply = clamped_swiglu_multiply, .sigmoid_multiply = sigmoid_multiply, .add = add,     \
    .rope = rope, .attention = attention, .attention_shares = attention_shares,                               \
    .attention_merge = attention_merge, .convolve_silu = convolve_silu, .delta_step = delta_step,             \
    .delta_replay = delta_replay, .place_key = place_key, .place_value = place_value,                   \
    .to_half = to_half, .from_half = from_half, .log_sum_exp = log_sum_exp, .exponentials = exponentials      \
  }

extern const sr_kernels sr_kernels_scalar;
#if defined(__x86_64__)
extern const sr_kernels sr_kernels_avx2;
extern const sr_kernels sr_kernels_avx512;
#elif defined(__aarch64__)
extern const sr_kernels sr_kernels_neon;
extern const sr_kernels sr_kernels_dotprod;
#endif

/// Group `index` of a row of quantized weights as its file has it.
void sr_unpack_group(int type, const void *row, size_t index, sr_group *group);
/// The same, but where weights are numbers of values, with these numbers.
void sr_unpack_numbers(int type, const void *row, size_t index, sr_group *group);
/// Group `index` of row `r` of a strip of packed weights.
void sr_unpack_packed_group(int type, const void *strip, size_t r, size_t index, sr_group *group);

#endif
