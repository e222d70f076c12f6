// Conversions of the 16-bit and 8-bit floats that weights, scales and KV caches are stored as.
#ifndef SPECREASON_FLOATS_H
#define SPECREASON_FLOATS_H

#include <stdint.h>
#include <string.h>

/// The value of an F16.
static inline float sr_half_value(uint16_t half) {
  // A half's exponent and mantissa, moved to a float's place, are the value ÷ 2^112, also for subnormals.
  uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13;
  uint32_t infinite = (half & 0x7c00) == 0x7c00 ? 0x7f800000u : 0;
  float value;
  memcpy(&value, &magnitude, sizeof value);
  value *= 0x1p112f;
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  bits |= infinite | (uint32_t)(half & 0x8000) << 16;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// The F16 nearest to a float, ties to even.
static inline uint16_t sr_half_from(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00 | (uint16_t)(magnitude >> 13 & 0x3ff);
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal: adding 0.5 leaves the half's mantissa, rounded, in the float's lowest bits.
    float shifted;
    memcpy(&shifted, &magnitude, sizeof shifted);
    shifted += 0.5f;
    memcpy(&bits, &shifted, sizeof bits);
    return sign | (uint16_t)(bits - 0x3f000000);
  }
  uint32_t odd = magnitude >> 13 & 1;
  return sign | (uint16_t)((magnitude - 0x38000000 + 0xfff + odd) >> 13);
}

/// The value of a BF16.
static inline float sr_bfloat_value(uint16_t bfloat) {
  uint32_t bits = (uint32_t)bfloat << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// 2^(exponent − 128), half of what OCP's E8M0 means.
static inline float sr_exponent_value(uint8_t exponent) {
  // The two least are subnormal floats.
  uint32_t bits = exponent < 2 ? 0x00200000u << exponent : (uint32_t)(exponent - 1) << 23;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// The exponent whose `sr_exponent_value` is `value`.
static inline uint8_t sr_exponent_from(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return (uint8_t)(bits < 0x00800000 ? bits >> 22 : (bits >> 23) + 1);
}

#endif
