// Products with quantised weights, written once and compiled for each instruction set by the file that includes this
// one after lanes.h. Before that it defines, for its own instruction set:
//   lanes_i, lanes_f, LANES       a vector register of 32-bit values, and how many it holds
//   dot_lanes                     lane += 4 unsigned bytes of weights · 4 signed bytes of activations
//   dot_group                     32 bytes · 32 bytes as 8 sums of 4 products
//   TILE_ACTIVATIONS              rows of activations that a tile of LANES rows of weights meets in registers
//   SIGNED_Q8                     whether the two take the weights of Q8_0 back to signed bytes by themselves
// scalar.c defines the result to the last bit: sums over a group are exact, and groups are added in their order.
//
// Weights are unpacked to unsigned bytes, q + offset; `start_of` takes the offset out again.

/// Rows of weights that are unpacked together.
enum { OCTET = 8 };
/// Groups of weights that are unpacked ahead of their use: the bytes of a tile stay in the first-level cache.
enum { CHUNK = 16 };
/// Rows of activations that meet weights that were unpacked once.
enum { PASS = 128 };

/// What multiplies the sums of a chunk of groups, for `LANES` or `OCTET` rows of weights.
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

// MARK: Unpacking

SR_INLINE u8x32 load_bytes(const void *x) { return *(const stored_u8x32 *)x; }

/// The 32 weights of group `index` of a row, each plus its type's offset.
SR_INLINE u8x32 unpack_bytes(int type, const char *row, size_t index) {
  size_t g = index % SR_GROUPS_IN_SUPER;
  switch (type) {
  case SR_Q8_0: return load_bytes(((const sr_block_q8_0 *)row)[index].quants) ^ 0x80;
  case SR_Q4_0: {
    u8x16 both = *(const stored_u8x16 *)((const sr_block_q4_0 *)row)[index].quants;
    u8x16 low = both & 15, high = both >> 4;
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
                                   21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
  }
  case SR_Q4_K: {
    const sr_block_q4_k *block = (const sr_block_q4_k *)row + index / SR_GROUPS_IN_SUPER;
    u8x32 both = load_bytes(block->quants + g / 2 * SR_GROUP);
    return g % 2 == 0 ? both & 15 : both >> 4;
  }
  case SR_Q5_K: {
    const sr_block_q5_k *block = (const sr_block_q5_k *)row + index / SR_GROUPS_IN_SUPER;
    u8x32 both = load_bytes(block->quants + g / 2 * SR_GROUP), fifth = load_bytes(block->high) >> (uint8_t)g & 1;
    return (g % 2 == 0 ? both & 15 : both >> 4) | fifth << 4;
  }
  default: {
    const sr_block_q6_k *block = (const sr_block_q6_k *)row + index / SR_GROUPS_IN_SUPER;
    size_t half = g / 4, part = g % 4;
    u8x32 both = load_bytes(block->low + half * 64 + part % 2 * SR_GROUP);
    u8x32 high = load_bytes(block->high + half * SR_GROUP) >> (uint8_t)(part * 2) & 3;
    return (part < 2 ? both & 15 : both >> 4) | high << 4;
  }
  }
}

SR_INLINE u8x16 interleave_low(u8x16 a, u8x16 b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

/// From 8 bytes of each of 8 rows: column c of all rows is half c % 2 of result[c / 2].
SR_INLINE void transpose_bytes(const uint64_t rows[OCTET], u8x16 columns[4]) {
  u8x16 row[OCTET], odd[4], four[4];
  for (int r = 0; r < OCTET; r++) {
    uint64_t bytes[2] = {rows[r], 0};
    memcpy(&row[r], bytes, sizeof bytes);
  }
  // Rows 0 and 4, 2 and 6, then all even ones; the same with the odd ones; then both.
  for (int r = 0; r < 4; r++) odd[r] = interleave_low(row[r], row[r + 4]);
  for (int r = 0; r < 2; r++) {
    four[2 * r] = interleave_low(odd[r], odd[r + 2]);
    four[2 * r + 1] = __builtin_shufflevector(odd[r], odd[r + 2], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30,
                                              15, 31);
  }
  for (int half = 0; half < 2; half++) {
    columns[2 * half] = interleave_low(four[half], four[half + 2]);
    columns[2 * half + 1] = __builtin_shufflevector(four[half], four[half + 2], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13,
                                                    29, 14, 30, 15, 31);
  }
}

SR_INLINE u8x8 column_bytes(const u8x16 columns[4], size_t c) {
  u8x16 pair = columns[c / 2];
  return c % 2 == 0 ? __builtin_shufflevector(pair, pair, 0, 1, 2, 3, 4, 5, 6, 7)
                    : __builtin_shufflevector(pair, pair, 8, 9, 10, 11, 12, 13, 14, 15);
}

SR_INLINE f32x8 eight_halves(const uint16_t x[OCTET]) {
  uint16_t buffer[16] = {0};
  memcpy(buffer, x, OCTET * sizeof *x);
  f32x16 values = load_half(buffer);
  return __builtin_shufflevector(values, values, 0, 1, 2, 3, 4, 5, 6, 7);
}

SR_INLINE void store_octet(f32x8 value, float *x) { memcpy(x, &value, sizeof value); }

/// The 6-bit scales and minima of a Q4_K or Q5_K block, a byte each.
SR_INLINE void split_factors(const uint8_t factors[12], uint64_t *scales, uint64_t *minima) {
  uint32_t a, b, c;
  memcpy(&a, factors, 4);
  memcpy(&b, factors + 4, 4);
  memcpy(&c, factors + 8, 4);
  *scales = (a & 0x3f3f3f3fu) | (uint64_t)((c & 0x0f0f0f0fu) | (a >> 2 & 0x30303030u)) << 32;
  *minima = (b & 0x3f3f3f3fu) | (uint64_t)((c >> 4 & 0x0f0f0f0fu) | (b >> 2 & 0x30303030u)) << 32;
}

/// The factors of `count` groups of 8 rows, from group `first` on, for lanes `lane`..<`lane + 8`.
SR_INLINE void unpack_factors(int type, const char *const rows[OCTET], size_t first, size_t count, size_t lane,
                              sr_factors *factors) {
  if (block_groups(type) == 1) {
    size_t block_bytes = bytes_of_row(type, 1);
    for (size_t g = 0; g < count; g++) {
      uint16_t scales[OCTET];
      for (size_t r = 0; r < OCTET; r++) memcpy(&scales[r], rows[r] + (first + g) * block_bytes, sizeof(uint16_t));
      store_octet(eight_halves(scales), &factors->scales[g][lane]);
    }
    return;
  }
  for (size_t g = 0; g < count; g += SR_GROUPS_IN_SUPER) {
    size_t index = (first + g) / SR_GROUPS_IN_SUPER;
    uint16_t scales[OCTET], minima[OCTET];
    uint64_t low[OCTET], high[OCTET];
    for (size_t r = 0; r < OCTET; r++) {
      if (type == SR_Q6_K) {
        const sr_block_q6_k *block = (const sr_block_q6_k *)rows[r] + index;
        scales[r] = block->scale;
        memcpy(&low[r], block->factors, 8);
        memcpy(&high[r], block->factors + 8, 8);
      } else {
        // Q4_K and Q5_K begin alike.
        const sr_block_q4_k *block =
            (const sr_block_q4_k *)(rows[r] + index * bytes_of_row(type, SR_GROUPS_IN_SUPER));
        scales[r] = block->scale;
        minima[r] = block->minimum;
        split_factors(block->factors, &low[r], &high[r]);
      }
    }
    u8x16 first_columns[4], second_columns[4];
    transpose_bytes(low, first_columns);
    transpose_bytes(high, second_columns);
    f32x8 scale = eight_halves(scales);
    if (type == SR_Q6_K) {
      for (size_t c = 0; c < 8; c++) {
        f32x8 a = __builtin_convertvector((i8x8)column_bytes(first_columns, c), f32x8);
        f32x8 b = __builtin_convertvector((i8x8)column_bytes(second_columns, c), f32x8);
        store_octet(scale * a, &factors->scales[2 * g + c][lane]);
        store_octet(scale * b, &factors->scales[2 * g + 8 + c][lane]);
      }
    } else {
      f32x8 minimum = eight_halves(minima);
      for (size_t c = 0; c < 8; c++) {
        f32x8 a = __builtin_convertvector(column_bytes(first_columns, c), f32x8);
        f32x8 b = __builtin_convertvector(column_bytes(second_columns, c), f32x8);
        store_octet(scale * a, &factors->scales[g + c][lane]);
        store_octet(-(minimum * b), &factors->negative_minima[g + c][lane]);
      }
    }
  }
}

// MARK: One row of activations

SR_INLINE i32x8 add_pairs(i32x8 a, i32x8 b) {
  return __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13) +
         __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
}

SR_INLINE i32x8 add_quads(i32x8 a, i32x8 b) {
  return __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13) +
         __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
}

/// Of 8 rows of 8 sums each: the totals of lanes 0..<4 and of lanes 4..<8, a lane for each row.
SR_INLINE void add_across(const i32x8 sums[OCTET], i32x8 *low, i32x8 *high) {
  i32x8 first = add_quads(add_pairs(sums[0], sums[1]), add_pairs(sums[2], sums[3]));
  i32x8 second = add_quads(add_pairs(sums[4], sums[5]), add_pairs(sums[6], sums[7]));
  *low = __builtin_shufflevector(first, second, 0, 1, 2, 3, 8, 9, 10, 11);
  *high = __builtin_shufflevector(first, second, 4, 5, 6, 7, 12, 13, 14, 15);
}

SR_INLINE f32x8 octet_of(const float *x) {
  f32x8 value;
  memcpy(&value, x, sizeof value);
  return value;
}

SR_INLINE f32x8 add_scaled(i32x8 sums, const float *scales, float scale, f32x8 total) {
  f32x8 scaled = __builtin_convertvector(sums, f32x8) * octet_of(scales);
  return __builtin_elementwise_fma(scaled, (f32x8){0} + scale, total);
}

SR_INLINE f32x8 decode_group(int type, const char *const rows[OCTET], size_t index, size_t g, const sr_activation *a,
                             const sr_factors *factors, f32x8 total) {
  i32x8 sums[OCTET], low, high;
  for (size_t r = 0; r < OCTET; r++) sums[r] = dot_group(type, unpack_bytes(type, rows[r], index), a->q);
  add_across(sums, &low, &high);
  if (type == SR_Q6_K) {
    total = add_scaled(low + start_of(type, a, 0), factors->scales[2 * g], a->scale, total);
    return add_scaled(high + start_of(type, a, 1), factors->scales[2 * g + 1], a->scale, total);
  }
  total = add_scaled(low + high + start_of(type, a, 0), factors->scales[g], a->scale, total);
  if (has_minima(type)) {
    total = __builtin_elementwise_fma(octet_of(factors->negative_minima[g]), (f32x8){0} + a->scaled_sum, total);
  }
  return total;
}

/// Rows from `row` on, of which the last stands for those that are not there.
SR_INLINE void row_pointers(const char *w, size_t row_bytes, size_t row, size_t end, const char *rows[OCTET]) {
  for (size_t r = 0; r < OCTET; r++) rows[r] = w + (row + r < end ? row + r : end - 1) * row_bytes;
}

SR_INLINE void decode(int type, const char *w, const sr_activation *a, size_t groups, size_t n0, size_t n1, float *c) {
  size_t row_bytes = bytes_of_row(type, groups);
  for (size_t n = n0; n < n1; n += OCTET) {
    const char *rows[OCTET];
    row_pointers(w, row_bytes, n, n1, rows);
    const char *ahead = w + (n + OCTET) * row_bytes;
    f32x8 total = {0};
    for (size_t first = 0; first < groups; first += SR_GROUPS_IN_SUPER) {
      size_t count = groups - first < SR_GROUPS_IN_SUPER ? groups - first : SR_GROUPS_IN_SUPER;
      ahead = prefetch(ahead, bytes_of_row(type, count) * OCTET);
      sr_factors factors;
      unpack_factors(type, rows, first, count, 0, &factors);
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
    memcpy(c + n, &total, (n1 - n < OCTET ? n1 - n : OCTET) * sizeof(float));
  }
}

// MARK: Several rows of activations

/// A chunk of LANES rows, unpacked: bytes 4q..<4q + 4 of group g of all rows are quads[g][q].
typedef struct {
  _Alignas(64) uint8_t quads[CHUNK][SR_GROUP / 4][LANES * 4];
  sr_factors factors;
} sr_panel;

/// 8 rows of 8 words into 8 columns of 8 words.
SR_INLINE void transpose_words(const i32x8 rows[OCTET], i32x8 columns[OCTET]) {
  i32x8 pairs[8], fours[8];
  for (int r = 0; r < 8; r += 2) {
    pairs[r] = __builtin_shufflevector(rows[r], rows[r + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    pairs[r + 1] = __builtin_shufflevector(rows[r], rows[r + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int r = 0; r < 8; r += 4) {
    for (int odd = 0; odd < 2; odd++) {
      fours[r + 2 * odd] = __builtin_shufflevector(pairs[r + odd], pairs[r + 2 + odd], 0, 1, 8, 9, 4, 5, 12, 13);
      fours[r + 2 * odd + 1] = __builtin_shufflevector(pairs[r + odd], pairs[r + 2 + odd], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (int q = 0; q < 4; q++) {
    columns[q] = __builtin_shufflevector(fours[q], fours[q + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    columns[q + 4] = __builtin_shufflevector(fours[q], fours[q + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

SR_INLINE void unpack_group(int type, const char *const rows[OCTET], size_t index, size_t lane,
                            uint8_t quads[SR_GROUP / 4][LANES * 4]) {
  i32x8 words[OCTET], columns[OCTET];
  for (size_t r = 0; r < OCTET; r++) words[r] = (i32x8)unpack_bytes(type, rows[r], index);
  transpose_words(words, columns);
  for (size_t q = 0; q < OCTET; q++) memcpy(&quads[q][lane * 4], &columns[q], sizeof columns[q]);
}

SR_INLINE void unpack_panel(int type, const char *w, size_t row_bytes, size_t row, size_t end, size_t first,
                            size_t count, sr_panel *panel) {
  for (size_t lane = 0; lane < LANES; lane += OCTET) {
    const char *rows[OCTET];
    row_pointers(w, row_bytes, row + lane, end, rows);
    unpack_factors(type, rows, first, count, lane, &panel->factors);
    size_t g = 0;
    for (; g + SR_GROUPS_IN_SUPER <= count; g += SR_GROUPS_IN_SUPER) {
#pragma clang loop unroll(full)
      for (size_t j = 0; j < SR_GROUPS_IN_SUPER; j++) {
        unpack_group(type, rows, first + g + j, lane, panel->quads[g + j]);
      }
    }
    for (; g < count; g++) unpack_group(type, rows, first + g, lane, panel->quads[g]);
  }
}

SR_INLINE lanes_f lanes_at(const float *x) {
  lanes_f value;
  memcpy(&value, x, sizeof value);
  return value;
}

/// Adds the products of a chunk with `columns` rows of activations to `totals`.
SR_INLINE void multiply_panel(int type, size_t columns, const sr_panel *panel, size_t count, const sr_activation *a,
                              size_t stride, lanes_f *totals) {
  lanes_f sums[TILE_ACTIVATIONS];
  for (size_t i = 0; i < columns; i++) sums[i] = totals[i];
  size_t parts = type == SR_Q6_K ? 2 : 1, quads = SR_GROUP / 4 / parts;
  for (size_t g = 0; g < count; g++, a++) {
#pragma clang loop unroll(full)
    for (size_t part = 0; part < parts; part++) {
      lanes_i dots[TILE_ACTIVATIONS];
      for (size_t i = 0; i < columns; i++) dots[i] = (lanes_i){0} + start_of(type, a + i * stride, part);
#pragma clang loop unroll(full)
      for (size_t q = part * quads; q < (part + 1) * quads; q++) {
        lanes_i weights;
        memcpy(&weights, panel->quads[g][q], sizeof weights);
        for (size_t i = 0; i < columns; i++) {
          dots[i] = dot_lanes(type, dots[i], weights, a[i * stride].q + q * 4);
        }
      }
      lanes_f scales = lanes_at(panel->factors.scales[g * parts + part]);
      for (size_t i = 0; i < columns; i++) {
        lanes_f scaled = __builtin_convertvector(dots[i], lanes_f) * scales;
        sums[i] = __builtin_elementwise_fma(scaled, (lanes_f){0} + a[i * stride].scale, sums[i]);
      }
    }
    if (has_minima(type)) {
      lanes_f minima = lanes_at(panel->factors.negative_minima[g]);
      for (size_t i = 0; i < columns; i++) {
        sums[i] = __builtin_elementwise_fma(minima, (lanes_f){0} + a[i * stride].scaled_sum, sums[i]);
      }
    }
  }
  for (size_t i = 0; i < columns; i++) totals[i] = sums[i];
}

SR_INLINE void prefill(int type, const char *w, const sr_activation *a, size_t m, size_t groups, size_t n0, size_t n1,
                       float *c, size_t ldc) {
  size_t row_bytes = bytes_of_row(type, groups);
  for (size_t n = n0; n < n1; n += LANES) {
    const char *ahead = w + (n + LANES) * row_bytes;
    lanes_f totals[PASS];
    memset(totals, 0, m * sizeof totals[0]);
    for (size_t first = 0; first < groups; first += CHUNK) {
      size_t count = groups - first < CHUNK ? groups - first : CHUNK, i = 0;
      ahead = prefetch(ahead, bytes_of_row(type, count) * LANES);
      sr_panel panel;
      unpack_panel(type, w, row_bytes, n, n1, first, count, &panel);
      const sr_activation *chunk = a + first;
      for (; i + TILE_ACTIVATIONS <= m; i += TILE_ACTIVATIONS) {
        multiply_panel(type, TILE_ACTIVATIONS, &panel, count, chunk + i * groups, groups, totals + i);
      }
      for (; i + 2 <= m; i += 2) multiply_panel(type, 2, &panel, count, chunk + i * groups, groups, totals + i);
      if (i < m) multiply_panel(type, 1, &panel, count, chunk + i * groups, groups, totals + i);
    }
    size_t lanes = n1 - n < LANES ? n1 - n : LANES;
    for (size_t i = 0; i < m; i++) memcpy(c + i * ldc + n, &totals[i], lanes * sizeof(float));
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
  }
}
