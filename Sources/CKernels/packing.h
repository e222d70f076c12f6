// How weights are packed in memory so that products read them in one stream.
//
// Quantized weights are packed in strips of 16 rows, one row for each lane of a vector, so that products need no
// transposition and no sum across lanes.
// - A panel is two strips, whose blocks alternate. A packed block is a header and some units; a unit is two groups of
//   values. All are whole lines of 64 bytes.
// - A quad is four consecutive values of each row: byte 4r + i is value i of row r plus the type's offset, or its number
//   for types whose weights are numbers of values.
// - The bits of a group's eight quads are stored in planes. A plane of n bits takes n lines; each of its bytes holds
//   8 ÷ n quads, the first in the lowest bits. A unit has its low planes, then its high planes, then its factors.
#ifndef SPECREASON_PACKING_H
#define SPECREASON_PACKING_H

#include "CKernels.h"
#include "formats.h"

enum { SR_STRIP = 16, SR_STRIPS = SR_PANEL_ROWS / SR_STRIP, SR_LINE = 64, SR_QUADS = SR_GROUP / 4, SR_UNIT = 2 };

/// How packed blocks store scales and minima, each as 16 values, one for each row of the strip.
typedef enum {
  /// No factors: the type is not quantized.
  SR_NO_FACTORS,
  /// A unit has the scales of both groups, as F16.
  SR_SCALES,
  /// A unit has the scales of both groups, then their minima, as F16.
  SR_SCALES_AND_MINIMA,
  /// The header has the exponents of four groups.
  SR_EXPONENTS,
  /// The header has the block's scale, then its minimum, as F16; a unit, as bytes, the scales of both groups, then
  /// their minima.
  SR_BYTES_AND_MINIMA,
  /// The header has the block's scale as F16; a unit a signed byte for each half of a group.
  SR_HALF_BYTES,
  /// The header is as in SR_BYTES_AND_MINIMA; a unit has, for each half of a group, a byte with the scale in its low
  /// and the minimum in its high half.
  SR_HALF_NIBBLES,
  /// The header has a line that begins with the block's scale as F16, then the signed bytes of eight groups.
  SR_HEADER_BYTES,
} sr_factor_form;

/// How a type is packed.
typedef struct {
  /// Bits of a weight in its low and in its high plane.
  size_t low_bits, high_bits;
  /// Products take weights as q + offset, which makes them unsigned.
  int offset;
  /// The 16 values that weights are numbers of; NULL where they stand for themselves.
  const int8_t *values;
  sr_factor_form factors;
  // The rest follows from `factors`.
  /// Lines before the units of a block, units in it, and lines of factors in each.
  size_t header_lines, units, factor_lines;
  /// Whether groups have integer scales and minima, which are multiplied by the block's own.
  int has_block_scales;
  /// Whether the two halves of a group have scales of their own.
  int has_half_scales;
  /// Whether groups, or their halves, have a minimum.
  int has_minima;
} sr_packing;

static inline sr_packing sr_with_factors(sr_packing p) {
  switch (p.factors) {
  case SR_NO_FACTORS: p.units = 1; break;
  case SR_SCALES: p.units = 1, p.factor_lines = 1; break;
  case SR_SCALES_AND_MINIMA: p.units = 1, p.factor_lines = 2, p.has_minima = 1; break;
  case SR_EXPONENTS: p.header_lines = 1, p.units = 2; break;
  case SR_BYTES_AND_MINIMA: p.header_lines = 1, p.units = 4, p.factor_lines = 1, p.has_minima = 1; break;
  case SR_HALF_BYTES: p.header_lines = 1, p.units = 4, p.factor_lines = 1, p.has_half_scales = 1; break;
  case SR_HALF_NIBBLES:
    p.header_lines = 1, p.units = 4, p.factor_lines = 1, p.has_half_scales = 1, p.has_minima = 1;
    break;
  case SR_HEADER_BYTES: p.header_lines = 3, p.units = 4; break;
  }
  p.has_block_scales = p.factors >= SR_BYTES_AND_MINIMA;
  return p;
}

/// How `type` is packed.
static inline sr_packing sr_packing_of(int type) {
  switch (type) {
#define SR_PACKING(name, lower, number, ...) \
  case SR_##name: return sr_with_factors((sr_packing){__VA_ARGS__});
    SR_QUANTIZED_TYPES(SR_PACKING)
#undef SR_PACKING
  default: return sr_with_factors((sr_packing){.factors = SR_NO_FACTORS});
  }
}

/// Whether products with `type` read int8 activations.
static inline int sr_is_quantized(int type) { return sr_packing_of(type).factors != SR_NO_FACTORS; }

/// Offsets in bytes: of the planes of group g = 0, 1 in a unit, of a unit's factors, of a unit in its block.
static inline size_t sr_low_plane(sr_packing p, size_t g) { return g * p.low_bits * SR_LINE; }
static inline size_t sr_high_plane(sr_packing p, size_t g) {
  return (SR_UNIT * p.low_bits + g * p.high_bits) * SR_LINE;
}
static inline size_t sr_factors_start(sr_packing p) { return SR_UNIT * (p.low_bits + p.high_bits) * SR_LINE; }
static inline size_t sr_unit_bytes(sr_packing p) { return sr_factors_start(p) + p.factor_lines * SR_LINE; }
static inline size_t sr_unit_start(sr_packing p, size_t unit) {
  return p.header_lines * SR_LINE + unit * sr_unit_bytes(p);
}
static inline size_t sr_packed_block_bytes(sr_packing p) { return sr_unit_start(p, p.units); }
static inline size_t sr_packed_block_groups(sr_packing p) { return p.units * SR_UNIT; }
/// From one block of a strip to the next.
static inline size_t sr_block_step(sr_packing p) { return SR_STRIPS * sr_packed_block_bytes(p); }
/// Bytes of a panel whose rows have `groups` groups. The rest of the last unit is zero.
static inline size_t sr_panel_bytes(sr_packing p, size_t groups) {
  size_t block = sr_packed_block_groups(p);
  return (groups + block - 1) / block * sr_block_step(p);
}
/// Offset of the strip of row n, in a matrix whose rows have `groups` groups.
static inline size_t sr_strip_start(sr_packing p, size_t n, size_t groups) {
  return n / SR_PANEL_ROWS * sr_panel_bytes(p, groups) + n % SR_PANEL_ROWS / SR_STRIP * sr_packed_block_bytes(p);
}

/// Rows of a strip of float weights, whose lines alternate. Rows are filled with zeros to whole lines, and the last strip
/// to whole rows.
enum { SR_FLOAT_STRIP = 4 };
/// Values per line.
static inline size_t sr_line_values(int type) {
  return SR_LINE / (type == SR_F32 ? sizeof(float) : sizeof(uint16_t));
}
/// Bytes of a strip whose rows have k values.
static inline size_t sr_float_strip_bytes(int type, size_t k) {
  return (k + sr_line_values(type) - 1) / sr_line_values(type) * SR_FLOAT_STRIP * SR_LINE;
}

#endif
