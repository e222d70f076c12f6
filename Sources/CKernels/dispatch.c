#include "kernels.h"
#include "packing.h"

#include <stdatomic.h>
#include <stdlib.h>
#if defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

/// Best first.
static const sr_kernels *const tables[] = {
#if defined(__x86_64__)
    &sr_kernels_avx512,
    &sr_kernels_avx2,
#elif defined(__aarch64__)
    &sr_kernels_dotprod,
    &sr_kernels_neon,
#endif
    &sr_kernels_scalar,
};
enum { TABLES = sizeof tables / sizeof tables[0] };

static int is_available(const sr_kernels *table) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  if (table == &sr_kernels_avx2) return avx2;
  if (table == &sr_kernels_avx512) {
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni");
  }
#elif defined(__aarch64__)
  if (table == &sr_kernels_dotprod) return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#endif
  (void)table;
  return 1;
}

static _Atomic(const sr_kernels *) chosen;

int sr_use_instruction_set(const char *name) {
  for (int i = 0; i < TABLES; i++) {
    if (strcmp(tables[i]->name, name) == 0 && is_available(tables[i])) {
      atomic_store(&chosen, tables[i]);
      return 1;
    }
  }
  return 0;
}

static const sr_kernels *choose(void) {
  const char *wanted = getenv("SPECREASON_ISA");
  if (wanted != NULL && sr_use_instruction_set(wanted)) return atomic_load(&chosen);
  // Every thread that comes here at the same time chooses the same.
  int i = 0;
  while (!is_available(tables[i])) i++;
  atomic_store(&chosen, tables[i]);
  return tables[i];
}

static inline const sr_kernels *kernels(void) {
  const sr_kernels *table = atomic_load_explicit(&chosen, memory_order_acquire);
  return table != NULL ? table : choose();
}

const char *sr_instruction_set(void) { return kernels()->name; }

size_t sr_activation_bytes(int type, size_t m, size_t k) {
  return sr_is_quantized(type) ? m * (k / SR_GROUP) * sizeof(sr_activation) : m * k * sizeof(float);
}

void sr_prepare_activations(int type, const float *a, size_t m, size_t k, size_t m0, size_t m1, void *prepared) {
  (void)m;
  if (!sr_is_quantized(type)) {
    memcpy((float *)prepared + m0 * k, a + m0 * k, (m1 - m0) * k * sizeof(float));
    return;
  }
  const size_t groups_in_scale = sr_packing_of(type).has_block_scales ? SR_GROUPS_IN_SUPER : 1;
  sr_activation *groups = prepared;
  for (size_t i = m0; i < m1; i++) {
    kernels()->quantize(a + i * k, k, groups_in_scale, groups + i * (k / SR_GROUP));
  }
}

void sr_matmul(int type, const void *w, const void *prepared, size_t m, size_t k, size_t n0, size_t n1, float *c,
               size_t ldc) {
  if (m == 0) return;
  if (sr_is_quantized(type)) {
    kernels()->matmul_quantized(type, w, prepared, m, k, n0, n1, c, ldc);
  } else {
    kernels()->matmul_float(type, w, prepared, m, k, n0, n1, c, ldc);
  }
}

void sr_rms_norm(const float *x, const float *weight, float epsilon, float *out, size_t n) {
  kernels()->rms_norm(x, weight, epsilon, out, n);
}

void sr_silu_multiply(float *gate, const float *up, size_t n) { kernels()->silu_multiply(gate, up, n); }

void sr_gelu_multiply(float *gate, const float *up, size_t n) { kernels()->gelu_multiply(gate, up, n); }

void sr_clamped_swiglu_multiply(float *gate, const float *up, size_t n) {
  kernels()->clamped_swiglu_multiply(gate, up, n);
}

void sr_sigmoid_multiply(float *x, const float *gate, size_t n) { kernels()->sigmoid_multiply(x, gate, n); }

void sr_add(float *x, const float *y, size_t n) { kernels()->add(x, y, n); }

void sr_rope(float *x, size_t heads, size_t head_width, size_t rotated, const float *cosines, const float *sines,
             int neox) {
  kernels()->rope(x, heads, head_width, rotated, cosines, sines, neox);
}

void sr_place_key(int format, const float *key, void *keys, size_t position, size_t head_width) {
  kernels()->place_key(format, key, keys, position, head_width);
}

void sr_place_value(int format, const float *value, void *values, size_t position, size_t head_width) {
  kernels()->place_value(format, value, values, position, head_width);
}

void sr_attention(const sr_attention_task *task) { kernels()->attention(task); }

void sr_attention_shares(const sr_attention_task *task, size_t b0, size_t b1, float *shares) {
  kernels()->attention_shares(task, b0, b1, shares);
}

void sr_attention_merge(const sr_attention_task *task, const float *shares) {
  kernels()->attention_merge(task, shares);
}

void sr_convolve_silu(const float *rows, const float *weights, size_t taps, size_t channels, float *out, size_t n) {
  kernels()->convolve_silu(rows, weights, taps, channels, out, n);
}

void sr_token_delta(const sr_delta_step *step) { kernels()->delta_step(step); }

void sr_delta_replay(const float *before, float *after, const float *key, const float *update, float decay,
                     size_t key_width, size_t value_width) {
  kernels()->delta_replay(before, after, key, update, decay, key_width, value_width);
}

void sr_to_half(const float *x, uint16_t *out, size_t n) { kernels()->to_half(x, out, n); }

void sr_from_half(const uint16_t *x, float *out, size_t n) { kernels()->from_half(x, out, n); }

float sr_log_sum_exp(const float *x, size_t n) { return kernels()->log_sum_exp(x, n); }

double sr_exponentials(const float *x, float most, float factor, float *out, size_t n) {
  return kernels()->exponentials(x, most, factor, out, n);
}
