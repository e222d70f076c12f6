// Attention, written once for vectors of 16 and compiled for each instruction set by the file that includes this one
// after lanes.h. Before that it defines, for its own instruction set:
//   ATTENTION_REGISTERS           vectors of sums that are kept in registers
//   ATTENTION_QUERIES             queries that meet the same keys and values together, at most 8
//   VALUE_VECTORS                 vectors of a position's values that are summed together
//
// Positions are taken in blocks. What a block adds to a query's result, its share, depends on the block alone: the
// greatest score, the sum of the exponentials, and the sum of values that these weigh. Shares are merged in the order
// of positions, with a running softmax (Milakov and Gimelshein, arXiv 1805.02867). So scores need no memory that
// grows with the context, and threads may compute blocks in any order. Keys lie in tiles of 16 positions, which makes
// 16 scores a sum over lanes that never crosses them. What is computed for a query, and in which order, depends on
// the positions it sees and on nothing else.

#include "attention_block.h"

/// Queries that go through a block before the next block is touched.
enum { PANEL = 64 };

/// Positions before the window of a query.
SR_INLINE size_t hidden_before(const sr_attention_task *task, size_t query) {
  size_t count = task->count + query / task->heads;
  return task->window > 0 && count > task->window ? count - task->window : 0;
}

/// Blocks b0..<b1 for queries first..<end of a task: merged into `running` and the task's result, or into `shares`.
static void attend_blocks(const sr_attention_task *task, size_t b0, size_t b1, size_t first, size_t end,
                          sr_running *running, float *shares) {
  size_t tiles = SR_ATTENTION_BLOCK / SR_CACHE_TILE, width = task->head_width;
  size_t block_bytes = tiles * sr_cache_tile_bytes(task->format, width);
  size_t blocks = sr_attention_blocks(task), record = sr_attention_share(width);
  size_t visible = hidden_before(task, first) / SR_ATTENTION_BLOCK;
  sr_queries state;
  for (size_t block = b0 > visible ? b0 : visible; block < b1; block++) {
    const char *keys = (const char *)task->keys + block * block_bytes;
    const char *values = (const char *)task->values + block * block_bytes;
    size_t start = block * SR_ATTENTION_BLOCK;
    for (size_t query = first; query < end;) {
      size_t queries = end - query < ATTENTION_QUERIES ? end - query : ATTENTION_QUERIES;
      for (size_t i = 0; i < queries; i++) {
        size_t row = (query + i) / task->heads, count = task->count + row;
        size_t offset = row * task->row_stride + (query + i) % task->heads * width;
        state.q[i] = task->q + offset;
        state.out[i] = running != NULL ? task->out + offset : shares + ((query + i) * blocks + block) * record;
        size_t seen = count > start ? count - start : 0, hidden = hidden_before(task, query + i);
        hidden = hidden > start ? hidden - start : 0;
        state.counts[i] = seen < SR_ATTENTION_BLOCK ? seen : SR_ATTENTION_BLOCK;
        state.starts[i] = hidden < SR_ATTENTION_BLOCK ? hidden : SR_ATTENTION_BLOCK;
      }
      state.first = state.starts[0] / SR_CACHE_TILE * SR_CACHE_TILE;
      if (state.first < state.counts[queries - 1]) {
        sr_running *results = running != NULL ? running + (query - first) : NULL;
        (task->format == SR_CACHE_F16 ? share_block_f16 : share_block_q8_0)(queries, &state, keys, values, width,
                                                                      task->scale, results);
        for (size_t i = 0; running == NULL && i < queries; i++) {
          if (!is_seen(&state, i)) continue;
          state.out[i][width] = state.most[i];
          state.out[i][width + 1] = state.total[i];
        }
      }
      query += queries;
    }
  }
}

/// Ends the result of a query whose head is `head`.
SR_INLINE void finish(const sr_attention_task *task, size_t head, float *out, sr_running *running) {
  float rescale = 1, weight;
  if (task->sinks != NULL) merge(running, task->sinks[head], 1, &rescale, &weight);
  float inverse = rescale / running->total;
  for (size_t d = 0; d < task->head_width; d++) out[d] *= inverse;
}

static float *result_of(const sr_attention_task *task, size_t query) {
  return task->out + query / task->heads * task->row_stride + query % task->heads * task->head_width;
}

static void attention(const sr_attention_task *task) {
  size_t total = task->rows * task->heads, blocks = sr_attention_blocks(task);
  for (size_t first = 0; first < total; first += PANEL) {
    size_t end = total - first < PANEL ? total : first + PANEL;
    sr_running running[PANEL];
    for (size_t query = first; query < end; query++) {
      running[query - first] = (sr_running){.most = -INFINITY, .total = 0};
      memset(result_of(task, query), 0, task->head_width * sizeof(float));
    }
    attend_blocks(task, 0, blocks, first, end, running, NULL);
    for (size_t query = first; query < end; query++) {
      finish(task, query % task->heads, result_of(task, query), &running[query - first]);
    }
  }
}

static void attention_shares(const sr_attention_task *task, size_t b0, size_t b1, float *shares) {
  attend_blocks(task, b0, b1, 0, task->rows * task->heads, NULL, shares);
}

static void attention_merge(const sr_attention_task *task, const float *shares) {
  size_t width = task->head_width, blocks = sr_attention_blocks(task), record = sr_attention_share(width);
  for (size_t query = 0; query < task->rows * task->heads; query++, shares += blocks * record) {
    size_t seen = (task->count + query / task->heads - 1) / SR_ATTENTION_BLOCK + 1;
    float *out = result_of(task, query);
    memset(out, 0, width * sizeof(float));
    sr_running running = {.most = -INFINITY, .total = 0};
    for (size_t block = hidden_before(task, query) / SR_ATTENTION_BLOCK; block < seen; block++) {
      const float *share = shares + block * record;
      float rescale, weight;
      merge(&running, share[width], share[width + 1], &rescale, &weight);
      size_t d = 0;
      for (; d + LANES <= width; d += LANES) store(merged(load(out + d), rescale, load(share + d), weight), out + d);
      if (d < width) {
        size_t rest = width - d;
        store_part(merged(load_part(out + d, rest, 0), rescale, load_part(share + d, rest, 0), weight), out + d, rest);
      }
    }
    finish(task, query % task->heads, out, &running);
  }
}
