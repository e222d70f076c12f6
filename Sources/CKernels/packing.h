// How weights lie in memory for products: so that they are read in one stream.
//
// Quantized weights lie 16 rows together, a row for each lane of a vector, so that products need no transposition and no
// sum across lanes.
// A panel is two strips of 16 rows, their blocks in turns. A block is a header and units, a unit two groups of values;
// all in lines of 64 bytes.
// A quad is four values of each row that follow one another: byte 4r + i is value i of row r, plus the type's offset,
// or the number of that value for types whose weights are numbers of values.
// The bits of a group's eight quads lie in planes: one of n bits takes n lines, and each of its bytes has 8 ÷ n quads
// of them, the first in its lowest bits. A unit has its low planes, its high planes, and then its factors.
#ifndef SPECREASON_PACKING_H
#define SPECREASON_PACKING_H

#include "formats.h"

enum { SR_STRIP = 16, SR_STRIPS = SR_PANEL_ROWS / SR_STRIP, SR_LINE = 64, SR_QUADS = SR_GROUP / 4, SR_UNIT = 2 };

/// Where the parts of a type's packed blocks are.
typedef struct {
  /// Bits of a weight in its low and in its high plane.
  size_t low_bits, high_bits;
  /// Products take weights as q + offset.
  int offset;
  /// Lines before the units of a block, units in it, and lines of factors in each.
  size_t header_lines, units, factor_lines;
} sr_packing;

static inline sr_packing sr_packing_of(int type) {
  switch (type) {
  // Factors: the scales of both groups, as halves.
  case SR_Q8_0: return (sr_packing){.low_bits = 8, .offset = 128, .units = 1, .factor_lines = 1};
  case SR_Q4_0: return (sr_packing){.low_bits = 4, .offset = 8, .units = 1, .factor_lines = 1};
  case SR_Q5_0: return (sr_packing){.low_bits = 4, .high_bits = 1, .offset = 16, .units = 1, .factor_lines = 1};
  case SR_IQ4_NL: return (sr_packing){.low_bits = 4, .offset = 128, .units = 1, .factor_lines = 1};
  // Factors: the scales of both groups, then their minima, as halves.
  case SR_Q4_1: return (sr_packing){.low_bits = 4, .units = 1, .factor_lines = 2};
  case SR_Q5_1: return (sr_packing){.low_bits = 4, .high_bits = 1, .units = 1, .factor_lines = 2};
  // Header: the exponents of four groups.
  case SR_MXFP4: return (sr_packing){.low_bits = 4, .offset = 12, .header_lines = 1, .units = 2};
  // Header: scales, then minima, as halves. Factors: bytes, the scales of both groups, then their minima.
  case SR_Q4_K: return (sr_packing){.low_bits = 4, .header_lines = 1, .units = 4, .factor_lines = 1};
  case SR_Q5_K: return (sr_packing){.low_bits = 4, .high_bits = 1, .header_lines = 1, .units = 4, .factor_lines = 1};
  // Header: scales as halves. Factors: signed bytes, for each 16 values.
  case SR_Q6_K:
    return (sr_packing){
        .low_bits = 4, .high_bits = 2, .offset = 32, .header_lines = 1, .units = 4, .factor_lines = 1};
  case SR_Q3_K:
    return (sr_packing){.low_bits = 2, .high_bits = 1, .offset = 4, .header_lines = 1, .units = 4, .factor_lines = 1};
  // Header: scales, then minima, as halves. Factors: for each 16 values, a byte as in files.
  case SR_Q2_K: return (sr_packing){.low_bits = 2, .header_lines = 1, .units = 4, .factor_lines = 1};
  // Header: a line that begins with scales as halves, then the signed factors of eight groups.
  case SR_IQ4_XS: return (sr_packing){.low_bits = 4, .offset = 128, .header_lines = 3, .units = 4};
  default: return (sr_packing){.units = 1};
  }
}

/// Where things are, in bytes: the planes of group g = 0, 1 of a unit, a unit's factors, a unit in its block.
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
/// A panel with rows of `groups` groups. What a last unit has beyond them is zero.
static inline size_t sr_panel_bytes(sr_packing p, size_t groups) {
  size_t block = sr_packed_block_groups(p);
  return (groups + block - 1) / block * sr_block_step(p);
}
/// The strip of row n of a matrix with rows of `groups` groups.
static inline size_t sr_strip_start(sr_packing p, size_t n, size_t groups) {
  return n / SR_PANEL_ROWS * sr_panel_bytes(p, groups) + n % SR_PANEL_ROWS / SR_STRIP * sr_packed_block_bytes(p);
}

/// Float weights lie in strips of so many rows, a line of each in turn. Rows are filled up with zeros to whole lines,
/// and the last strip to whole rows.
enum { SR_FLOAT_STRIP = 4 };
/// Values of a line.
static inline size_t sr_line_values(int type) {
  return SR_LINE / (type == SR_F32 ? sizeof(float) : sizeof(uint16_t));
}
/// A strip with rows of k values.
static inline size_t sr_float_strip_bytes(int type, size_t k) {
  return (k + sr_line_values(type) - 1) / sr_line_values(type) * SR_FLOAT_STRIP * SR_LINE;
}

#endif
