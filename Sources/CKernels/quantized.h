// Products with packed quantized weights, written once and compiled for each instruction set by the file that includes
// this one after lanes.h. Before that it defines, for its own instruction set:
//   dot_quads                     sums += 4 unsigned bytes of weights · 4 signed bytes of activations, for each lane
//   widest_run                    quads of a type whose products such sums hold
//   add_totals                    32-bit numbers, one a lane, + such sums
//   dot_pairs                     sums += 2 unsigned bytes, as 16-bit numbers, · 2 numbers of 16 bits, for each lane
//   look_up                       each byte below 16 replaced by that one of 16 bytes
//   TILE_ACTIVATIONS              rows of activations that a panel meets in registers, where there are many of them
//   WIDEST_TILE                   the most of them, up to 6: of the last tile, which takes the rest
//   TILE_STRIPS                   strips that a tile of several rows of activations has at a time, 1 or 2
//   SIGNED_BYTES                  whether dot_quads takes weights with the offset 128 as signed bytes, those of Q8_0
//                                 with the uppermost bit reversed
//   WIDE_SUMS                     whether the sums of dot_quads are 32-bit numbers, one a lane, and may begin with any
// scalar.c defines the result to the last bit: sums over a group are exact, and groups and blocks are added in their
// order.
// The lanes of a vector are the 16 rows of a strip.

#include "packed.h"
#include "pacing.h"

/// Groups of weights that are multiplied with all activations before the next: they stay in the first-level cache.
enum { CHUNK = 16 };
/// Rows of activations whose sums are held at a time.
enum { PASS = 128 };

/// Rows of activations of a tile.
typedef struct {
  const sr_activation *first;
  /// Groups from one row to the next.
  size_t stride;
} sr_rows;

/// A group of a panel: group g of a unit of the blocks that begin at `block`.
typedef struct {
  const uint8_t *block;
  size_t unit, g;
} sr_place;

/// Adds the products of a group of `strips` strips with `columns` rows of activations to `sums`, which has SR_STRIPS for
/// each of these rows: sums over a block if blocks have scales, else over all. Meanwhile, prefetches `lines` lines from
/// `ahead` on.
SR_INLINE void multiply_group(int type, size_t strips, size_t columns, sr_place place, sr_rows a,
                              const uint8_t *ahead, size_t lines, f32x16 (*sums)[SR_STRIPS]) {
  const sr_packing packing = sr_packing_of(type);
  const size_t strip_bytes = sr_packed_block_bytes(packing);
  const uint8_t *units = place.block + sr_unit_start(packing, place.unit);
  const size_t parts = packing.has_half_scales ? 2 : 1, quads = SR_QUADS / parts;
  const size_t run_length = widest_run(type) < quads ? widest_run(type) : quads;
  sr_factors factors[SR_STRIPS];
#pragma clang loop unroll(full)
  for (size_t part = 0; part < parts; part++) {
    i32x16 dots[WIDEST_TILE][SR_STRIPS], runs[WIDEST_TILE][SR_STRIPS];
#pragma clang loop unroll(full)
    for (size_t q = part * quads; q < (part + 1) * quads; q++) {
      for (size_t line = q * lines / SR_QUADS; line < (q + 1) * lines / SR_QUADS; line++) {
        __builtin_prefetch(ahead + line * SR_LINE);
      }
      i32x16 weights[SR_STRIPS];
      for (size_t s = 0; s < strips; s++) weights[s] = quad_of(type, units + s * strip_bytes, place.g, q);
      for (size_t i = 0; i < columns; i++) {
        const sr_activation *values = a.first + i * a.stride;
        int32_t activations;
        memcpy(&activations, values->q + q * 4, sizeof activations);
        for (size_t s = 0; s < strips; s++) {
          int is_first = q < part * quads + run_length;
          i32x16 start = is_first ? (i32x16){0} + start_of(type, values, part) : dots[i][s];
          i32x16 run = q % run_length > 0 ? runs[i][s] : WIDE_SUMS ? start : (i32x16){0};
          run = dot_quads(type, run, weights[s], (i32x16){0} + activations);
          runs[i][s] = run;
          if (q % run_length < run_length - 1) continue;
          dots[i][s] = WIDE_SUMS ? run : add_totals(start, run);
        }
      }
    }
    // Factors lie behind the quads, and memory is best read in order.
    for (size_t s = 0; s < strips; s++) {
      const uint8_t *header = place.block + s * strip_bytes;
      factors[s] = factors_of(type, header, place.unit, units + s * strip_bytes, place.g);
    }
    for (size_t i = 0; i < columns; i++) {
      for (size_t s = 0; s < strips; s++) {
        f32x16 values = __builtin_convertvector(dots[i][s], f32x16);
        if (packing.has_block_scales) {
          sums[i][s] = multiply_add(values, factors[s].scales[part], sums[i][s]);
        } else {
          sums[i][s] = multiply_add(values * factors[s].scales[0], spread(a.first[i * a.stride].scale), sums[i][s]);
        }
      }
    }
  }
  for (size_t i = 0; i < columns && packing.has_minima && !packing.has_block_scales; i++) {
    f32x16 sum = spread(a.first[i * a.stride].scaled_sum);
    for (size_t s = 0; s < strips; s++) sums[i][s] = multiply_add(factors[s].negative_minimum, sum, sums[i][s]);
  }
}

/// Adds the products of a block of `strips` strips, whose groups gave `products`, to `sums`.
SR_INLINE void add_block(int type, size_t strips, size_t columns, const uint8_t *block, sr_rows a,
                         f32x16 (*products)[SR_STRIPS], f32x16 (*sums)[SR_STRIPS]) {
  const sr_packing packing = sr_packing_of(type);
  const int is_of_halves = packing.has_half_scales;
  const size_t pairs = !packing.has_minima ? 0 : is_of_halves ? SR_GROUPS_IN_SUPER : SR_GROUPS_IN_SUPER / SR_UNIT;
#pragma clang loop unroll(full)
  for (size_t s = 0; s < strips; s++, block += sr_packed_block_bytes(packing)) {
    f32x16 scale = load_halves(block), negative_minimum = -load_halves(block + SR_STRIP * sizeof(uint16_t));
    i32x16 minima[SR_GROUPS_IN_SUPER];
    for (size_t pair = 0; pair < pairs; pair++) minima[pair] = pair_of_minima(type, block, pair);
    for (size_t i = 0; i < columns; i++) {
      const sr_activation *values = a.first + i * a.stride;
      i32x16 sum = {0};
      for (size_t pair = 0; pair < pairs; pair++) {
        int32_t of_pair;
        memcpy(&of_pair, is_of_halves ? values[pair].half_sums : values[pair * SR_UNIT].pair_sums, sizeof of_pair);
        sum = dot_pairs(sum, minima[pair], (i32x16){0} + of_pair);
      }
      f32x16 all = products[i][s] * scale;
      if (pairs > 0) all = multiply_add(__builtin_convertvector(sum, f32x16), negative_minimum, all);
      sums[i][s] = multiply_add(all, spread(values->scale), sums[i][s]);
    }
  }
}

/// Adds the products of a block of `strips` strips with `columns` rows of activations to `sums`, which begin with the first
/// strip's.
SR_INLINE void multiply_block(int type, int is_paced, size_t strips, size_t columns, const uint8_t *block, sr_rows a,
                              sr_ahead *ahead, f32x16 (*sums)[SR_STRIPS]) {
  const sr_packing packing = sr_packing_of(type);
  const int is_in_order = reads_in_order(type, is_paced, columns);
  const size_t lines = lines_of_group(type, strips);
  f32x16 products[WIDEST_TILE][SR_STRIPS] = {0};
#pragma clang loop unroll(disable)
  for (size_t unit = 0; unit < packing.units; unit++) {
    if (is_in_order) {
      const size_t bytes = SR_UNIT * lines * SR_LINE;
      if (prefetches_units(type, columns)) prefetch((const char *)block + AHEAD_IN_ORDER + unit * bytes, bytes);
      // Compilers would bring loads forward.
      __asm__ volatile("" ::: "memory");
    } else if (!is_paced) {
      ahead->next = (const uint8_t *)prefetch((const char *)ahead->next, ahead->lines * SR_LINE);
    }
#pragma clang loop unroll(full)
    for (size_t g = 0; g < SR_UNIT; g++) {
      const sr_rows rows = {a.first + unit * SR_UNIT + g, a.stride};
      const uint8_t *next = block + AHEAD + (unit * SR_UNIT + g) * lines * SR_LINE;
      multiply_group(type, strips, columns, (sr_place){block, unit, g}, rows, next,
                     is_paced && !is_in_order ? lines : 0, packing.has_block_scales ? products : sums);
    }
  }
  if (packing.has_block_scales) add_block(type, strips, columns, block, a, products, sums);
}

/// Adds the products of `groups` groups, whole blocks but for the last, with `columns` rows of activations to `totals`.
/// A tile is paced where it is the only one, and then `totals` begin with it.
SR_INLINE void multiply(int type, int is_paced, size_t columns, const uint8_t *block, size_t groups, sr_rows a,
                        sr_ahead *ahead, f32x16 totals[][SR_STRIPS]) {
  const sr_packing packing = sr_packing_of(type);
  const size_t block_groups = sr_packed_block_groups(packing), strip_bytes = sr_packed_block_bytes(packing);
  const size_t strips = strips_of_tile(type, is_paced, columns);
  f32x16 sums[WIDEST_TILE][SR_STRIPS];
  for (size_t i = 0; i < columns; i++) {
    for (size_t s = 0; s < SR_STRIPS; s++) sums[i][s] = is_paced ? (f32x16){0} : totals[i][s];
  }
  for (; groups >= block_groups; groups -= block_groups, block += SR_STRIPS * strip_bytes, a.first += block_groups) {
    if (strips == SR_STRIPS) {
      multiply_block(type, is_paced, SR_STRIPS, columns, block, a, ahead, sums);
    } else if (TILE_STRIPS == 1 && columns > 1) {
      // One piece of code for all strips: they are long.
#pragma clang loop unroll(disable)
      for (size_t s = 0; s < SR_STRIPS; s++) {
        multiply_block(type, is_paced, 1, columns, block + s * strip_bytes, a, ahead, (f32x16(*)[SR_STRIPS]) & sums[0][s]);
      }
    } else {
#pragma clang loop unroll(full)
      for (size_t s = 0; s < SR_STRIPS; s++) {
        multiply_block(type, is_paced, 1, columns, block + s * strip_bytes, a, ahead, (f32x16(*)[SR_STRIPS]) & sums[0][s]);
      }
    }
  }
  // Files' blocks of 256 are whole blocks here too.
  for (size_t g = 0; !packing.has_block_scales && g < groups; g++, a.first++) {
    multiply_group(type, SR_STRIPS, columns, (sr_place){block, g / SR_UNIT, g % SR_UNIT}, a, NULL, 0, sums);
  }
  for (size_t i = 0; i < columns; i++) {
    for (size_t s = 0; s < SR_STRIPS; s++) totals[i][s] = sums[i][s];
  }
}

/// Whether the last tile may be so wide: the only one is of any width, any other has more rows than it leaves over.
SR_INLINE int can_be_last(int is_paced, size_t width) {
  return width <= WIDEST_TILE && (is_paced || width > WIDEST_TILE - TILE_ACTIVATIONS);
}

/// As `multiply`, with the last tile.
SR_INLINE void multiply_last(int type, int is_paced, size_t columns, const uint8_t *block, size_t groups, sr_rows a,
                             sr_ahead *ahead, f32x16 totals[][SR_STRIPS]) {
  // Written out, because the width must be a constant where tiles are inlined.
#define SR_LAST_TILE(width)                                                                                      \
  case width:                                                                                                    \
    if (can_be_last(is_paced, width)) multiply(type, is_paced, width, block, groups, a, ahead, totals);          \
    return;
  switch (columns) {
    SR_LAST_TILE(1)
    SR_LAST_TILE(2)
    SR_LAST_TILE(3)
    SR_LAST_TILE(4)
    SR_LAST_TILE(5)
    SR_LAST_TILE(6)
  }
#undef SR_LAST_TILE
}

/// The rows of an output that a strip's lanes are written to: n0..<n1 of them.
SR_INLINE void store_rows(f32x16 value, float *c, size_t row, size_t n0, size_t n1) {
  if (row >= n0 && row + LANES <= n1) return store(value, c + row);
  if (row + LANES <= n0 || row >= n1) return;
  float values[LANES];
  store(value, values);
  size_t first = row < n0 ? n0 - row : 0, end = n1 < row + LANES ? n1 - row : LANES;
  memcpy(c + row + first, values + first, (end - first) * sizeof(float));
}

/// The products of a panel with m ≤ PASS rows of activations.
SR_INLINE void multiply_panel(int type, const uint8_t *panel, const sr_activation *a, size_t m, size_t groups,
                              f32x16 totals[][SR_STRIPS]) {
  const sr_packing packing = sr_packing_of(type);
  const size_t chunk_bytes = CHUNK / sr_packed_block_groups(packing) * sr_block_step(packing);
  // Whole tiles, but that the last takes what is left, so that there is none of a single row.
  const size_t tiles = m <= WIDEST_TILE ? 1 : (m - WIDEST_TILE + TILE_ACTIVATIONS - 1) / TILE_ACTIVATIONS + 1;
  const size_t tiled = (tiles - 1) * TILE_ACTIVATIONS;
  if (tiles == 1) return multiply_last(type, 1, m, panel, groups, (sr_rows){a, groups}, NULL, totals);
  memset(totals, 0, m * sizeof totals[0]);
  for (size_t first = 0; first < groups; first += CHUNK, panel += chunk_bytes) {
    size_t count = groups - first < CHUNK ? groups - first : CHUNK;
    // The next chunk, or the next panel's first, comes while this one is at work.
    const size_t lines = SR_UNIT * lines_of_group(type, TILE_STRIPS);
    sr_ahead ahead = {panel + chunk_bytes, (lines + tiles - 1) / tiles};
    for (size_t i = 0; i < m;) {
      size_t columns = i < tiled ? TILE_ACTIVATIONS : m - tiled;
      sr_rows rows = {a + i * groups + first, groups};
      multiply_last(type, 0, columns, panel, count, rows, &ahead, totals + i);
      i += columns;
    }
  }
}

SR_INLINE void quantized_products(int type, const uint8_t *packed, const sr_activation *a, size_t m, size_t groups,
                                  size_t n0, size_t n1, float *c, size_t ldc) {
  f32x16 totals[PASS][SR_STRIPS];
  for (size_t n = n0 / SR_PANEL_ROWS * SR_PANEL_ROWS; n < n1; n += SR_PANEL_ROWS) {
    const uint8_t *panel = packed + sr_strip_start(sr_packing_of(type), n, groups);
    for (size_t start = 0; start < m; start += PASS) {
      size_t count = m - start < PASS ? m - start : PASS;
      multiply_panel(type, panel, a + start * groups, count, groups, totals);
      for (size_t i = 0; i < count; i++) {
        for (size_t s = 0; s < SR_STRIPS; s++) {
          store_rows(totals[i][s], c + (start + i) * ldc, n + s * SR_STRIP, n0, n1);
        }
      }
    }
  }
}

/// A function for each type: compilers take more than twice as long over one that is twice as large.
#define SR_PRODUCTS(name, ...)                                                                                    \
  __attribute__((noinline, nodebug)) static void products_##name(const void *packed, const sr_activation *a,      \
                                                                 size_t m, size_t groups, size_t n0, size_t n1,   \
                                                                 float *c, size_t ldc) {                          \
    quantized_products(SR_##name, packed, a, m, groups, n0, n1, c, ldc);                                          \
  }
SR_QUANTIZED_TYPES(SR_PRODUCTS)
#undef SR_PRODUCTS

static void matmul_quantized(int type, const void *w, const sr_activation *a, size_t m, size_t k, size_t n0, size_t n1,
                             float *c, size_t ldc) {
  size_t groups = k / SR_GROUP;
  switch (type) {
#define SR_PRODUCTS(name, ...) \
  case SR_##name: return products_##name(w, a, m, groups, n0, n1, c, ldc);
    SR_QUANTIZED_TYPES(SR_PRODUCTS)
#undef SR_PRODUCTS
  }
}
