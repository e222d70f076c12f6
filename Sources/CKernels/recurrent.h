// Kernels of recurrent layers: a short causal convolution, and the gated delta rule (arXiv 2412.06464). Included after
// lanes.h and rows.h, for each instruction set. What is computed of a token, and in which order, depends on that token and
// on the state before it alone.

static void convolve_silu(const float *rows, const float *weights, size_t taps, size_t channels, float *out, size_t n) {
  for (size_t i = 0; i < n; i += LANES) {
    size_t lanes = n - i < LANES ? n - i : LANES;
    f32x16 sum = {0};
    for (size_t tap = 0; tap < taps; tap++) {
      const float *row = rows + tap * channels + i, *weight = weights + tap * channels + i;
      sum = lanes == LANES ? multiply_add(load(row), load(weight), sum)
                           : multiply_add(load_part(row, lanes, 0), load_part(weight, lanes, 0), sum);
    }
    store_lanes(silu(sum), out + i, lanes);
  }
}

/// Vectors of a state's columns that are computed together, so that their sums overlap.
enum { DELTA_VECTORS = 4 };

/// The first `lanes` ≤ 16 values.
SR_INLINE f32x16 load_lanes(const float *x, size_t lanes) { return lanes == LANES ? load(x) : load_part(x, lanes, 0); }

/// Columns v ..< v + 16 · vectors of a step, or `lanes` columns of one vector.
SR_INLINE void delta_columns(const sr_delta_step *step, size_t v, size_t vectors, size_t lanes) {
  size_t width = step->value_width;
  f32x16 decay = spread(step->decay), sums[DELTA_VECTORS], updates[DELTA_VECTORS];
  for (size_t i = 0; i < vectors; i++) sums[i] = (f32x16){0};
  for (size_t k = 0; k < step->key_width; k++) {
    f32x16 key = spread(step->key[k]);
    for (size_t i = 0; i < vectors; i++) {
      sums[i] = multiply_add(key, load_lanes(step->before + k * width + v + i * LANES, lanes), sums[i]);
    }
  }
  for (size_t i = 0; i < vectors; i++) {
    updates[i] = (load_lanes(step->value + v + i * LANES, lanes) - sums[i] * decay) * step->rate;
    store_lanes(updates[i], step->update + v + i * LANES, lanes);
    sums[i] = (f32x16){0};
  }
  for (size_t k = 0; k < step->key_width; k++) {
    f32x16 key = spread(step->key[k]), query = spread(step->query[k]);
    for (size_t i = 0; i < vectors; i++) {
      size_t place = k * width + v + i * LANES;
      f32x16 state = multiply_add(key, updates[i], load_lanes(step->before + place, lanes) * decay);
      store_lanes(state, step->after + place, lanes);
      sums[i] = multiply_add(query, state, sums[i]);
    }
  }
  for (size_t i = 0; i < vectors; i++) store_lanes(sums[i], step->out + v + i * LANES, lanes);
}

static void delta_step(const sr_delta_step *step) {
  size_t v = 0, width = step->value_width;
  for (; v + DELTA_VECTORS * LANES <= width; v += DELTA_VECTORS * LANES) delta_columns(step, v, DELTA_VECTORS, LANES);
  for (; v + LANES <= width; v += LANES) delta_columns(step, v, 1, LANES);
  if (v < width) delta_columns(step, v, 1, width - v);
}

static void delta_replay(const float *before, float *after, const float *key, const float *update, float decay,
                         size_t key_width, size_t value_width) {
  f32x16 factor = spread(decay);
  for (size_t k = 0; k < key_width; k++, before += value_width, after += value_width) {
    for (size_t v = 0; v < value_width; v += LANES) {
      size_t lanes = value_width - v < LANES ? value_width - v : LANES;
      f32x16 state = multiply_add(spread(key[k]), load_lanes(update + v, lanes), load_lanes(before + v, lanes) * factor);
      store_lanes(state, after + v, lanes);
    }
  }
}
