// Attention, written once for vectors of 16 and compiled for each instruction set by the file that includes this one
// after lanes.h. Before that it defines, for its own instruction set:
//   ATTENTION_REGISTERS           vectors of sums that are kept in registers
//   ATTENTION_QUERIES             queries that meet the same keys and values together, a power of two
//   VALUE_VECTORS                 vectors of a position's values that are summed together
//
// Positions are taken in blocks with a running softmax (Milakov and Gimelshein, arXiv 1805.02867), so scores need no
// memory that grows with the context. Keys lie in tiles of 16 positions, which makes 16 scores a sum over lanes that
// never crosses them. What is computed for a query, and in which order, depends on the positions it sees and on
// nothing else.

/// Positions whose scores are held at a time, and the partial sums into which their values are spread.
enum { BLOCK = 128, PHASES = 4 };

/// The queries at hand, which see the same keys: each sees `counts` positions, never fewer than the one before.
typedef struct {
  const float *q[ATTENTION_QUERIES];
  float *out[ATTENTION_QUERIES];
  size_t counts[ATTENTION_QUERIES];
  f32x16 totals[ATTENTION_QUERIES];
  float most[ATTENTION_QUERIES];
  float rescale[ATTENTION_QUERIES];
  _Alignas(64) float scores[ATTENTION_QUERIES][BLOCK];
} sr_queries;

SR_INLINE f32x16 load_half_part(const uint16_t *x, size_t count) {
  if (count == LANES) return load_half(x);
  uint16_t buffer[LANES] = {0};
  memcpy(buffer, x, count * sizeof(uint16_t));
  return load_half(buffer);
}

/// Scores of `tiles` tiles of positions, from the tile-th of the block on.
SR_INLINE void score_tiles(size_t queries, size_t tiles, sr_queries *state, const uint16_t *keys, size_t tile,
                           size_t head_width, float scale) {
  f32x16 sums[ATTENTION_REGISTERS];
  for (size_t j = 0; j < queries * tiles; j++) sums[j] = (f32x16){0};
  keys += tile * SR_KEY_TILE * head_width;
  for (size_t d = 0; d < head_width; d++) {
    f32x16 key[ATTENTION_REGISTERS];
    for (size_t t = 0; t < tiles; t++) key[t] = load_half(keys + (t * head_width + d) * SR_KEY_TILE);
    for (size_t i = 0; i < queries; i++) {
      f32x16 value = spread(state->q[i][d]);
      for (size_t t = 0; t < tiles; t++) sums[i * tiles + t] = multiply_add(value, key[t], sums[i * tiles + t]);
    }
  }
  for (size_t i = 0; i < queries; i++) {
    for (size_t t = 0; t < tiles; t++) {
      store(sums[i * tiles + t] * scale, state->scores[i] + (tile + t) * SR_KEY_TILE);
    }
  }
}

/// Scores of a block's first `count` positions; of whole tiles, in fact.
SR_INLINE void score_block(size_t queries, sr_queries *state, const uint16_t *keys, size_t count, size_t head_width,
                           float scale) {
  size_t tiles = (count + SR_KEY_TILE - 1) / SR_KEY_TILE, tile = 0;
  const size_t together = ATTENTION_REGISTERS / queries < 4 ? ATTENTION_REGISTERS / queries : 4;
  for (; tile + together <= tiles; tile += together) {
    score_tiles(queries, together, state, keys, tile, head_width, scale);
  }
  for (; tile < tiles; tile++) score_tiles(queries, 1, state, keys, tile, head_width, scale);
}

/// Turns `count` scores into exp(score − greatest so far), and says what earlier blocks are to be multiplied by.
SR_INLINE void exponentiate(sr_queries *state, size_t i, size_t count) {
  float *scores = state->scores[i];
  size_t end = (count + LANES - 1) / LANES * LANES;
  for (size_t t = count; t < end; t++) scores[t] = -INFINITY;
  f32x16 most = spread(state->most[i]);
  for (size_t t = 0; t < end; t += LANES) most = greater(load(scores + t), most);
  float greatest_so_far = greatest(most);
  f32x16 rescale = exponential(spread(state->most[i] - greatest_so_far));
  f32x16 total = state->totals[i] * rescale;
  for (size_t t = 0; t < end; t += LANES) {
    f32x16 value = exponential(load(scores + t) - greatest_so_far);
    store(value, scores + t);
    total += value;
  }
  state->totals[i] = total;
  state->most[i] = greatest_so_far;
  state->rescale[i] = rescale[0];
}

/// Sums of scores · values over positions 0..<count of a block, position t into part t mod PHASES. `phases` parts are
/// summed at a time, as registers allow.
SR_INLINE void sum_values(size_t queries, size_t vectors, size_t phases, const sr_queries *state,
                          const uint16_t *values, size_t count, size_t head_width, size_t lanes,
                          f32x16 sums[PHASES][ATTENTION_QUERIES][VALUE_VECTORS]) {
  for (size_t first = 0; first < PHASES; first += phases) {
    f32x16 parts[ATTENTION_REGISTERS];
    for (size_t j = 0; j < phases * queries * vectors; j++) parts[j] = (f32x16){0};
    size_t t = first;
    for (; t + phases <= count; t += PHASES) {
      for (size_t p = 0; p < phases; p++) {
        f32x16 value[VALUE_VECTORS];
        const uint16_t *position = values + (t + p) * head_width;
        for (size_t v = 0; v < vectors; v++) value[v] = load_half_part(position + v * LANES, lanes);
        for (size_t i = 0; i < queries; i++) {
          f32x16 score = spread(state->scores[i][t + p]);
          for (size_t v = 0; v < vectors; v++) {
            f32x16 *part = &parts[(p * queries + i) * vectors + v];
            *part = multiply_add(score, value[v], *part);
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

/// out = out · rescale + Σ scores · values over a block from position `start` on, for `vectors` vectors of values or
/// for one of `lanes` values.
SR_INLINE void add_values(size_t queries, size_t vectors, sr_queries *state, const uint16_t *values, size_t start,
                          size_t head_width, size_t d, size_t lanes) {
  const size_t room = ATTENTION_REGISTERS / (queries * vectors), phases = room < PHASES ? room : PHASES;
  f32x16 sums[PHASES][ATTENTION_QUERIES][VALUE_VECTORS];
  values += start * head_width + d;
  // Whole rounds of phases that all queries see go together, and the rest query by query.
  size_t seen = state->counts[0] > start ? state->counts[0] - start : 0;
  size_t common = (seen < BLOCK ? seen : BLOCK) / PHASES * PHASES;
  sum_values(queries, vectors, phases, state, values, common, head_width, lanes, sums);
  for (size_t i = 0; i < queries; i++) {
    if (state->counts[i] <= start) continue;
    size_t rest = state->counts[i] - start, count = rest < BLOCK ? rest : BLOCK;
    for (size_t t = common; t < count; t++) {
      f32x16 score = spread(state->scores[i][t]);
      for (size_t v = 0; v < vectors; v++) {
        f32x16 *sum = &sums[t % PHASES][i][v];
        *sum = multiply_add(score, load_half_part(values + t * head_width + v * LANES, lanes), *sum);
      }
    }
    float *out = state->out[i] + d;
    f32x16 rescale = spread(state->rescale[i]);
    for (size_t v = 0; v < vectors; v++, out += LANES) {
      f32x16 sum = (sums[0][i][v] + sums[1][i][v]) + (sums[2][i][v] + sums[3][i][v]);
      if (lanes < LANES) {
        store_part(multiply_add(load_part(out, lanes, 0), rescale, sum), out, lanes);
      } else {
        store(multiply_add(load(out), rescale, sum), out);
      }
    }
  }
}

SR_INLINE void attend(size_t queries, sr_queries *state, const uint16_t *keys, const uint16_t *values,
                      size_t head_width, float scale) {
  for (size_t i = 0; i < queries; i++) {
    memset(state->out[i], 0, head_width * sizeof(float));
    state->totals[i] = (f32x16){0};
    state->most[i] = -INFINITY;
  }
  size_t end = state->counts[queries - 1];
  for (size_t start = 0; start < end; start += BLOCK) {
    size_t count = end - start < BLOCK ? end - start : BLOCK;
    score_block(queries, state, keys + start * head_width, count, head_width, scale);
    for (size_t i = 0; i < queries; i++) {
      if (state->counts[i] <= start) continue;
      size_t rest = state->counts[i] - start;
      exponentiate(state, i, rest < BLOCK ? rest : BLOCK);
    }
    size_t d = 0;
    for (; d + VALUE_VECTORS * LANES <= head_width; d += VALUE_VECTORS * LANES) {
      add_values(queries, VALUE_VECTORS, state, values, start, head_width, d, LANES);
    }
    for (; d + LANES <= head_width; d += LANES) add_values(queries, 1, state, values, start, head_width, d, LANES);
    if (d < head_width) add_values(queries, 1, state, values, start, head_width, d, head_width - d);
  }
  for (size_t i = 0; i < queries; i++) {
    float inverse = 1.0f / sum(state->totals[i]);
    for (size_t d = 0; d < head_width; d++) state->out[i][d] *= inverse;
  }
}

static void attention(const float *q, const uint16_t *keys, const uint16_t *values, size_t rows, size_t heads,
                      size_t row_stride, size_t count, size_t head_width, float scale, float *out) {
  size_t total = rows * heads;
  for (size_t first = 0; first < total;) {
    size_t queries = ATTENTION_QUERIES;
    while (queries > total - first) queries /= 2;
    sr_queries state;
    for (size_t i = 0; i < queries; i++) {
      size_t row = (first + i) / heads, offset = row * row_stride + (first + i) % heads * head_width;
      state.q[i] = q + offset;
      state.out[i] = out + offset;
      state.counts[i] = count + row;
    }
    switch (queries) {
    case 8: attend(ATTENTION_QUERIES < 8 ? 1 : 8, &state, keys, values, head_width, scale); break;
    case 4: attend(ATTENTION_QUERIES < 4 ? 1 : 4, &state, keys, values, head_width, scale); break;
    case 2: attend(2, &state, keys, values, head_width, scale); break;
    default: attend(1, &state, keys, values, head_width, scale);
    }
    first += queries;
  }
}

static void place_key(const float *key, uint16_t *keys, size_t position, size_t head_width) {
  keys += position / SR_KEY_TILE * SR_KEY_TILE * head_width + position % SR_KEY_TILE;
  for (size_t d = 0; d < head_width; d += LANES) {
    size_t count = head_width - d < LANES ? head_width - d : LANES;
    uint16_t halves[LANES];
    store_half(load_part(key + d, count, 0), halves);
    for (size_t i = 0; i < count; i++) keys[(d + i) * SR_KEY_TILE] = halves[i];
  }
}
