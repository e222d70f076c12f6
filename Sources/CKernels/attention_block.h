// What a block of positions adds to the results of a few queries: scores, their exponentials, and the sum of values that
// these weigh. Included by attention.h, for each instruction set.

#include "cache_tiles.h"

/// The partial sums into which the values of a block are spread.
enum { PHASES = 4 };
/// The queries at hand, which see the same keys: of the block, each sees positions `starts` ..< `counts`, whose ends
/// never come before those of the query before it.
typedef struct {
  const float *q[ATTENTION_QUERIES];
  /// Where the weighted values go: added to a result, or a share of their own.
  float *out[ATTENTION_QUERIES];
  size_t starts[ATTENTION_QUERIES];
  size_t counts[ATTENTION_QUERIES];
  /// The first position of the first tile that one of them sees.
  size_t first;
  float most[ATTENTION_QUERIES];
  float total[ATTENTION_QUERIES];
  /// What the result so far, and this block's share, are multiplied with when they are added.
  float rescale[ATTENTION_QUERIES];
  float weight[ATTENTION_QUERIES];
  _Alignas(64) float scores[ATTENTION_QUERIES][SR_ATTENTION_BLOCK];
  /// Scales of one group of values of each position; unused for F16.
  _Alignas(64) float scales[SR_ATTENTION_BLOCK];
} sr_queries;

/// A result so far: e to the `most` is taken out of `total` and of the values.
typedef struct {
  float most, total;
} sr_running;

/// Scores of `tiles` tiles of positions, from the tile-th of the block on. Keys further on, and the values of these
/// positions, are on their way meanwhile: a processor does not foresee so many short streams.
SR_INLINE void score_tiles(int format, size_t queries, size_t tiles, sr_queries *state, const char *keys,
                           const char *values, size_t tile, size_t head_width, float scale) {
  const size_t width = format == SR_CACHE_F16 ? sizeof(uint16_t) : 1;
  size_t tile_bytes = sr_cache_tile_bytes(format, head_width);
  keys += tile * tile_bytes;
  values += tile * tile_bytes;
  const char *ahead = keys + 2 * tiles * tile_bytes;
  f32x16 sums[ATTENTION_REGISTERS];
  for (size_t j = 0; j < queries * tiles; j++) sums[j] = (f32x16){0};
  for (size_t first = 0; first < head_width; first += SR_GROUP) {
    f32x16 scales[ATTENTION_REGISTERS];
    if (format == SR_CACHE_Q8_0) {
      for (size_t t = 0; t < tiles; t++) scales[t] = load_scales(keys + t * tile_bytes, head_width, first / SR_GROUP);
    }
    size_t end = head_width - first < SR_GROUP ? head_width : first + SR_GROUP;
    for (size_t d = first; d < end; d++) {
      f32x16 key[ATTENTION_REGISTERS];
      for (size_t t = 0; t < tiles; t++) {
        size_t place = t * tile_bytes + d * SR_CACHE_TILE * width;
        __builtin_prefetch(ahead + place);
        __builtin_prefetch(values + place, 0, 2);
        key[t] = load_cached(format, keys + place, LANES);
        if (format == SR_CACHE_Q8_0) key[t] *= scales[t];
      }
      for (size_t i = 0; i < queries; i++) {
        f32x16 value = spread(state->q[i][d]);
        for (size_t t = 0; t < tiles; t++) sums[i * tiles + t] = multiply_add(value, key[t], sums[i * tiles + t]);
      }
    }
  }
  for (size_t i = 0; i < queries; i++) {
    for (size_t t = 0; t < tiles; t++) {
      store(sums[i * tiles + t] * scale, state->scores[i] + (tile + t) * SR_CACHE_TILE);
    }
  }
}

/// Scores of a block's positions `first` ..< count; of whole tiles, in fact.
SR_INLINE void score_block(int format, size_t queries, sr_queries *state, const char *keys, const char *values,
                           size_t count, size_t head_width, float scale) {
  size_t tiles = (count + SR_CACHE_TILE - 1) / SR_CACHE_TILE, tile = state->first / SR_CACHE_TILE;
  const size_t room = ATTENTION_REGISTERS / queries, most = room < 8 ? room : 8;
  const size_t steps[3] = {most, most < 4 ? most : 4, 1};
  for (; tile + steps[0] <= tiles; tile += steps[0]) {
    score_tiles(format, queries, steps[0], state, keys, values, tile, head_width, scale);
  }
  if (steps[1] < steps[0]) {
    for (; tile + steps[1] <= tiles; tile += steps[1]) {
      score_tiles(format, queries, steps[1], state, keys, values, tile, head_width, scale);
    }
  }
  if (steps[2] < steps[0]) {
    for (; tile < tiles; tile++) score_tiles(format, queries, 1, state, keys, values, tile, head_width, scale);
  }
}

/// Whether query i sees a position of the block.
SR_INLINE int is_seen(const sr_queries *state, size_t i) { return state->starts[i] < state->counts[i]; }

/// Turns the scores of a query that sees the block into exp(score − greatest), and adds them up. Those before its window
/// become 0: sums begin with them, and from 0 they come out as without them, to the last bit.
SR_INLINE void exponentiate(sr_queries *state, size_t i) {
  float *scores = state->scores[i];
  size_t count = state->counts[i], first = state->first, end = (count + LANES - 1) / LANES * LANES;
  for (size_t t = first; t < state->starts[i]; t++) scores[t] = -INFINITY;
  for (size_t t = count; t < end; t++) scores[t] = -INFINITY;
  f32x16 most = (f32x16){0} - INFINITY;
  for (size_t t = first; t < end; t += LANES) most = greater(load(scores + t), most);
  float greatest_score = greatest(most);
  f32x16 total = {0};
  for (size_t t = first; t < end; t += LANES) {
    f32x16 value = exponential(load(scores + t) - greatest_score);
    store(value, scores + t);
    total += value;
  }
  state->most[i] = greatest_score;
  state->total[i] = sum(total);
}

/// Adds a share to a running result, and tells what to multiply the values of both with.
SR_INLINE void merge(sr_running *running, float most, float total, float *rescale, float *weight) {
  float greatest_score = most > running->most ? most : running->most;
  f32x16 exponents = {running->most - greatest_score, most - greatest_score};
  f32x16 factors = exponential(exponents);
  *rescale = factors[0];
  *weight = factors[1];
  running->most = greatest_score;
  running->total = __builtin_fmaf(running->total, *rescale, total * *weight);
}

SR_INLINE f32x16 merged(f32x16 result, float rescale, f32x16 share, float weight) {
  return multiply_add(result, spread(rescale), share * weight);
}

/// `lanes` values, from the d-th on, of position r of a tile.
SR_INLINE f32x16 load_value(int format, const char *tile, size_t r, size_t head_width, size_t d, size_t lanes,
                            const float *scales) {
  const size_t width = format == SR_CACHE_F16 ? sizeof(uint16_t) : 1;
  f32x16 value = load_cached(format, tile + (r * head_width + d) * width, lanes);
  return format == SR_CACHE_F16 ? value : value * scales[r];
}

/// Sums of scores · values over positions `first` ..< count of a block, position t into part t mod PHASES. `phases` parts are
/// summed at a time, as registers allow.
SR_INLINE void sum_values(int format, size_t queries, size_t vectors, size_t phases, const sr_queries *state,
                          const char *values, size_t count, size_t head_width, size_t d, size_t lanes,
                          f32x16 sums[PHASES][ATTENTION_QUERIES][VALUE_VECTORS]) {
  size_t tile_bytes = sr_cache_tile_bytes(format, head_width);
  for (size_t first = 0; first < PHASES; first += phases) {
    f32x16 parts[ATTENTION_REGISTERS];
    for (size_t j = 0; j < phases * queries * vectors; j++) parts[j] = (f32x16){0};
    const char *tile = values + state->first / SR_CACHE_TILE * tile_bytes;
    for (size_t start = state->first; start < count; start += SR_CACHE_TILE, tile += tile_bytes) {
      size_t end = count - start < SR_CACHE_TILE ? count - start : SR_CACHE_TILE;
      for (size_t r = first; r < end; r += PHASES) {
        for (size_t p = 0; p < phases; p++) {
          f32x16 value[VALUE_VECTORS];
          for (size_t v = 0; v < vectors; v++) {
            value[v] = load_value(format, tile, r + p, head_width, d + v * LANES, lanes, state->scales + start);
          }
          for (size_t i = 0; i < queries; i++) {
            f32x16 score = spread(state->scores[i][start + r + p]);
            for (size_t v = 0; v < vectors; v++) {
              f32x16 *part = &parts[(p * queries + i) * vectors + v];
              *part = multiply_add(score, value[v], *part);
            }
          }
        }
      }
    }
    for (size_t p = 0; p < phases; p++) {
      for (size_t i = 0; i < queries; i++) {
        for (size_t v = 0; v < vectors; v++) sums[first + p][i][v] = parts[(p * queries + i) * vectors + v];
      }
    }
  }
}

/// Σ scores · values over a block, for `vectors` vectors of values from the d-th on or for one of `lanes` values:
/// stored as a share, or merged into the result.
SR_INLINE void add_values(int format, size_t queries, size_t vectors, sr_queries *state, const char *values,
                          size_t head_width, size_t d, size_t lanes, int merging) {
  const size_t room = ATTENTION_REGISTERS / (queries * vectors);
  const size_t phases = room >= PHASES ? PHASES : room >= 2 ? 2 : 1;
  f32x16 sums[PHASES][ATTENTION_QUERIES][VALUE_VECTORS];
  // Whole rounds of phases that all queries see go together, and the rest query by query.
  size_t common = state->counts[0] / PHASES * PHASES, tile_bytes = sr_cache_tile_bytes(format, head_width);
  sum_values(format, queries, vectors, phases, state, values, common, head_width, d, lanes, sums);
  for (size_t i = 0; i < queries; i++) {
    if (!is_seen(state, i)) continue;
    for (size_t t = common > state->first ? common : state->first; t < state->counts[i]; t++) {
      const char *tile = values + t / SR_CACHE_TILE * tile_bytes;
      const float *scales = state->scales + t / SR_CACHE_TILE * SR_CACHE_TILE;
      f32x16 score = spread(state->scores[i][t]);
      for (size_t v = 0; v < vectors; v++) {
        f32x16 *sum = &sums[t % PHASES][i][v];
        f32x16 value = load_value(format, tile, t % SR_CACHE_TILE, head_width, d + v * LANES, lanes, scales);
        *sum = multiply_add(score, value, *sum);
      }
    }
    float *out = state->out[i] + d;
    for (size_t v = 0; v < vectors; v++, out += LANES) {
      f32x16 sum = (sums[0][i][v] + sums[1][i][v]) + (sums[2][i][v] + sums[3][i][v]);
      if (merging) {
        f32x16 result = lanes < LANES ? load_part(out, lanes, 0) : load(out);
        sum = merged(result, state->rescale[i], sum, state->weight[i]);
      }
      store_lanes(sum, out, lanes);
    }
  }
}

/// The block's shares of the queries at hand, each stored by itself or, with `running`, merged into the results.
SR_INLINE void share_block(int format, size_t queries, sr_queries *state, const char *keys, const char *values,
                           size_t head_width, float scale, sr_running *running) {
  size_t count = state->counts[queries - 1];
  score_block(format, queries, state, keys, values, count, head_width, scale);
  for (size_t i = 0; i < queries; i++) {
    if (!is_seen(state, i)) continue;
    exponentiate(state, i);
    if (running != NULL) merge(&running[i], state->most[i], state->total[i], &state->rescale[i], &state->weight[i]);
  }
  size_t tile_bytes = sr_cache_tile_bytes(format, head_width);
  for (size_t d = 0; d < head_width;) {
    if (format == SR_CACHE_Q8_0 && d % SR_GROUP == 0) {
      const char *tile = values + state->first / SR_CACHE_TILE * tile_bytes;
      for (size_t t = state->first; t < count; t += SR_CACHE_TILE, tile += tile_bytes) {
        store(load_scales(tile, head_width, d / SR_GROUP), state->scales + t);
      }
    }
    size_t rest = head_width - d;
    if (rest >= VALUE_VECTORS * LANES) {
      add_values(format, queries, VALUE_VECTORS, state, values, head_width, d, LANES, running != NULL);
      d += VALUE_VECTORS * LANES;
    } else {
      size_t lanes = rest < LANES ? rest : LANES;
      add_values(format, queries, 1, state, values, head_width, d, lanes, running != NULL);
      d += lanes;
    }
  }
}

SR_INLINE void share_block_of(int format, size_t queries, sr_queries *state, const char *keys, const char *values,
                              size_t head_width, float scale, sr_running *running) {
  switch (queries) {
#define OF(n) \
  case n: \
    if (n <= ATTENTION_QUERIES) share_block(format, n, state, keys, values, head_width, scale, running); \
    return
    OF(1);
    OF(2);
    OF(3);
    OF(4);
    OF(5);
    OF(6);
    OF(7);
    OF(8);
#undef OF
  }
}

static void share_block_f16(size_t queries, sr_queries *state, const char *keys, const char *values,
                            size_t head_width, float scale, sr_running *running) {
  share_block_of(SR_CACHE_F16, queries, state, keys, values, head_width, scale, running);
}

static void share_block_q8_0(size_t queries, sr_queries *state, const char *keys, const char *values,
                             size_t head_width, float scale, sr_running *running) {
  share_block_of(SR_CACHE_Q8_0, queries, state, keys, values, head_width, scale, running);
}
