// Checks the kernels of every instruction set that the machine has: the same bits as the scalar ones give, and products
// as near to their reference as int8 activations allow. A program of C alone, so that it can be built for another
// architecture and run by an emulator; on the machine's own, the tests in Swift check the same and more.
#include "CKernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const sets[] = {"scalar", "avx2", "avx512vnni", "neon", "neon-dotprod"};
enum { SETS = sizeof sets / sizeof sets[0] };

static int checks, failures;

static void check(int holds, const char *set, const char *what, size_t a, size_t b) {
  checks++;
  if (holds) return;
  failures++;
  printf("%s: %s (%zu, %zu)\n", set, what, a, b);
}

/// SplitMix64.
static uint64_t random_state;
static uint64_t random_bits(void) {
  uint64_t z = random_state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}
static float random_float(float from, float to) { return from + (to - from) * (float)(random_bits() >> 40) * 0x1p-24f; }

static void *allocate(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (memory == NULL) abort();
  return memory;
}

static float *random_floats(size_t count, float from, float to) {
  float *x = allocate(count * sizeof *x);
  for (size_t i = 0; i < count; i++) x[i] = random_float(from, to);
  return x;
}

/// Whether all values have the same bits, or are both no number.
static int are_same(const float *a, const float *b, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (memcmp(a + i, b + i, sizeof *a) != 0 && !(isnan(a[i]) && isnan(b[i]))) return 0;
  }
  return 1;
}

// MARK: Products

/// Whether the weights of a block are of ordinary size.
static int is_ordinary(int type, const uint8_t *block) {
  float values[256], most = 0;
  size_t length = sr_block_length(type);
  sr_dequantize_row(type, block, values, length);
  for (size_t i = 0; i < length; i++) {
    if (!isfinite(values[i])) return 0;
    most = fmaxf(most, fabsf(values[i]));
  }
  return most >= 0x1p-12f && most <= 32;
}

/// n rows of k weights; of any bits when `wild`, else of ordinary size.
static uint8_t *random_weights(int type, size_t n, size_t k, int wild) {
  size_t bytes = sr_block_bytes(type), count = n * k / sr_block_length(type);
  uint8_t *w = allocate(count * bytes);
  for (size_t block = 0; block < count; block++) {
    uint8_t *place = w + block * bytes;
    do {
      for (size_t i = 0; i < bytes; i++) place[i] = (uint8_t)random_bits();
    } while (!wild && !is_ordinary(type, place));
  }
  return w;
}

/// m × n products, of rows n0..<n1 alone where those are not all; what is not computed is −7.
static float *products(int type, const void *w, const float *a, size_t m, size_t k, size_t n, size_t n0, size_t n1) {
  void *prepared = allocate(sr_activation_bytes(type, m, k)), *packed = allocate(sr_packed_bytes(type, n, k));
  sr_prepare_activations(type, a, m, k, 0, m, prepared);
  sr_pack(type, w, k, 0, n, packed);
  float *c = allocate(m * n * sizeof *c);
  for (size_t i = 0; i < m * n; i++) c[i] = -7;
  sr_matmul(type, packed, prepared, m, k, n0, n1, c, n);
  free(prepared);
  free(packed);
  return c;
}

/// Rounding activations to multiples of max|a| ÷ 127 moves each by half of that at most.
static void check_error(int type, const void *w, const float *a, size_t m, size_t k, size_t n,
                        const float *c) {
  size_t length = sr_block_length(type), row_bytes = k / length * sr_block_bytes(type);
  size_t group = length > 1 ? length : 32;
  float *exact = allocate(m * n * sizeof *exact), *row = allocate(k * sizeof *row);
  sr_matmul_reference(type, w, a, m, k, 0, n, exact, n);
  for (size_t r = 0; r < n; r++) {
    sr_dequantize_row(type, (const char *)w + r * row_bytes, row, k);
    for (size_t i = 0; i < m; i++) {
      double bound = 0;
      for (size_t start = 0; start < k; start += group) {
        double most = 0, sum = 0;
        for (size_t j = start; j < start + group && j < k; j++) {
          most = fmax(most, fabs((double)a[i * k + j]));
          sum += fabs((double)row[j]);
        }
        int is_float = length == 1;
        bound += sum * most * ((is_float ? 0 : 1.0 / 254) + (double)k * 0x1p-24);
      }
      check(fabs((double)c[i * n + r] - exact[i * n + r]) <= bound * 1.001, sr_type_name(type), "too far from the reference", r, k);
    }
  }
  free(exact);
  free(row);
}

static void check_products(int type) {
  static const size_t batches[] = {1, 2, 3, 5, 8, 9, 17, 131};
  size_t block = sr_block_length(type), n = 37, most = 131;
  size_t lengths[3] = {block == 1 ? 15 : block, block == 1 ? 77 : 3 * block, block == 32 ? 576 : 768};
  for (int l = 0; l < 6; l++) {
    size_t k = lengths[l % 3];
    int wild = l >= 3;
    uint8_t *w = random_weights(type, n, k, wild);
    float *a = random_floats(most * k, -3, 3);
    // Activations of every size, and none.
    if (wild) a[3] = INFINITY, a[k + 1] = 3e38f, a[2 * k] = 1e-38f;
    sr_use_instruction_set("scalar");
    float *expected = products(type, w, a, most, k, n, 0, n);
    if (!wild) check_error(type, w, a, 5, k, n, expected);
    for (int s = 0; s < SETS; s++) {
      if (!sr_use_instruction_set(sets[s])) continue;
      for (size_t b = 0; b < sizeof batches / sizeof batches[0]; b++) {
        size_t m = batches[b];
        float *c = products(type, w, a, m, k, n, 0, n);
        check(are_same(c, expected, m * n), sets[s], sr_type_name(type), m, k);
        free(c);
        c = products(type, w, a, m, k, n, 5, 22);
        for (size_t i = 0; i < m; i++) {
          float row[37];
          for (size_t r = 0; r < n; r++) row[r] = r < 5 || r >= 22 ? -7 : expected[i * n + r];
          check(are_same(c + i * n, row, n), sets[s], sr_type_name(type), m, k);
        }
        free(c);
      }
    }
    free(w);
    free(a);
    free(expected);
  }
}

// MARK: Row by row

enum { LONGEST = 576 };

/// What the kernels on rows of n values make of the same numbers, one after the other.
static float *row_results(size_t n, const float *x, const float *y, size_t *count) {
  float *out = allocate(16 * LONGEST * sizeof *out), *next = out;
  uint16_t halves[LONGEST];
  sr_rms_norm(x, y, 1e-6f, next, n);
  next += n;
  memcpy(next, x, n * sizeof *x);
  sr_silu_multiply(next, y, n);
  next += n;
  memcpy(next, x, n * sizeof *x);
  sr_gelu_multiply(next, y, n);
  next += n;
  memcpy(next, x, n * sizeof *x);
  sr_clamped_swiglu_multiply(next, y, n);
  next += n;
  memcpy(next, x, n * sizeof *x);
  sr_sigmoid_multiply(next, y, n);
  next += n;
  size_t half = n / 2, keys = half < 8 ? half : 8, values = half / (keys > 0 ? keys : 1);
  if (keys > 0) {
    sr_convolve_silu(x, y, 2, half, next, half);
    next += half;
    sr_delta_step step = {.before = x, .after = next, .key = y, .query = y + keys, .value = x, .decay = 0.75f,
                          .rate = 0.5f, .update = next + half, .out = next + 2 * half, .key_width = keys,
                          .value_width = values};
    memset(next, 0, 4 * half * sizeof *next);
    sr_token_delta(&step);
    sr_delta_replay(x, next + 3 * half, y, step.update, step.decay, keys, values);
    next += 4 * half;
  }
  memcpy(next, x, n * sizeof *x);
  sr_add(next, y, n);
  next += n;
  sr_to_half(x, halves, n);
  sr_from_half(halves, next, n);
  next += n;
  for (int neox = 0; neox < 2 && n >= 40; neox++) {
    memcpy(next, x, n * sizeof *x);
    sr_rope(next, n / 40, 40, 24, y, y + 12, neox);
    next += n;
  }
  *next++ = sr_log_sum_exp(x, n);
  *next = (float)sr_exponentials(x, 20, 0.5f, next + 1, n);
  next += n + 1;
  *count = (size_t)(next - out);
  return out;
}

static void check_rows(void) {
  static const size_t lengths[] = {1, 7, 15, 16, 17, 64, 100, LONGEST};
  static const float extreme[] = {0, -0.0f, 1e-38f, 1e-45f, 3e38f, -3e38f, INFINITY, -INFINITY, NAN, 88.8f, -87.4f, 65519};
  for (size_t l = 0; l < 2 * sizeof lengths / sizeof lengths[0]; l++) {
    size_t n = lengths[l / 2], count;
    float *x = random_floats(LONGEST, -20, 20), *y = random_floats(LONGEST, -2, 2);
    for (size_t i = 0; i < n && l % 2 == 1; i += 3) x[i] = extreme[random_bits() % 12];
    sr_use_instruction_set("scalar");
    float *expected = row_results(n, x, y, &count);
    for (int s = 0; s < SETS; s++) {
      if (!sr_use_instruction_set(sets[s])) continue;
      float *got = row_results(n, x, y, &count);
      check(are_same(got, expected, count), sets[s], "rows", n, l % 2);
      free(got);
    }
    free(x);
    free(y);
    free(expected);
  }
}

/// Every half's value, and the half that comes of it.
static void check_halves(void) {
  enum { ALL = 1 << 16 };
  static uint16_t halves[ALL], back[2][ALL];
  static float values[2][ALL];
  for (size_t i = 0; i < ALL; i++) halves[i] = (uint16_t)i;
  for (int s = 0; s < SETS; s++) {
    if (!sr_use_instruction_set(sets[s])) continue;
    sr_from_half(halves, values[s > 0], ALL);
    sr_to_half(values[s > 0], back[s > 0], ALL);
    check(are_same(values[s > 0], values[0], ALL), sets[s], "values of halves", ALL, 0);
    for (size_t i = 0; i < ALL; i++) {
      int is_nan = (halves[i] & 0x7fff) > 0x7c00;
      check(is_nan ? (back[s > 0][i] & 0x7fff) > 0x7c00 : back[s > 0][i] == halves[i], sets[s], "halves", i, back[s > 0][i]);
    }
  }
}

// MARK: Attention

/// A task as a whole, or in shares of its blocks.
static float *attention(int format, int in_shares, size_t window, const size_t shape[4], const float *q,
                        const float *k, const float *v) {
  size_t count = shape[0], rows = shape[1], heads = shape[2], width = shape[3], positions = count + rows - 1;
  size_t bytes = (positions + SR_CACHE_TILE - 1) / SR_CACHE_TILE * sr_cache_tile_bytes(format, width);
  void *keys = allocate(bytes), *values = allocate(bytes);
  // What no position has written is no number.
  memset(keys, 0x7f, bytes);
  memset(values, 0x7f, bytes);
  for (size_t t = 0; t < positions; t++) {
    sr_place_key(format, k + t * width, keys, t, width);
    sr_place_value(format, v + t * width, values, t, width);
  }
  float *out = allocate(rows * heads * width * sizeof *out);
  sr_attention_task task = {.keys = keys, .values = values, .q = q, .out = out, .rows = rows, .heads = heads,
                            .row_stride = heads * width, .count = count, .window = window, .head_width = width,
                            .scale = 0.125f, .format = format, .sinks = window == 21 ? q : NULL};
  if (in_shares) {
    size_t blocks = sr_attention_blocks(&task);
    float *shares = allocate(rows * heads * blocks * sr_attention_share(width) * sizeof *shares);
    for (size_t block = blocks; block-- > 0;) sr_attention_shares(&task, block, block + 1, shares);
    sr_attention_merge(&task, shares);
    free(shares);
  } else {
    sr_attention(&task);
  }
  free(keys);
  free(values);
  return out;
}

static void check_attention(void) {
  static const size_t shapes[][4] = {{1, 1, 1, 64},   {3, 1, 3, 16},   {1, 23, 1, 32},  {17, 5, 4, 128}, {100, 9, 1, 80},
                                     {33, 3, 2, 20},  {121, 15, 1, 32}, {380, 8, 7, 64}, {1100, 3, 2, 32}};
  static const int formats[] = {SR_CACHE_F16, SR_CACHE_Q8_0};
  static const size_t windows[] = {0, 1, 21, 517};
  for (size_t j = 0; j < 8 * sizeof shapes / sizeof shapes[0]; j++) {
    const size_t *shape = shapes[j / 8];
    size_t window = windows[j / 2 % 4];
    int format = formats[j % 2];
    size_t rows = shape[1], positions = shape[0] + rows - 1, results = rows * shape[2] * shape[3];
    float *q = random_floats(results, -2, 2), *k = random_floats(positions * shape[3], -2, 2);
    float *v = random_floats(positions * shape[3], -2, 2);
    sr_use_instruction_set("scalar");
    float *expected = attention(format, 0, window, shape, q, k, v);
    for (int s = 0; s < SETS; s++) {
      if (!sr_use_instruction_set(sets[s])) continue;
      for (int in_shares = 0; in_shares < 2; in_shares++) {
        float *got = attention(format, in_shares, window, shape, q, k, v);
        check(are_same(got, expected, results), sets[s], "attention", shape[0], rows);
        free(got);
      }
    }
    free(q);
    free(k);
    free(v);
    free(expected);
  }
}

int main(void) {
  printf("Instruction sets:");
  for (int s = 0; s < SETS; s++) {
    if (sr_use_instruction_set(sets[s])) printf(" %s", sets[s]);
  }
  printf("\n");
  for (int type = 0; type < 256; type++) {
    if (sr_block_length(type) > 0) check_products(type);
  }
  check_rows();
  check_halves();
  check_attention();
  printf("%d checks, %d failed\n", checks, failures);
  return failures > 0;
}
