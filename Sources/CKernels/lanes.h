// Kernels on floats, written once for vectors of 16 and compiled for each instruction set by the file that includes
// this one. Before that it defines, for its own instruction set:
//   load_half, store_half         16 halves from and to memory
//   TILE_ROWS, TILE_COLUMNS       weights' rows and activations' rows of a register tile in matmul_float, up to 4 each
//   DECODE_ROWS                   weights' rows at a time for a single row of activations, up to 4
// The order of every sum is written out here, so all instruction sets give the same bits.

#pragma STDC FP_CONTRACT OFF

#include "packing.h"

/// Values of a vector.
enum { LANES = 16 };
/// Bytes that float weights are asked for ahead of their use where a single row of activations meets them.
enum { FLOAT_AHEAD = 4096 };

SR_INLINE f32x16 load(const float *x) { return *(const stored_f32x16 *)x; }
SR_INLINE void store(f32x16 value, float *x) { *(stored_f32x16 *)x = value; }
/// `x` in every lane. Adding 0 would be a real addition, as it turns −0 into 0; taking it away is none.
SR_INLINE f32x16 spread(float x) { return x - (f32x16){0}; }
SR_INLINE f32x16 multiply_add(f32x16 a, f32x16 b, f32x16 c) { return __builtin_elementwise_fma(a, b, c); }

/// The first `count` < 16 values, then `filler`.
SR_INLINE f32x16 load_part(const float *x, size_t count, float filler) {
  f32x16 value = (f32x16){0} + filler;
  memcpy(&value, x, count * sizeof(float));
  return value;
}
SR_INLINE void store_part(f32x16 value, float *x, size_t count) { memcpy(x, &value, count * sizeof(float)); }

/// The first `count` ≤ 16 values; whole vectors without a call of memcpy.
SR_INLINE void store_lanes(f32x16 value, float *x, size_t count) {
  if (count == LANES) {
    store(value, x);
  } else {
    store_part(value, x, count);
  }
}

SR_INLINE float sum(f32x16 x) {
  f32x8 eight = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
                __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  f32x4 four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
  return (four[0] + four[2]) + (four[1] + four[3]);
}

/// Asks for `bytes` bytes from `x` on, and returns what follows them. Kernels that walk along several rows at once use
/// it: these are more streams than a processor foresees, but the rows that come next are one.
SR_INLINE const char *prefetch(const char *x, size_t bytes) {
  for (size_t line = 0; line < bytes; line += 64) __builtin_prefetch(x + line);
  return x + bytes;
}

SR_INLINE f32x16 pick(i32x16 mask, f32x16 yes, f32x16 no) {
  return (f32x16)((mask & (i32x16)yes) | (~mask & (i32x16)no));
}

SR_INLINE f32x16 greater(f32x16 a, f32x16 b) { return pick(a > b, a, b); }

SR_INLINE float greatest(f32x16 x) {
  x = greater(x, __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  x = greater(x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  x = greater(x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
  x = greater(x, __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
  return x[0];
}

/// eˣ to about two units in the last place; 0 below −87.3, ∞ above 88.7, NaN for NaN.
SR_INLINE f32x16 exponential(f32x16 x) {
  const float rounder = 0x1.8p23f;
  f32x16 zero = {0};
  f32x16 clamped = pick(x < -88.0f, zero - 88.0f, x);
  clamped = pick(clamped > 89.0f, zero + 89.0f, clamped);
  // x = n · ln 2 + r, ln 2 in two parts (Cody and Waite), then a polynomial for eʳ (Cephes' expf).
  f32x16 n = (clamped * 1.44269504088896341f + rounder) - rounder;
  f32x16 r = multiply_add(n, zero - 0.693359375f, clamped);
  r = multiply_add(n, zero + 2.12194440e-4f, r);
  f32x16 p = zero + 1.9875691500e-4f;
  p = multiply_add(p, r, zero + 1.3981999507e-3f);
  p = multiply_add(p, r, zero + 8.3334519073e-3f);
  p = multiply_add(p, r, zero + 4.1665795894e-2f);
  p = multiply_add(p, r, zero + 1.6666665459e-1f);
  p = multiply_add(p, r, zero + 5.0000001201e-1f);
  p = multiply_add(p, r * r, r + 1.0f);
  // 2ⁿ in two factors, since 2¹²⁸ is no float. NaN lanes hold any number here and are put back below.
  i32x16 exponent = __builtin_convertvector(pick(n == n, n, zero), i32x16);
  i32x16 half = exponent >> 1;
  f32x16 result = p * (f32x16)((half + 127) << 23) * (f32x16)((exponent - half + 127) << 23);
  result = pick(x < -87.3f, zero, result);
  return pick(x == x, result, x);
}

// MARK: Activations

/// The greatest magnitude of `count` values, a multiple of 16; NaN counts as greater than infinity.
SR_INLINE float greatest_magnitude(const float *a, size_t count) {
  // As integers, magnitudes of floats keep their order, and NaN is above infinity.
  i32x16 bits = {0};
  for (size_t i = 0; i < count; i += LANES) {
    bits = __builtin_elementwise_max(bits, (i32x16)load(a + i) & 0x7fffffff);
  }
  int32_t most = __builtin_reduce_max(bits);
  float value;
  memcpy(&value, &most, sizeof value);
  return value;
}

/// A group of values of at most the magnitude `most`.
SR_INLINE void quantize_group(const float *a, float most, sr_activation *out) {
  memset(out, 0, sizeof *out);
  if (!(most < INFINITY)) {
    out->scale = out->scaled_sum = NAN;
    return;
  }
  if (most < 1e-30f) return;
  f32x16 low = load(a), high = load(a + 16);
  const float rounder = 0x1.8p23f;
  float inverse = 127.0f / most;
  i32x16 q_low = __builtin_convertvector((low * inverse + rounder) - rounder, i32x16);
  i32x16 q_high = __builtin_convertvector((high * inverse + rounder) - rounder, i32x16);
  *(stored_i8x16 *)out->q = __builtin_convertvector(q_low, i8x16);
  *(stored_i8x16 *)(out->q + 16) = __builtin_convertvector(q_high, i8x16);
  int32_t sum_low = __builtin_reduce_add(q_low), sum_high = __builtin_reduce_add(q_high);
  out->scale = most / 127.0f;
  out->scaled_sum = out->scale * (float)(sum_low + sum_high);
  out->half_sums[0] = (int16_t)sum_low;
  out->half_sums[1] = (int16_t)sum_high;
  out->start_128 = -128 * (sum_low + sum_high);
  out->start_8 = -8 * (sum_low + sum_high);
  out->start_32[0] = -32 * sum_low;
  out->start_32[1] = -32 * sum_high;
}

static void quantize(const float *a, size_t k, size_t groups_in_scale, sr_activation *out) {
  for (size_t first = 0; first < k / SR_GROUP; first += groups_in_scale) {
    float most = greatest_magnitude(a + first * SR_GROUP, groups_in_scale * SR_GROUP);
    for (size_t g = first; g < first + groups_in_scale; g++) {
      quantize_group(a + g * SR_GROUP, most, out + g);
      int16_t sum = (int16_t)(out[g].half_sums[0] + out[g].half_sums[1]);
      out[g / 2 * 2].pair_sums[g % 2] = sum;
    }
  }
}

// MARK: Products with float weights

SR_INLINE f32x16 load_weights(int type, const char *w) {
  switch (type) {
  case SR_F16: return load_half((const uint16_t *)w);
  case SR_BF16: return (f32x16)(__builtin_convertvector(*(const stored_u16x16 *)w, u32x16) << 16);
  default: return load((const float *)w);
  }
}

/// The strip of rows that `matmul_float` is at.
typedef struct {
  const char *lines;
  /// Of the whole matrix.
  size_t first_row;
  /// Rows whose products are wanted: n0..<n1 of the whole matrix.
  size_t n0, n1;
} sr_float_strip;

/// Products of `rows` rows of a strip, from row `r0` on, with `columns` rows of activations, each summed in 16 lanes
/// over k and then across, whatever the tile's size. With each line, the one `ahead` bytes later is asked for, unless
/// that is 0.
SR_INLINE void float_tile(int type, size_t ahead, sr_float_strip strip, size_t r0, size_t rows, size_t columns,
                          const float *a, size_t k, float *c, size_t ldc) {
  const size_t values = sr_line_values(type);
  f32x16 accumulators[SR_FLOAT_STRIP * TILE_COLUMNS];
  for (size_t j = 0; j < rows * columns; j++) accumulators[j] = (f32x16){0};
  const char *w = strip.lines + r0 * SR_LINE;
  size_t position = 0;
  for (; position + values <= k; position += values, w += SR_FLOAT_STRIP * SR_LINE) {
    if (ahead > 0) prefetch(w + ahead, rows * SR_LINE);
#pragma clang loop unroll(full)
    for (size_t part = 0; part < values; part += LANES) {
      f32x16 weights[SR_FLOAT_STRIP];
      for (size_t r = 0; r < rows; r++) weights[r] = load_weights(type, w + r * SR_LINE + part * SR_LINE / values);
      for (size_t i = 0; i < columns; i++) {
        f32x16 activations = load(a + i * k + position + part);
        for (size_t r = 0; r < rows; r++) {
          accumulators[i * rows + r] = multiply_add(weights[r], activations, accumulators[i * rows + r]);
        }
      }
    }
  }
  // Behind the last of a row's values are zeros.
  for (size_t part = 0; position + part < k; part += LANES) {
    size_t rest = k - position - part, count = rest < LANES ? rest : LANES;
    for (size_t i = 0; i < columns; i++) {
      f32x16 activations = load_part(a + i * k + position + part, count, 0);
      for (size_t r = 0; r < rows; r++) {
        f32x16 weights = load_weights(type, w + r * SR_LINE + part * SR_LINE / values);
        accumulators[i * rows + r] = multiply_add(weights, activations, accumulators[i * rows + r]);
      }
    }
  }
  for (size_t r = 0; r < rows; r++) {
    size_t n = strip.first_row + r0 + r;
    if (n < strip.n0 || n >= strip.n1) continue;
    for (size_t i = 0; i < columns; i++) c[i * ldc + n] = sum(accumulators[i * rows + r]);
  }
}

/// The products of a strip with m > 1 rows of activations.
SR_INLINE void float_tiles(int type, sr_float_strip strip, const float *a, size_t m, size_t k, float *c, size_t ldc) {
  for (size_t r = 0; r < SR_FLOAT_STRIP; r += TILE_ROWS) {
    // The next strip comes while this one is at work.
    const size_t next = sr_float_strip_bytes(type, k);
    size_t i = 0;
    for (; i + TILE_COLUMNS <= m; i += TILE_COLUMNS) {
      float_tile(type, i == 0 ? next : 0, strip, r, TILE_ROWS, TILE_COLUMNS, a + i * k, k, c + i * ldc, ldc);
    }
    // Written out, because the width must be a constant where tiles are inlined.
#define SR_REST(columns)                                                                                     \
  case columns:                                                                                              \
    if (columns < TILE_COLUMNS) {                                                                            \
      float_tile(type, i == 0 ? next : 0, strip, r, TILE_ROWS, columns, a + i * k, k, c + i * ldc, ldc);     \
    }                                                                                                        \
    break;
    switch (m - i) {
      SR_REST(1)
      SR_REST(2)
      SR_REST(3)
    }
#undef SR_REST
  }
}

SR_INLINE void float_products(int type, const char *w, const float *a, size_t m, size_t k, size_t n0, size_t n1,
                              float *c, size_t ldc) {
  const size_t strip_bytes = sr_float_strip_bytes(type, k);
  for (size_t n = n0 / SR_FLOAT_STRIP * SR_FLOAT_STRIP; n < n1; n += SR_FLOAT_STRIP) {
    sr_float_strip strip = {w + n / SR_FLOAT_STRIP * strip_bytes, n, n0, n1};
    if (m == 1) {
      for (size_t r = 0; r < SR_FLOAT_STRIP; r += DECODE_ROWS) {
        float_tile(type, FLOAT_AHEAD, strip, r, DECODE_ROWS, 1, a, k, c, ldc);
      }
    } else {
      float_tiles(type, strip, a, m, k, c, ldc);
    }
  }
}

static void matmul_float(int type, const void *w, const float *a, size_t m, size_t k, size_t n0, size_t n1, float *c,
                         size_t ldc) {
  switch (type) {
  case SR_F32: return float_products(SR_F32, w, a, m, k, n0, n1, c, ldc);
  case SR_F16: return float_products(SR_F16, w, a, m, k, n0, n1, c, ldc);
  case SR_BF16: return float_products(SR_BF16, w, a, m, k, n0, n1, c, ldc);
  }
}

// MARK: Row by row

static void rms_norm(const float *x, const float *weight, float epsilon, float *out, size_t n) {
  f32x16 squares = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16) squares = multiply_add(load(x + i), load(x + i), squares);
  if (i < n) {
    f32x16 rest = load_part(x + i, n - i, 0);
    squares = multiply_add(rest, rest, squares);
  }
  float factor = 1.0f / sqrtf(sum(squares) / (float)n + epsilon);
  for (i = 0; i + 16 <= n; i += 16) store(load(x + i) * factor * load(weight + i), out + i);
  if (i < n) store_part(load_part(x + i, n - i, 0) * factor * load_part(weight + i, n - i, 0), out + i, n - i);
}

SR_INLINE f32x16 silu(f32x16 x) { return x / (exponential(-x) + 1.0f); }

static void silu_multiply(float *gate, const float *up, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) store(silu(load(gate + i)) * load(up + i), gate + i);
  if (i < n) store_part(silu(load_part(gate + i, n - i, 0)) * load_part(up + i, n - i, 0), gate + i, n - i);
}

static void add(float *x, const float *y, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] += y[i];
}

static void rope(float *x, size_t heads, size_t head_width, size_t rotated, const float *cosines, const float *sines,
                 int neox) {
  size_t pairs = rotated / 2, step = neox ? 1 : 2, distance = neox ? pairs : 1;
  for (size_t head = 0; head < heads; head++, x += head_width) {
    for (size_t i = 0; i < pairs; i++) {
      float first = x[i * step], second = x[i * step + distance];
      x[i * step] = first * cosines[i] - second * sines[i];
      x[i * step + distance] = second * cosines[i] + first * sines[i];
    }
  }
}

static void to_half(const float *x, uint16_t *out, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) store_half(load(x + i), out + i);
  for (; i < n; i++) out[i] = sr_half_from(x[i]);
}

static void from_half(const uint16_t *x, float *out, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) store(load_half(x + i), out + i);
  for (; i < n; i++) out[i] = sr_half_value(x[i]);
}

static float greatest_of(const float *x, size_t n) {
  f32x16 most = (f32x16){0} - INFINITY;
  size_t i = 0;
  for (; i + 16 <= n; i += 16) most = greater(load(x + i), most);
  if (i < n) most = greater(load_part(x + i, n - i, -INFINITY), most);
  return greatest(most);
}

static float log_sum_exp(const float *x, size_t n) {
  float most = greatest_of(x, n);
  if (most == -INFINITY || most == INFINITY) return most;
  // A vocabulary is long: floats would lose digits, so sixteen sums in double.
  f64x16 total = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16) total += __builtin_convertvector(exponential(load(x + i) - most), f64x16);
  if (i < n) {
    total += __builtin_convertvector(exponential(load_part(x + i, n - i, -INFINITY) - most), f64x16);
  }
  double all = 0;
  for (int lane = 0; lane < 16; lane++) all += total[lane];
  return (float)(most + log(all));
}

static double exponentials(const float *x, float most, float factor, float *out, size_t n) {
  f64x16 total = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    f32x16 value = exponential((load(x + i) - most) * factor);
    store(value, out + i);
    total += __builtin_convertvector(value, f64x16);
  }
  if (i < n) {
    f32x16 value = exponential((load_part(x + i, n - i, -INFINITY) - most) * factor);
    store_part(value, out + i, n - i);
    total += __builtin_convertvector(value, f64x16);
  }
  double all = 0;
  for (int lane = 0; lane < 16; lane++) all += total[lane];
  return all;
}
