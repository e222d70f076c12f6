// Products with quantised weights, written once and compiled for each instruction set by the file that includes this
// one after lanes.h. Before that it defines, for its own instruction set:
//   dot_quads                     lane += 4 unsigned bytes of weights · 4 signed bytes of activations
//   TILE_ACTIVATIONS              rows of activations that a tile of 16 rows of weights meets in registers
//   SIGNED_Q8                     whether dot_quads takes the weights of Q8_0 back to signed bytes by itself
// scalar.c defines the result to the last bit: sums over a group are exact, and groups are added in their order.
//
// Weights are unpacked to unsigned bytes, q + offset; `start_of` takes the offset out again. The lanes of a vector are
// rows of weights in the end; to begin with, the bytes of two rows lie side by side in one.

/// `LANES` rows of weights are multiplied together, as the two halves of 8 vectors of bytes.
enum { OCTET = 8 };
/// Groups of weights that are unpacked ahead of their use: the bytes of a tile stay in the first-level cache.
enum { CHUNK = 16 };
/// Rows of activations that meet weights that were unpacked once.
enum { PASS = 128 };

/// What multiplies the sums of a chunk of groups, for `LANES` rows of weights.
typedef struct {
  /// One a group, two for Q6_K.
  _Alignas(64) float scales[2 * CHUNK][LANES];
  _Alignas(64) float negative_minima[CHUNK][LANES];
} sr_factors;

SR_INLINE int has_minima(int type) { return type == SR_Q4_K || type == SR_Q5_K; }

SR_INLINE size_t block_groups(int type) { return type == SR_Q4_0 || type == SR_Q8_0 ? 1 : SR_GROUPS_IN_SUPER; }

SR_INLINE size_t bytes_of_row(int type, size_t groups) {
  switch (type) {
  case SR_Q4_0: return groups * sizeof(sr_block_q4_0);
  case SR_Q8_0: return groups * sizeof(sr_block_q8_0);
  case SR_Q4_K: return groups / SR_GROUPS_IN_SUPER * sizeof(sr_block_q4_k);
  case SR_Q5_K: return groups / SR_GROUPS_IN_SUPER * sizeof(sr_block_q5_k);
  default: return groups / SR_GROUPS_IN_SUPER * sizeof(sr_block_q6_k);
  }
}

/// What the integer sum over a group, or over half of one for Q6_K, begins with.
SR_INLINE int32_t start_of(int type, const sr_activation *a, size_t half) {
  switch (type) {
  case SR_Q4_0: return a->start_q4;
  case SR_Q8_0: return SIGNED_Q8 ? 0 : a->start_q8;
  case SR_Q6_K: return a->start_q6[half];
  default: return 0;
  }
}

// MARK: Shuffles within each quarter of a vector, and of quarters

SR_INLINE i32x16 low_words(i32x16 a, i32x16 b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
}
SR_INLINE i32x16 high_words(i32x16 a, i32x16 b) {
  return __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
}
SR_INLINE i32x16 low_pairs(i32x16 a, i32x16 b) {
  return __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
}
SR_INLINE i32x16 high_pairs(i32x16 a, i32x16 b) {
  return __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
}
SR_INLINE i32x16 even_quarters(i32x16 a, i32x16 b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
}
SR_INLINE i32x16 odd_quarters(i32x16 a, i32x16 b) {
  return __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
}

// MARK: Unpacking

/// 32 bytes of each of two rows.
SR_INLINE u8x64 load_pair(const void *a, const void *b) {
  u8x32 low = *(const stored_u8x32 *)a, high = *(const stored_u8x32 *)b;
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
                                 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41,
                                 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
                                 63);
}

/// 16 bytes of each of two rows, each of them twice.
SR_INLINE u8x64 load_pair_twice(const void *a, const void *b) {
  u8x16 low = *(const stored_u8x16 *)a, high = *(const stored_u8x16 *)b;
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6,
                                 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
                                 29, 30, 31, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
}

/// The lower or upper four bits of each byte.
SR_INLINE u8x64 nibbles(u8x64 bytes, int upper) { return upper ? bytes >> 4 : bytes & 15; }

/// The 32 weights of group `index` of two rows, each plus its type's offset.
SR_INLINE u8x64 unpack_pair(int type, const char *a, const char *b, size_t index) {
  size_t offset = bytes_of_row(type, index - index % block_groups(type)), g = index % SR_GROUPS_IN_SUPER;
  a += offset;
  b += offset;
  switch (type) {
  case SR_Q8_0: {
    size_t quants = offsetof(sr_block_q8_0, quants);
    return load_pair(a + quants, b + quants) ^ 0x80;
  }
  case SR_Q4_0: {
    size_t quants = offsetof(sr_block_q4_0, quants);
    u8x64 bytes = load_pair_twice(a + quants, b + quants);
    return (u8x64)__builtin_shufflevector(
        (u64x8)(bytes & 15), (u64x8)(bytes >> 4), 0, 1, 10, 11, 4, 5, 14, 15);
  }
  case SR_Q4_K: {
    size_t quants = offsetof(sr_block_q4_k, quants) + g / 2 * SR_GROUP;
    return nibbles(load_pair(a + quants, b + quants), g % 2);
  }
  case SR_Q5_K: {
    size_t quants = offsetof(sr_block_q5_k, quants) + g / 2 * SR_GROUP, high = offsetof(sr_block_q5_k, high);
    u8x64 fifth = load_pair(a + high, b + high) >> (uint8_t)g & 1;
    return nibbles(load_pair(a + quants, b + quants), g % 2) | fifth << 4;
  }
  default: {
    size_t half = g / 4, part = g % 4;
    size_t low = offsetof(sr_block_q6_k, low) + half * 64 + part % 2 * SR_GROUP;
    size_t high = offsetof(sr_block_q6_k, high) + half * SR_GROUP;
    u8x64 upper = load_pair(a + high, b + high) >> (uint8_t)(part * 2) & 3;
    return nibbles(load_pair(a + low, b + low), part >= 2) | upper << 4;
  }
  }
}

/// The factors of `count` groups, from group `first` on, of a type with one scale a block.
SR_INLINE void unpack_scales(int type, const char *const rows[LANES], size_t first, size_t count, sr_factors *factors) {
  size_t block_bytes = bytes_of_row(type, 1);
  uint16_t scales[CHUNK][LANES];
  for (size_t g = 0; g < count; g++) {
    for (size_t r = 0; r < LANES; r++) memcpy(&scales[g][r], rows[r] + (first + g) * block_bytes, sizeof(uint16_t));
  }
  for (size_t g = 0; g < count; g++) store(load_half(scales[g]), factors->scales[g]);
}

/// Word i of 16 bytes of each of 16 rows, as words[i].
SR_INLINE void load_words(const char *const rows[LANES], size_t offset, i32x16 words[4]) {
  i32x16 quarters[4];
  for (size_t i = 0; i < 4; i++) {
    for (size_t quarter = 0; quarter < 4; quarter++) {
      memcpy((char *)&quarters[i] + 16 * quarter, rows[4 * quarter + i] + offset, 16);
    }
  }
  // A transposition of 4 × 4 words in each quarter.
  i32x16 front[2], back[2];
  for (size_t i = 0; i < 2; i++) {
    front[i] = low_words(quarters[2 * i], quarters[2 * i + 1]);
    back[i] = high_words(quarters[2 * i], quarters[2 * i + 1]);
  }
  words[0] = low_pairs(front[0], front[1]);
  words[1] = high_pairs(front[0], front[1]);
  words[2] = low_pairs(back[0], back[1]);
  words[3] = high_pairs(back[0], back[1]);
}

SR_INLINE f32x16 half_values(u16x16 halves) {
  uint16_t buffer[LANES];
  memcpy(buffer, &halves, sizeof buffer);
  return load_half(buffer);
}

/// The factors of a block of Q4_K or Q5_K, which begin alike: two halves, then scales and minima of 6 bits, as
/// sr_k_factors takes them apart.
SR_INLINE void unpack_split_factors(const char *const rows[LANES], size_t offset, size_t g, sr_factors *factors) {
  i32x16 words[4];
  load_words(rows, offset, words);
  u32x16 halves = (u32x16)words[0];
  f32x16 scale = half_values(__builtin_convertvector(halves & 0xffff, u16x16));
  f32x16 negative_minimum = -half_values(__builtin_convertvector(halves >> 16, u16x16));
  for (int j = 0; j < 4; j++) {
    u32x16 a = (u32x16)words[1] >> 8 * j, b = (u32x16)words[2] >> 8 * j, c = (u32x16)words[3] >> 8 * j;
    i32x16 scales = (i32x16)(a & 63), minima = (i32x16)(b & 63);
    i32x16 later_scales = (i32x16)((c & 15) | (a >> 2 & 48)), later_minima = (i32x16)((c >> 4 & 15) | (b >> 2 & 48));
    store(scale * __builtin_convertvector(scales, f32x16), factors->scales[g + j]);
    store(scale * __builtin_convertvector(later_scales, f32x16), factors->scales[g + 4 + j]);
    store(negative_minimum * __builtin_convertvector(minima, f32x16), factors->negative_minima[g + j]);
    store(negative_minimum * __builtin_convertvector(later_minima, f32x16), factors->negative_minima[g + 4 + j]);
  }
}

/// The factors of a block of Q6_K.
SR_INLINE void unpack_byte_factors(const char *const rows[LANES], size_t offset, size_t g, sr_factors *factors) {
  uint16_t scales[LANES];
  for (size_t r = 0; r < LANES; r++) {
    memcpy(&scales[r], rows[r] + offset + offsetof(sr_block_q6_k, scale), sizeof(uint16_t));
  }
  i32x16 words[4];
  load_words(rows, offset + offsetof(sr_block_q6_k, factors), words);
  f32x16 scale = load_half(scales);
  for (int i = 0; i < 16; i++) {
    i32x16 factor = words[i / 4] << (24 - i % 4 * 8) >> 24;
    store(scale * __builtin_convertvector(factor, f32x16), factors->scales[2 * g + (size_t)i]);
  }
}

SR_INLINE void unpack_factors(int type, const char *const rows[LANES], size_t first, size_t count,
                              sr_factors *factors) {
  if (block_groups(type) == 1) return unpack_scales(type, rows, first, count, factors);
  for (size_t g = 0; g < count; g += SR_GROUPS_IN_SUPER) {
    size_t offset = bytes_of_row(type, first + g);
    if (type == SR_Q6_K) {
      unpack_byte_factors(rows, offset, g, factors);
    } else {
      unpack_split_factors(rows, offset, g, factors);
    }
  }
}

/// Rows from `row` on, of which the last stands for those that are not there.
SR_INLINE void row_pointers(const char *w, size_t row_bytes, size_t row, size_t end, const char *rows[LANES]) {
  for (size_t r = 0; r < LANES; r++) rows[r] = w + (row + r < end ? row + r : end - 1) * row_bytes;
}

// MARK: One row of activations

/// Of 16 rows of 8 sums each, rows r and r + 8 side by side: the totals of the first and of the last four sums.
SR_INLINE void add_across(const i32x16 sums[OCTET], i32x16 *first, i32x16 *last) {
  i32x16 pairs[4], fours[2];
  for (int r = 0; r < 4; r++) {
    pairs[r] = low_words(sums[2 * r], sums[2 * r + 1]) + high_words(sums[2 * r], sums[2 * r + 1]);
  }
  for (int r = 0; r < 2; r++) {
    fours[r] = low_pairs(pairs[2 * r], pairs[2 * r + 1]) + high_pairs(pairs[2 * r], pairs[2 * r + 1]);
  }
  *first = even_quarters(fours[0], fours[1]);
  *last = odd_quarters(fours[0], fours[1]);
}

SR_INLINE f32x16 add_scaled(i32x16 sums, const float *scales, float scale, f32x16 total) {
  return multiply_add(__builtin_convertvector(sums, f32x16) * load(scales), spread(scale), total);
}

/// `total` plus the products of group `index`, the g-th of `factors`.
SR_INLINE f32x16 decode_group(int type, const char *const rows[LANES], size_t index, size_t g, const sr_activation *a,
                              const sr_factors *factors, f32x16 total) {
  i32x16 sums[OCTET], first, last, activations = (i32x16)load_pair(a->q, a->q);
  for (size_t r = 0; r < OCTET; r++) {
    u8x64 weights = unpack_pair(type, rows[r], rows[r + OCTET], index);
    sums[r] = dot_quads(type, (i32x16){0}, (i32x16)weights, activations);
  }
  add_across(sums, &first, &last);
  if (type == SR_Q6_K) {
    total = add_scaled(first + start_of(type, a, 0), factors->scales[2 * g], a->scale, total);
    return add_scaled(last + start_of(type, a, 1), factors->scales[2 * g + 1], a->scale, total);
  }
  total = add_scaled(first + last + start_of(type, a, 0), factors->scales[g], a->scale, total);
  if (has_minima(type)) {
    total = multiply_add(load(factors->negative_minima[g]), spread(a->scaled_sum), total);
  }
  return total;
}

SR_INLINE void decode(int type, const char *w, const sr_activation *a, size_t groups, size_t n0, size_t n1, float *c) {
  size_t row_bytes = bytes_of_row(type, groups);
  for (size_t n = n0; n < n1; n += LANES) {
    const char *rows[LANES];
    row_pointers(w, row_bytes, n, n1, rows);
    const char *ahead = w + (n + LANES) * row_bytes;
    f32x16 total = {0};
    for (size_t first = 0; first < groups; first += SR_GROUPS_IN_SUPER) {
      size_t count = groups - first < SR_GROUPS_IN_SUPER ? groups - first : SR_GROUPS_IN_SUPER;
      ahead = prefetch(ahead, bytes_of_row(type, count) * LANES);
      sr_factors factors;
      unpack_factors(type, rows, first, count, &factors);
      if (count == SR_GROUPS_IN_SUPER) {
#pragma clang loop unroll(full)
        for (size_t g = 0; g < SR_GROUPS_IN_SUPER; g++) {
          total = decode_group(type, rows, first + g, g, a + first + g, &factors, total);
        }
      } else {
        for (size_t g = 0; g < count; g++) {
          total = decode_group(type, rows, first + g, g, a + first + g, &factors, total);
        }
      }
    }
    store_lanes(total, c + n, n1 - n < LANES ? n1 - n : LANES);
  }
}

// MARK: Several rows of activations

/// A chunk of 16 rows, unpacked: bytes 4q..<4q + 4 of group g of all rows are quads[g][q].
typedef struct {
  _Alignas(64) uint8_t quads[CHUNK][SR_GROUP / 4][LANES * 4];
  sr_factors factors;
} sr_panel;

SR_INLINE void unpack_group(int type, const char *const rows[LANES], size_t index,
                            uint8_t quads[SR_GROUP / 4][LANES * 4]) {
  i32x16 words[OCTET], pairs[OCTET], fours[OCTET];
  for (size_t r = 0; r < OCTET; r++) words[r] = (i32x16)unpack_pair(type, rows[r], rows[r + OCTET], index);
  // A transposition of 8 × 8 words in each half.
  for (size_t r = 0; r < OCTET; r += 2) {
    pairs[r] = low_words(words[r], words[r + 1]);
    pairs[r + 1] = high_words(words[r], words[r + 1]);
  }
  for (size_t r = 0; r < OCTET; r += 4) {
    for (size_t odd = 0; odd < 2; odd++) {
      fours[r + 2 * odd] = low_pairs(pairs[r + odd], pairs[r + 2 + odd]);
      fours[r + 2 * odd + 1] = high_pairs(pairs[r + odd], pairs[r + 2 + odd]);
    }
  }
  for (size_t q = 0; q < 4; q++) {
    i32x16 even = even_quarters(fours[q], fours[q + 4]), odd = odd_quarters(fours[q], fours[q + 4]);
    memcpy(quads[q], &even, sizeof even);
    memcpy(quads[q + 4], &odd, sizeof odd);
  }
}

SR_INLINE void unpack_panel(int type, const char *const rows[LANES], size_t first, size_t count, sr_panel *panel) {
  unpack_factors(type, rows, first, count, &panel->factors);
  size_t g = 0;
  for (; g + SR_GROUPS_IN_SUPER <= count; g += SR_GROUPS_IN_SUPER) {
#pragma clang loop unroll(full)
    for (size_t j = 0; j < SR_GROUPS_IN_SUPER; j++) unpack_group(type, rows, first + g + j, panel->quads[g + j]);
  }
  for (; g < count; g++) unpack_group(type, rows, first + g, panel->quads[g]);
}

/// Adds the products of a chunk with `columns` rows of activations to `totals`.
SR_INLINE void multiply_panel(int type, size_t columns, const sr_panel *panel, size_t count, const sr_activation *a,
                              size_t stride, f32x16 *totals) {
  f32x16 sums[TILE_ACTIVATIONS];
  for (size_t i = 0; i < columns; i++) sums[i] = totals[i];
  size_t parts = type == SR_Q6_K ? 2 : 1, quads = SR_GROUP / 4 / parts;
  for (size_t g = 0; g < count; g++, a++) {
#pragma clang loop unroll(full)
    for (size_t part = 0; part < parts; part++) {
      i32x16 dots[TILE_ACTIVATIONS];
      for (size_t i = 0; i < columns; i++) dots[i] = (i32x16){0} + start_of(type, a + i * stride, part);
#pragma clang loop unroll(full)
      for (size_t q = part * quads; q < (part + 1) * quads; q++) {
        i32x16 weights;
        memcpy(&weights, panel->quads[g][q], sizeof weights);
        for (size_t i = 0; i < columns; i++) {
          int32_t activations;
          memcpy(&activations, a[i * stride].q + q * 4, sizeof activations);
          dots[i] = dot_quads(type, dots[i], weights, (i32x16){0} + activations);
        }
      }
      for (size_t i = 0; i < columns; i++) {
        sums[i] = add_scaled(dots[i], panel->factors.scales[g * parts + part], a[i * stride].scale, sums[i]);
      }
    }
    if (has_minima(type)) {
      f32x16 minima = load(panel->factors.negative_minima[g]);
      for (size_t i = 0; i < columns; i++) {
        sums[i] = multiply_add(minima, spread(a[i * stride].scaled_sum), sums[i]);
      }
    }
  }
  for (size_t i = 0; i < columns; i++) totals[i] = sums[i];
}

SR_INLINE void prefill(int type, const char *w, const sr_activation *a, size_t m, size_t groups, size_t n0, size_t n1,
                       float *c, size_t ldc) {
  size_t row_bytes = bytes_of_row(type, groups), tiled = m / TILE_ACTIVATIONS * TILE_ACTIVATIONS;
  for (size_t n = n0; n < n1; n += LANES) {
    const char *rows[LANES];
    row_pointers(w, row_bytes, n, n1, rows);
    const char *ahead = w + (n + LANES) * row_bytes;
    f32x16 totals[PASS + TILE_ACTIVATIONS];
    memset(totals, 0, (m + TILE_ACTIVATIONS) * sizeof totals[0]);
    for (size_t first = 0; first < groups; first += CHUNK) {
      size_t count = groups - first < CHUNK ? groups - first : CHUNK, i = 0;
      ahead = prefetch(ahead, bytes_of_row(type, count) * LANES);
      sr_panel panel;
      unpack_panel(type, rows, first, count, &panel);
      const sr_activation *chunk = a + first;
      for (; i < tiled; i += TILE_ACTIVATIONS) {
        multiply_panel(type, TILE_ACTIVATIONS, &panel, count, chunk + i * groups, groups, totals + i);
      }
      // A whole tile takes less time than its parts, so the last tile goes over some rows again.
      if (tiled > 0 && tiled < m) {
        size_t row = m - TILE_ACTIVATIONS;
        multiply_panel(type, TILE_ACTIVATIONS, &panel, count, chunk + row * groups, groups, totals + tiled);
        continue;
      }
      for (; i + 2 <= m; i += 2) multiply_panel(type, 2, &panel, count, chunk + i * groups, groups, totals + i);
      if (i < m) multiply_panel(type, 1, &panel, count, chunk + i * groups, groups, totals + i);
    }
    size_t lanes = n1 - n < LANES ? n1 - n : LANES;
    size_t repeated = tiled > 0 && tiled < m ? tiled + TILE_ACTIVATIONS - m : 0;
    for (size_t i = 0; i < m; i++) store_lanes(totals[i < tiled ? i : i + repeated], c + i * ldc + n, lanes);
  }
}

SR_INLINE void quantized_products(int type, const char *w, const sr_activation *a, size_t m, size_t groups, size_t n0,
                                  size_t n1, float *c, size_t ldc) {
  if (m == 1) return decode(type, w, a, groups, n0, n1, c);
  for (size_t i = 0; i < m; i += PASS) {
    prefill(type, w, a + i * groups, m - i < PASS ? m - i : PASS, groups, n0, n1, c + i * ldc, ldc);
  }
}

static void matmul_quantized(int type, const void *w, const sr_activation *a, size_t m, size_t k, size_t n0, size_t n1,
                             float *c, size_t ldc) {
  size_t groups = k / SR_GROUP;
  switch (type) {
  case SR_Q4_0: return quantized_products(SR_Q4_0, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q8_0: return quantized_products(SR_Q8_0, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q4_K: return quantized_products(SR_Q4_K, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q5_K: return quantized_products(SR_Q5_K, w, a, m, groups, n0, n1, c, ldc);
  case SR_Q6_K: return quantized_products(SR_Q6_K, w, a, m, groups, n0, n1, c, ldc);
  default: return sr_kernels_scalar.matmul_quantized(type, w, a, m, k, n0, n1, c, ldc);
  }
}
