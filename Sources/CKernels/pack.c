#include "packing.h"

#include "floats.h"
#include "kernels.h"
#include "vectors.h"

/// The bits from `place` on of 64 bytes of eight quads, as a plane of `bits` lines.
static inline void pack_plane(const uint8_t quads[SR_QUADS][SR_LINE], size_t bits, size_t place, uint8_t *lines) {
  size_t in_byte = 8 / bits, mask = (1u << bits) - 1;
  for (size_t line = 0; line < bits; line++) {
    uint8_t bytes[SR_LINE] = {0};
    for (size_t j = 0; j < in_byte; j++) {
      const uint8_t *quad = quads[line * in_byte + j];
      for (size_t i = 0; i < SR_LINE; i++) bytes[i] |= (uint8_t)((quad[i] >> place & mask) << j * bits);
    }
    memcpy(lines + line * SR_LINE, bytes, SR_LINE);
  }
}

static void pack_planes(sr_packing packing, const uint8_t quads[SR_QUADS][SR_LINE], uint8_t *low, uint8_t *high) {
  switch (packing.low_bits) {
  case 8: memcpy(low, quads, SR_QUADS * SR_LINE); break;
  case 4: pack_plane(quads, 4, 0, low); break;
  case 2: pack_plane(quads, 2, 0, low); break;
  }
  switch (packing.high_bits) {
  case 1: pack_plane(quads, 1, packing.low_bits, high); break;
  case 2: pack_plane(quads, 2, packing.low_bits, high); break;
  }
}

/// Puts the eight quads of each row side by side with those of the other rows.
static void gather_quads(const uint8_t rows[SR_STRIP][SR_GROUP], uint8_t quads[SR_QUADS][SR_LINE]) {
  for (size_t r = 0; r < SR_STRIP; r += 4) {
    for (size_t q = 0; q < SR_QUADS; q += 4) {
      // A transposition of 4 × 4 words.
      i32x4 row[4];
      for (size_t i = 0; i < 4; i++) memcpy(&row[i], rows[r + i] + 4 * q, sizeof row[i]);
      i32x4 a = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
      i32x4 b = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
      i32x4 c = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
      i32x4 d = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
      i32x4 quad[4] = {
          __builtin_shufflevector(a, b, 0, 1, 4, 5), __builtin_shufflevector(a, b, 2, 3, 6, 7),
          __builtin_shufflevector(c, d, 0, 1, 4, 5), __builtin_shufflevector(c, d, 2, 3, 6, 7)};
      for (size_t i = 0; i < 4; i++) memcpy(quads[q + i] + 4 * r, &quad[i], sizeof quad[i]);
    }
  }
}

/// Puts the F16 of row r beside those of the other rows.
static void pack_half(float value, size_t r, uint8_t *halves) {
  uint16_t half = sr_half_from(value);
  memcpy(halves + r * sizeof half, &half, sizeof half);
}

/// The scales and minima of row r for group g of the block at `packed`.
static void pack_factors(sr_packing packing, const sr_group *group, size_t g, size_t r, uint8_t *packed) {
  enum { HALVES = SR_STRIP * sizeof(uint16_t) };
  const size_t in_unit = g % SR_UNIT;
  uint8_t *factors = packed + sr_unit_start(packing, g / SR_UNIT) + sr_factors_start(packing);
  if (packing.has_block_scales && g == 0) {
    pack_half(group->block_scale, r, packed);
    if (packing.has_minima) pack_half(group->block_minimum, r, packed + HALVES);
  }
  switch (packing.factors) {
  case SR_NO_FACTORS: return;
  case SR_SCALES_AND_MINIMA:
    pack_half(-group->minimum[0], r, factors + (SR_UNIT + in_unit) * HALVES);
    pack_half(group->scale[0], r, factors + in_unit * HALVES);
    return;
  case SR_SCALES: pack_half(group->scale[0], r, factors + in_unit * HALVES); return;
  case SR_EXPONENTS: packed[g * SR_STRIP + r] = sr_exponent_from(group->scale[0]); return;
  case SR_BYTES_AND_MINIMA:
    factors[in_unit * SR_STRIP + r] = (uint8_t)group->scale[0];
    factors[(SR_UNIT + in_unit) * SR_STRIP + r] = (uint8_t)group->minimum[0];
    return;
  case SR_HALF_BYTES:
    for (size_t half = 0; half < 2; half++) {
      factors[(2 * in_unit + half) * SR_STRIP + r] = (uint8_t)(int)group->scale[half];
    }
    return;
  case SR_HALF_NIBBLES:
    for (size_t half = 0; half < 2; half++) {
      factors[(2 * in_unit + half) * SR_STRIP + r] = (uint8_t)((int)group->scale[half] | (int)group->minimum[half] << 4);
    }
    return;
  case SR_HEADER_BYTES: packed[SR_LINE + g * SR_STRIP + r] = (uint8_t)(int)group->scale[0]; return;
  }
}

/// Group `index` of `rows` rows, whose first block is at `w`, as group g of the packed block at `packed`.
static void pack_group(int type, sr_packing packing, const char *w, size_t row_bytes, size_t rows, size_t index,
                       size_t g, uint8_t *packed) {
  int offset = packing.values == NULL ? packing.offset : 0;
  uint8_t bytes[SR_STRIP][SR_GROUP], quads[SR_QUADS][SR_LINE];
  for (size_t r = 0; r < rows; r++) {
    sr_group group;
    sr_unpack_numbers(type, w + r * row_bytes, index, &group);
    for (size_t i = 0; i < SR_GROUP; i++) bytes[r][i] = (uint8_t)(group.q[i] + offset);
    pack_factors(packing, &group, g, r, packed);
  }
  memset(bytes[rows], 0, (SR_STRIP - rows) * SR_GROUP);
  gather_quads(bytes, quads);
  uint8_t *unit = packed + sr_unit_start(packing, g / SR_UNIT);
  pack_planes(packing, quads, unit + sr_low_plane(packing, g % SR_UNIT), unit + sr_high_plane(packing, g % SR_UNIT));
}

/// A strip of `rows` rows, whose first block goes to `packed`.
static void pack_strip(int type, const char *w, size_t row_bytes, size_t rows, size_t groups, uint8_t *packed) {
  sr_packing packing = sr_packing_of(type);
  size_t block_groups = sr_packed_block_groups(packing);
  for (size_t first = 0; first < groups; first += block_groups, packed += sr_block_step(packing)) {
    size_t count = groups - first < block_groups ? groups - first : block_groups;
    int is_whole = rows == SR_STRIP && count == block_groups;
    memset(packed, 0, is_whole ? packing.header_lines * SR_LINE : sr_packed_block_bytes(packing));
    for (size_t g = 0; g < count; g++) pack_group(type, packing, w, row_bytes, rows, first + g, g, packed);
  }
}

/// Rows n0..<n1 of float weights, and what fills up their last strip.
static void pack_floats(int type, const char *rows, size_t row_bytes, size_t k, size_t n0, size_t n1, char *packed) {
  const size_t strip_bytes = sr_float_strip_bytes(type, k);
  const size_t end = (n1 + SR_FLOAT_STRIP - 1) / SR_FLOAT_STRIP * SR_FLOAT_STRIP;
  for (size_t n = n0; n < end; n++, rows += row_bytes) {
    char *line = packed + n / SR_FLOAT_STRIP * strip_bytes + n % SR_FLOAT_STRIP * SR_LINE;
    for (size_t start = 0; start < row_bytes; start += SR_LINE, line += SR_FLOAT_STRIP * SR_LINE) {
      size_t rest = row_bytes - start, count = n >= n1 ? 0 : rest < SR_LINE ? rest : SR_LINE;
      memcpy(line, rows + start, count);
      memset(line + count, 0, SR_LINE - count);
    }
  }
}

size_t sr_packed_bytes(int type, size_t rows, size_t k) {
  if (!sr_is_quantized(type)) {
    return (rows + SR_FLOAT_STRIP - 1) / SR_FLOAT_STRIP * sr_float_strip_bytes(type, k);
  }
  return (rows + SR_PANEL_ROWS - 1) / SR_PANEL_ROWS * sr_panel_bytes(sr_packing_of(type), k / SR_GROUP);
}

void sr_pack(int type, const void *w, size_t k, size_t n0, size_t n1, void *packed) {
  size_t row_bytes = k / sr_block_length(type) * sr_block_bytes(type);
  const char *rows = (const char *)w + n0 * row_bytes;
  if (!sr_is_quantized(type)) {
    pack_floats(type, rows, row_bytes, k, n0, n1, packed);
    return;
  }
  sr_packing packing = sr_packing_of(type);
  size_t groups = k / SR_GROUP, end = (n1 + SR_PANEL_ROWS - 1) / SR_PANEL_ROWS * SR_PANEL_ROWS;
  for (size_t n = n0; n < end; n += SR_STRIP, rows += SR_STRIP * row_bytes) {
    size_t count = n >= n1 ? 0 : n1 - n < SR_STRIP ? n1 - n : SR_STRIP;
    pack_strip(type, rows, row_bytes, count, groups, (uint8_t *)packed + sr_strip_start(packing, n, groups));
  }
}

void sr_unpack_packed_group(int type, const void *strip, size_t r, size_t index, sr_group *group) {
  sr_packing packing = sr_packing_of(type);
  size_t block_groups = sr_packed_block_groups(packing), g = index % block_groups, in_unit = g % SR_UNIT;
  const uint8_t *block = (const uint8_t *)strip + index / block_groups * sr_block_step(packing);
  const uint8_t *unit = block + sr_unit_start(packing, g / SR_UNIT), *factors = unit + sr_factors_start(packing);
  const uint8_t *low = unit + sr_low_plane(packing, in_unit), *high = unit + sr_high_plane(packing, in_unit);
  for (size_t i = 0; i < SR_GROUP; i++) {
    size_t byte = 4 * r + i % 4, bit = i / 4 * packing.low_bits, high_bit = i / 4 * packing.high_bits;
    int q = low[bit / 8 * SR_LINE + byte] >> bit % 8 & ((1 << packing.low_bits) - 1);
    if (packing.high_bits > 0) {
      int upper = high[high_bit / 8 * SR_LINE + byte] >> high_bit % 8 & ((1 << packing.high_bits) - 1);
      q |= upper << packing.low_bits;
    }
    group->q[i] = packing.values != NULL ? packing.values[q] : (int8_t)(q - packing.offset);
  }
  uint16_t halves[2][SR_STRIP];
  memcpy(halves, packing.header_lines > 0 ? block : factors, sizeof halves);
  group->minimum[0] = group->minimum[1] = 0;
  group->block_scale = packing.has_block_scales ? sr_half_value(halves[0][r]) : 1;
  group->block_minimum = packing.has_block_scales ? sr_half_value(halves[1][r]) : 1;
  switch (packing.factors) {
  case SR_NO_FACTORS: return;
  case SR_SCALES: group->scale[0] = group->scale[1] = sr_half_value(halves[in_unit][r]); return;
  case SR_SCALES_AND_MINIMA: {
    uint16_t minima[2][SR_STRIP];
    memcpy(minima, factors + SR_LINE, sizeof minima);
    group->scale[0] = group->scale[1] = sr_half_value(halves[in_unit][r]);
    group->minimum[0] = group->minimum[1] = -sr_half_value(minima[in_unit][r]);
    return;
  }
  case SR_EXPONENTS: group->scale[0] = group->scale[1] = sr_exponent_value(block[g * SR_STRIP + r]); return;
  case SR_BYTES_AND_MINIMA:
    group->scale[0] = group->scale[1] = factors[in_unit * SR_STRIP + r];
    group->minimum[0] = group->minimum[1] = factors[(SR_UNIT + in_unit) * SR_STRIP + r];
    return;
  case SR_HALF_BYTES:
    for (size_t half = 0; half < 2; half++) {
      group->scale[half] = (int8_t)factors[(2 * in_unit + half) * SR_STRIP + r];
    }
    return;
  case SR_HALF_NIBBLES:
    for (size_t half = 0; half < 2; half++) {
      uint8_t factor = factors[(2 * in_unit + half) * SR_STRIP + r];
      group->scale[half] = factor & 15;
      group->minimum[half] = factor >> 4;
    }
    return;
  case SR_HEADER_BYTES: group->scale[0] = group->scale[1] = (int8_t)block[SR_LINE + g * SR_STRIP + r]; return;
  }
}
