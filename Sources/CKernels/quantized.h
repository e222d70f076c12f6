// Products with packed quantised weights, written once and compiled for each instruction set by the file that includes
// this one after lanes.h. Before that it defines, for its own instruction set:
//   dot_quads                     lane += 4 unsigned bytes of weights · 4 signed bytes of activations
//   look_up                       each byte below 16 replaced by that one of 16 bytes
//   TILE_ACTIVATIONS              rows of activations that a tile meets in registers
//   SIGNED_BYTES                  whether dot_quads takes weights with the offset 128 as signed bytes, those of Q8_0
//                                 with the uppermost bit reversed
// scalar.c defines the result to the last bit: sums over a group are exact, and groups are added in their order.
// The lanes of a vector are the 16 rows of a panel.

#include "packing.h"

/// Panels of weights that a tile meets in registers.
enum { TILE_PANELS = 2 };
/// Groups of weights that all activations meet before the next: they stay in the first-level cache.
enum { CHUNK = 16 };
/// Rows of activations whose sums are held at a time.
enum { PASS = 128 };

SR_INLINE u8x64 load_line(const uint8_t *line) { return *(const u8x64 *)line; }

/// Quad q out of a plane, its bits moved to `place`.
SR_INLINE u8x64 quad_bits(size_t bits, const uint8_t *plane, size_t q, size_t place) {
  u8x64 line = load_line(plane + q * bits / 8 * SR_LINE);
  if (bits == 8) return line;
  size_t shift = q * bits % 8;
  uint8_t mask = (uint8_t)(((1u << bits) - 1) << place);
  return (shift >= place ? line >> (uint8_t)(shift - place) : line << (uint8_t)(place - shift)) & mask;
}

/// Quad q of group g of a unit.
SR_INLINE i32x16 quad_of(int type, const uint8_t *unit, size_t g, size_t q) {
  const sr_packing packing = sr_packing_of(type);
  u8x64 quad = quad_bits(packing.low_bits, unit + sr_low_plane(packing, g), q, 0);
  if (packing.high_bits > 0) {
    quad |= quad_bits(packing.high_bits, unit + sr_high_plane(packing, g), q, packing.low_bits);
  }
  if (sr_values_of(type) == NULL) return (i32x16)quad;
  u8x16 values = *(const stored_u8x16 *)sr_values_of(type);
  if (!(SIGNED_BYTES && packing.offset == 128)) values += (uint8_t)packing.offset;
  return (i32x16)look_up(values, quad);
}

/// What multiplies the sums of a group.
typedef struct {
  /// One, or one for each half of the group.
  f32x16 scales[2];
  f32x16 negative_minima[2];
} sr_factors;

SR_INLINE f32x16 load_halves(const uint8_t *x) { return load_half((const uint16_t *)x); }
SR_INLINE f32x16 load_bytes(const uint8_t *x) {
  return __builtin_convertvector(*(const stored_u8x16 *)x, f32x16);
}
SR_INLINE f32x16 load_signed_bytes(const uint8_t *x) {
  return __builtin_convertvector(*(const stored_i8x16 *)x, f32x16);
}

/// 2^(exponent − 128) for 16 exponents; as sr_exponent_value.
SR_INLINE f32x16 load_exponents(const uint8_t *x) {
  i32x16 exponents = __builtin_convertvector(*(const stored_u8x16 *)x, i32x16);
  return pick(exponents < 2, (f32x16)((exponents + 1) << 21), (f32x16)((exponents - 1) << 23));
}

/// The factors of group g of a block's unit `index`, which is at `unit`; the block begins with `header`.
SR_INLINE sr_factors factors_of(int type, const uint8_t *header, size_t index, const uint8_t *unit, size_t g) {
  const uint8_t *factors = unit + sr_factors_start(sr_packing_of(type));
  sr_factors result = {0};
  switch (type) {
  case SR_Q4_1:
  case SR_Q5_1:
    result.negative_minima[0] = load_halves(factors + SR_LINE + g * SR_PANEL_ROWS * sizeof(uint16_t));
    result.scales[0] = load_halves(factors + g * SR_PANEL_ROWS * sizeof(uint16_t));
    break;
  case SR_MXFP4: result.scales[0] = load_exponents(header + (index * SR_UNIT + g) * SR_PANEL_ROWS); break;
  case SR_IQ4_XS:
    result.scales[0] =
        load_halves(header) * load_signed_bytes(header + SR_LINE + (index * SR_UNIT + g) * SR_PANEL_ROWS);
    break;
  case SR_Q2_K:
    for (size_t half = 0; half < 2; half++) {
      u8x16 bytes = *(const stored_u8x16 *)(factors + (2 * g + half) * SR_PANEL_ROWS);
      result.scales[half] = load_halves(header) * __builtin_convertvector(bytes & 15, f32x16);
      result.negative_minima[half] =
          -load_halves(header + SR_PANEL_ROWS * sizeof(uint16_t)) * __builtin_convertvector(bytes >> 4, f32x16);
    }
    break;
  case SR_Q8_0:
  case SR_Q4_0:
  case SR_Q5_0:
  case SR_IQ4_NL: result.scales[0] = load_halves(factors + g * SR_PANEL_ROWS * sizeof(uint16_t)); break;
  case SR_Q4_K:
  case SR_Q5_K:
    result.scales[0] = load_halves(header) * load_bytes(factors + g * SR_PANEL_ROWS);
    result.negative_minima[0] =
        -load_halves(header + SR_PANEL_ROWS * sizeof(uint16_t)) * load_bytes(factors + (SR_UNIT + g) * SR_PANEL_ROWS);
    break;
  case SR_Q3_K:
  case SR_Q6_K:
    for (size_t half = 0; half < 2; half++) {
      result.scales[half] = load_halves(header) * load_signed_bytes(factors + (2 * g + half) * SR_PANEL_ROWS);
    }
  }
  return result;
}

/// What the integer sum over a group, or over half of one, begins with.
SR_INLINE int32_t start_of(int type, const sr_activation *a, size_t half) {
  switch (sr_packing_of(type).offset) {
  case 128: return SIGNED_BYTES ? 0 : a->start_128;
  case 16: return a->start_8 * 2;
  case 12: return a->start_8 / 8 * 12;
  case 8: return a->start_8;
  case 4: return a->start_32[half] / 8;
  case 32: return a->start_32[half];
  default: return 0;
  }
}

/// Adds the products of group g of a unit of each panel with `columns` rows of activations to `sums`.
SR_INLINE void multiply_group(int type, size_t panels, size_t columns, const uint8_t *block, size_t panel_bytes,
                              size_t unit, size_t g, const sr_activation *a, size_t stride,
                              f32x16 sums[TILE_ACTIVATIONS][TILE_PANELS]) {
  const uint8_t *units = block + sr_unit_start(sr_packing_of(type), unit);
  const size_t parts = sr_has_half_scales(type) ? 2 : 1, quads = SR_QUADS / parts;
  sr_factors factors[TILE_PANELS];
  for (size_t p = 0; p < panels; p++) {
    factors[p] = factors_of(type, block + p * panel_bytes, unit, units + p * panel_bytes, g);
  }
#pragma clang loop unroll(full)
  for (size_t part = 0; part < parts; part++) {
    i32x16 dots[TILE_ACTIVATIONS][TILE_PANELS];
    for (size_t i = 0; i < columns; i++) {
      for (size_t p = 0; p < panels; p++) dots[i][p] = (i32x16){0} + start_of(type, a + i * stride, part);
    }
#pragma clang loop unroll(full)
    for (size_t q = part * quads; q < (part + 1) * quads; q++) {
      i32x16 weights[TILE_PANELS];
      for (size_t p = 0; p < panels; p++) weights[p] = quad_of(type, units + p * panel_bytes, g, q);
      for (size_t i = 0; i < columns; i++) {
        int32_t activations;
        memcpy(&activations, a[i * stride].q + q * 4, sizeof activations);
        for (size_t p = 0; p < panels; p++) {
          dots[i][p] = dot_quads(type, dots[i][p], weights[p], (i32x16){0} + activations);
        }
      }
    }
    for (size_t i = 0; i < columns; i++) {
      for (size_t p = 0; p < panels; p++) {
        f32x16 scaled = __builtin_convertvector(dots[i][p], f32x16) * factors[p].scales[part];
        sums[i][p] = multiply_add(scaled, spread(a[i * stride].scale), sums[i][p]);
      }
    }
  }
  for (size_t i = 0; i < columns; i++) {
    const sr_activation *values = a + i * stride;
    for (size_t p = 0; p < panels; p++) {
      if (sr_has_minima(type)) {
        sums[i][p] = multiply_add(factors[p].negative_minima[0], spread(values->scaled_sum), sums[i][p]);
      }
      for (size_t half = 0; half < 2 && sr_has_half_minima(type); half++) {
        f32x16 sum = spread(values->scaled_half_sums[half]);
        sums[i][p] = multiply_add(factors[p].negative_minima[half], sum, sums[i][p]);
      }
    }
  }
}

/// Adds the products of `groups` groups, whole blocks but for the last, with `columns` rows of activations to `totals`.
SR_INLINE void multiply(int type, size_t panels, size_t columns, const uint8_t *block, size_t panel_bytes,
                        size_t groups, const sr_activation *a, size_t stride, f32x16 totals[][TILE_PANELS]) {
  const sr_packing packing = sr_packing_of(type);
  const size_t block_groups = sr_packed_block_groups(packing);
  f32x16 sums[TILE_ACTIVATIONS][TILE_PANELS];
  for (size_t i = 0; i < columns; i++) {
    for (size_t p = 0; p < panels; p++) sums[i][p] = totals[i][p];
  }
  size_t first = 0;
  for (; first + block_groups <= groups; first += block_groups, block += sr_packed_block_bytes(packing)) {
    for (size_t unit = 0; unit < packing.units; unit++) {
#pragma clang loop unroll(full)
      for (size_t g = 0; g < SR_UNIT; g++) {
        multiply_group(type, panels, columns, block, panel_bytes, unit, g, a + first + unit * SR_UNIT + g, stride, sums);
      }
    }
  }
  for (size_t g = 0; first + g < groups; g++) {
    multiply_group(type, panels, columns, block, panel_bytes, g / SR_UNIT, g % SR_UNIT, a + first + g, stride, sums);
  }
  for (size_t i = 0; i < columns; i++) {
    for (size_t p = 0; p < panels; p++) totals[i][p] = sums[i][p];
  }
}

/// The rows of an output that a panel's lanes are written to: n0..<n1 of them.
SR_INLINE void store_rows(f32x16 value, float *c, size_t row, size_t n0, size_t n1) {
  if (row >= n0 && row + LANES <= n1) return store(value, c + row);
  float values[LANES];
  store(value, values);
  size_t first = row < n0 ? n0 - row : 0, end = n1 < row + LANES ? n1 - row : LANES;
  memcpy(c + row + first, values + first, (end - first) * sizeof(float));
}

SR_INLINE void multiply_panels(int type, size_t panels, const uint8_t *packed, size_t panel_bytes,
                               const sr_activation *a, size_t m, size_t groups, f32x16 totals[][TILE_PANELS]) {
  const sr_packing packing = sr_packing_of(type);
  const size_t chunk_bytes = CHUNK / sr_packed_block_groups(packing) * sr_packed_block_bytes(packing);
  memset(totals, 0, m * sizeof totals[0]);
  for (size_t first = 0; first < groups; first += CHUNK, packed += chunk_bytes) {
    size_t count = groups - first < CHUNK ? groups - first : CHUNK, i = 0;
    const sr_activation *chunk = a + first;
    for (; i + TILE_ACTIVATIONS <= m; i += TILE_ACTIVATIONS) {
      multiply(type, panels, TILE_ACTIVATIONS, packed, panel_bytes, count, chunk + i * groups, groups, totals + i);
    }
    for (; i + 2 <= m; i += 2) {
      multiply(type, panels, 2, packed, panel_bytes, count, chunk + i * groups, groups, totals + i);
    }
    if (i < m) multiply(type, panels, 1, packed, panel_bytes, count, chunk + i * groups, groups, totals + i);
  }
}

SR_INLINE void quantized_products(int type, const uint8_t *packed, const sr_activation *a, size_t m, size_t groups,
                                  size_t n0, size_t n1, float *c, size_t ldc) {
  size_t panel_bytes = sr_panel_bytes(sr_packing_of(type), groups), n = n0 / SR_PANEL_ROWS * SR_PANEL_ROWS;
  packed += n / SR_PANEL_ROWS * panel_bytes;
  f32x16 totals[PASS][TILE_PANELS];
  if (m == 1) {
    for (; n < n1; n += SR_PANEL_ROWS, packed += panel_bytes) {
      totals[0][0] = (f32x16){0};
      multiply(type, 1, 1, packed, panel_bytes, groups, a, groups, totals);
      store_rows(totals[0][0], c, n, n0, n1);
    }
    return;
  }
  while (n < n1) {
    size_t panels = n + SR_PANEL_ROWS < n1 ? TILE_PANELS : 1;
    for (size_t start = 0; start < m; start += PASS) {
      size_t count = m - start < PASS ? m - start : PASS;
      if (panels == 1) {
        multiply_panels(type, 1, packed, panel_bytes, a + start * groups, count, groups, totals);
      } else {
        multiply_panels(type, TILE_PANELS, packed, panel_bytes, a + start * groups, count, groups, totals);
      }
      for (size_t i = 0; i < count; i++) {
        for (size_t p = 0; p < panels; p++) {
          store_rows(totals[i][p], c + (start + i) * ldc, n + p * SR_PANEL_ROWS, n0, n1);
        }
      }
    }
    n += panels * SR_PANEL_ROWS;
    packed += panels * panel_bytes;
  }
}

static void matmul_quantized(int type, const void *w, const sr_activation *a, size_t m, size_t k, size_t n0, size_t n1,
                             float *c, size_t ldc) {
  size_t groups = k / SR_GROUP;
  switch (type) {
  case SR_Q4_0: return quantized_products(SR_Q4_0, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q4_1: return quantized_products(SR_Q4_1, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q5_0: return quantized_products(SR_Q5_0, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q5_1: return quantized_products(SR_Q5_1, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q8_0: return quantized_products(SR_Q8_0, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q2_K: return quantized_products(SR_Q2_K, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q3_K: return quantized_products(SR_Q3_K, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q4_K: return quantized_products(SR_Q4_K, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q5_K: return quantized_products(SR_Q5_K, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q6_K: return quantized_products(SR_Q6_K, w, a, m, groups, n0, n1, c, ldc);
  case SR_IQ4_NL: return quantized_products(SR_IQ4_NL, w, a, m, groups, n0, n1, c, ldc);
  case SR_IQ4_XS: return quantized_products(SR_IQ4_XS, w, a, m, groups, n0, n1, c, ldc);
  case SR_MXFP4: return quantized_products(SR_MXFP4, w, a, m, groups, n0, n1, c, ldc);
  }
}
