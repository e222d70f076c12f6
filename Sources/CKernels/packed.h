// Brings packed quantized weights, their scales and their minima into vectors, a lane for each of a strip's 16 rows.
// Included by quantized.h, for each instruction set.

#include "activations.h"
#include "packing.h"

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
  if (packing.values == NULL) return (i32x16)quad;
  u8x16 values = *(const stored_u8x16 *)packing.values;
  if (!(SIGNED_BYTES && packing.offset == 128)) values += (uint8_t)packing.offset;
  return (i32x16)look_up(values, quad);
}

/// The factors of a group's sums.
typedef struct {
  /// One, or one for each half of the group.
  f32x16 scales[2];
  /// Of types without block scales.
  f32x16 negative_minimum;
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
  enum { HALVES = SR_STRIP * sizeof(uint16_t) };
  const sr_packing packing = sr_packing_of(type);
  const uint8_t *factors = unit + sr_factors_start(packing);
  sr_factors result = {0};
  switch (packing.factors) {
  case SR_NO_FACTORS: break;
  case SR_SCALES: result.scales[0] = load_halves(factors + g * HALVES); break;
  case SR_SCALES_AND_MINIMA:
    result.negative_minimum = load_halves(factors + SR_LINE + g * HALVES);
    result.scales[0] = load_halves(factors + g * HALVES);
    break;
  case SR_EXPONENTS: result.scales[0] = load_exponents(header + (index * SR_UNIT + g) * SR_STRIP); break;
  case SR_BYTES_AND_MINIMA: result.scales[0] = load_bytes(factors + g * SR_STRIP); break;
  case SR_HALF_BYTES:
    for (size_t half = 0; half < 2; half++) {
      result.scales[half] = load_signed_bytes(factors + (2 * g + half) * SR_STRIP);
    }
    break;
  case SR_HALF_NIBBLES:
    for (size_t half = 0; half < 2; half++) {
      u8x16 bytes = *(const stored_u8x16 *)(factors + (2 * g + half) * SR_STRIP);
      result.scales[half] = __builtin_convertvector(bytes & 15, f32x16);
    }
    break;
  case SR_HEADER_BYTES:
    result.scales[0] = load_signed_bytes(header + SR_LINE + (index * SR_UNIT + g) * SR_STRIP);
    break;
  }
  return result;
}

/// Minima of a block that are multiplied with the same two sums of activations: those of the halves of group `index`,
/// or of both groups of unit `index`.
SR_INLINE i32x16 pair_of_minima(int type, const uint8_t *block, size_t index) {
  const sr_packing packing = sr_packing_of(type);
  const int is_of_halves = packing.has_half_scales;
  const size_t unit = is_of_halves ? index / SR_UNIT : index;
  const uint8_t *factors = block + sr_unit_start(packing, unit) + sr_factors_start(packing);
  factors += (is_of_halves ? index % SR_UNIT : 1) * 2 * SR_STRIP;
  u8x16 first = *(const stored_u8x16 *)factors, second = *(const stored_u8x16 *)(factors + SR_STRIP);
  if (packing.factors == SR_HALF_NIBBLES) first >>= 4, second >>= 4;
  return __builtin_convertvector(first, i32x16) | __builtin_convertvector(second, i32x16) << 16;
}

/// What the integer sum over a group, or over half of one, begins with: −offset · Σ q.
SR_INLINE int32_t start_of(int type, const sr_activation *a, size_t half) {
  const sr_packing packing = sr_packing_of(type);
  if (packing.offset == 128) return SIGNED_BYTES ? 0 : a->start_128;
  if (packing.has_half_scales) return a->start_32[half] * packing.offset / 32;
  return a->start_8 * packing.offset / 8;
}
