// The tiles that keys and values lie in, 16 positions each: reading vectors of them, and writing a position's. Included
// after lanes.h, rows.h and quantize.h, for each instruction set.

#include "CKernels.h"
#include "formats.h"

/// The first `count` ≤ 16 values of a cache, without their scale.
SR_INLINE f32x16 load_cached(int format, const char *x, size_t count) {
  _Alignas(32) char buffer[LANES * sizeof(uint16_t)] = {0};
  if (count < LANES) {
    memcpy(buffer, x, count * (format == SR_CACHE_F16 ? sizeof(uint16_t) : 1));
    x = buffer;
  }
  if (format == SR_CACHE_F16) return load_half((const uint16_t *)x);
  return __builtin_convertvector(*(const stored_i8x16 *)x, f32x16);
}

/// Bytes of a tile before its scales.
SR_INLINE size_t tile_values(int format, size_t head_width) {
  return SR_CACHE_TILE * head_width * (format == SR_CACHE_F16 ? sizeof(uint16_t) : 1);
}

/// The scales of one group of a tile's values, one a position.
SR_INLINE f32x16 load_scales(const char *tile, size_t head_width, size_t group) {
  return load_half((const uint16_t *)(tile + tile_values(SR_CACHE_Q8_0, head_width)) + group * SR_CACHE_TILE);
}

/// A group of `count` ≤ 32 values as int8; the F16 that they are multiples of.
SR_INLINE uint16_t quantize_cached(const float *x, size_t count, int8_t quants[SR_GROUP]) {
  float group[SR_GROUP] = {0};
  memcpy(group, x, count * sizeof(float));
  sr_activation activation;
  quantize(group, SR_GROUP, 1, &activation);
  memcpy(quants, activation.q, SR_GROUP);
  return sr_half_from(activation.scale);
}

static void place_key(int format, const float *key, void *keys, size_t position, size_t head_width) {
  char *tile = (char *)keys + position / SR_CACHE_TILE * sr_cache_tile_bytes(format, head_width);
  size_t r = position % SR_CACHE_TILE;
  if (format == SR_CACHE_F16) {
    uint16_t *halves = (uint16_t *)tile + r;
    for (size_t d = 0; d < head_width; d += LANES) {
      size_t count = head_width - d < LANES ? head_width - d : LANES;
      uint16_t buffer[LANES];
      store_half(load_part(key + d, count, 0), buffer);
      for (size_t i = 0; i < count; i++) halves[(d + i) * SR_CACHE_TILE] = buffer[i];
    }
    return;
  }
  int8_t *quants = (int8_t *)tile + r;
  uint16_t *scales = (uint16_t *)(tile + tile_values(format, head_width)) + r;
  for (size_t d = 0; d < head_width; d += SR_GROUP) {
    size_t count = head_width - d < SR_GROUP ? head_width - d : SR_GROUP;
    int8_t buffer[SR_GROUP];
    scales[d / SR_GROUP * SR_CACHE_TILE] = quantize_cached(key + d, count, buffer);
    for (size_t i = 0; i < count; i++) quants[(d + i) * SR_CACHE_TILE] = buffer[i];
  }
}

static void place_value(int format, const float *value, void *values, size_t position, size_t head_width) {
  char *tile = (char *)values + position / SR_CACHE_TILE * sr_cache_tile_bytes(format, head_width);
  size_t r = position % SR_CACHE_TILE;
  if (format == SR_CACHE_F16) {
    to_half(value, (uint16_t *)tile + r * head_width, head_width);
    return;
  }
  int8_t *quants = (int8_t *)tile + r * head_width;
  uint16_t *scales = (uint16_t *)(tile + tile_values(format, head_width)) + r;
  for (size_t d = 0; d < head_width; d += SR_GROUP) {
    size_t count = head_width - d < SR_GROUP ? head_width - d : SR_GROUP;
    int8_t buffer[SR_GROUP];
    scales[d / SR_GROUP * SR_CACHE_TILE] = quantize_cached(value + d, count, buffer);
    memcpy(quants + d, buffer, count);
  }
}
