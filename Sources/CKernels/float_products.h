// Products with float weights, compiled for each instruction set by the file that includes this one after lanes.h. Before
// that it defines, for its own instruction set:
//   TILE_ROWS, TILE_COLUMNS       weights' rows and activations' rows of a register tile, up to 4 each
//   DECODE_ROWS                   weights' rows at a time for a single row of activations, up to 4

#include "packing.h"

/// Bytes that weights are prefetched ahead of their use with a single row of activations.
enum { FLOAT_AHEAD = 4096 };

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
/// over k and then across, whatever the tile's size. Lines are prefetched `ahead` bytes before their use, unless that
/// is 0.
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
#define SR_PRODUCTS(name, ...) \
  case SR_##name: return float_products(SR_##name, w, a, m, k, n0, n1, c, ldc);
    SR_FLOAT_TYPES(SR_PRODUCTS)
#undef SR_PRODUCTS
  }
}
