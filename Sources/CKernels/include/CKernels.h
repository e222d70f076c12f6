#ifndef SPECREASON_CKERNELS_H
#define SPECREASON_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// All matrices are row-major. Rows of weights have `k` values; k is a multiple of the type's block length.
// A weight type is its number in GGUF files (ggml's `ggml_type`).
// Only sr_pool_create allocates memory. All functions may be called from several threads at once.

/// Values in a block of `type`; 0 if the type is not supported.
size_t sr_block_length(int type);
/// Bytes of a block of `type`; 0 if the type is not supported.
size_t sr_block_bytes(int type);
/// The format's own name of `type`, such as "Q4_K"; NULL if the type is not supported.
const char *sr_type_name(int type);

/// The name of the instruction set in use: "avx512vnni", "avx2", "neon-dotprod", "neon" or "scalar".
/// The environment variable `SPECREASON_ISA` selects another one than the best.
const char *sr_instruction_set(void);
/// Uses the instruction set of that name from now on. Returns 0, without a change, if this machine lacks it.
/// For tests and benchmarks: every instruction set gives the same results, to the last bit.
int sr_use_instruction_set(const char *name);

/// out[0..<k] = one row of weights as floats.
void sr_dequantize_row(int type, const void *row, float *out, size_t k);

/// Bytes that `sr_prepare_activations` writes for m rows of k floats, for products with weights of `type`.
/// Types with the same block length read the same form, so activations prepared for one of them serve all.
/// Memory aligned to 64 bytes is read fastest.
size_t sr_activation_bytes(int type, size_t m, size_t k);
/// Converts rows m0..<m1 of `a`, shape (m, k), to the form that products with `type` read: int8 for quantized weights.
/// Different ranges of rows may be prepared at the same time.
void sr_prepare_activations(int type, const float *a, size_t m, size_t k, size_t m0, size_t m1, void *prepared);

/// Rows of a matrix that are packed together.
enum { SR_PANEL_ROWS = 32 };
/// Bytes of a packed matrix, shape (rows, k): about as many as in a file.
size_t sr_packed_bytes(int type, size_t rows, size_t k);
/// Packs rows n0..<n1 of the matrix `w`, shape (n, k), from the form that files have to the form that products read.
/// n0 must be a multiple of SR_PANEL_ROWS, and so must n1 unless it is n. `packed` is the whole packed matrix, aligned to
/// 64 bytes. Different ranges may be packed at the same time.
void sr_pack(int type, const void *w, size_t k, size_t n0, size_t n1, void *packed);

/// c[i * ldc + n] = Σ_k a[i][k] · w[n][k] for i in 0..<m and n in n0..<n1, from packed weights and prepared activations.
/// Each value is the same to the last bit whatever m, n0 and n1 are: prefill equals token by token.
void sr_matmul(int type, const void *packed, const void *prepared, size_t m, size_t k, size_t n0, size_t n1, float *c,
               size_t ldc);

/// The definition of sr_matmul's result: weights as in files, each converted to float, and sums in double.
void sr_matmul_reference(int type, const void *w, const float *a, size_t m, size_t k, size_t n0, size_t n1, float *c,
                         size_t ldc);

/// out[i] = x[i] · weight[i] ÷ √(mean(x²) + epsilon)
void sr_rms_norm(const float *x, const float *weight, float epsilon, float *out, size_t n);
/// gate[i] = silu(gate[i]) · up[i]
void sr_silu_multiply(float *gate, const float *up, size_t n);
/// gate[i] = gelu(gate[i]) · up[i], with the tangent's approximation of the normal distribution:
/// gelu(x) = x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) ÷ 2 (arXiv 1606.08415).
void sr_gelu_multiply(float *gate, const float *up, size_t n);
/// gate[i] = x · sigmoid(1.702 x) · (y + 1), where x is gate[i] but at most 7 and y is up[i] but within 7 of 0: the
/// activation of gpt-oss's experts.
void sr_clamped_swiglu_multiply(float *gate, const float *up, size_t n);
/// x[i] = x[i] · sigmoid(gate[i])
void sr_sigmoid_multiply(float *x, const float *gate, size_t n);
/// x[i] += y[i]
void sr_add(float *x, const float *y, size_t n);
/// Rotates pairs of values of `heads` vectors, shape (heads, head_width), by the angles whose cosines and sines are given,
/// shape (rotated / 2) each. Pairs are (i, i + rotated / 2) if `neox`, else (2i, 2i + 1).
void sr_rope(float *x, size_t heads, size_t head_width, size_t rotated, const float *cosines, const float *sines,
             int neox);
/// What a KV cache stores: F16, or int8 with an F16 scale for each 32 values of a position.
enum { SR_CACHE_F16, SR_CACHE_Q8_0 };
/// Positions that lie together in a KV cache, as a tile. The cache of one head is an array of tiles, of shape
/// (head width, 16) for keys and (16, head width) for values. Scales lie behind the tile's values, shape
/// (⌈head width ÷ 32⌉, 16).
enum { SR_CACHE_TILE = 16 };
/// Bytes of a tile in `format`.
static inline size_t sr_cache_tile_bytes(int format, size_t head_width) {
  if (format == SR_CACHE_F16) return SR_CACHE_TILE * head_width * sizeof(uint16_t);
  return SR_CACHE_TILE * (head_width + (head_width + 31) / 32 * sizeof(uint16_t));
}
/// Stores the key of `position`, shape (head_width), in `keys`, the cache of one head.
void sr_place_key(int format, const float *key, void *keys, size_t position, size_t head_width);
/// Stores the value of `position`, shape (head_width), in `values`, the cache of one head.
void sr_place_value(int format, const float *value, void *values, size_t position, size_t head_width);

/// Attention of query heads that share keys and values, for consecutive positions:
/// out[d] = Σ_t softmax_t(scale · q·k[t]) · v[t][d].
typedef struct {
  /// The caches of the head.
  const void *keys, *values;
  /// Queries and results, shape (rows, heads, head_width); rows are `row_stride` values apart.
  const float *q;
  float *out;
  /// Rows, and query heads per row.
  size_t rows, heads;
  size_t row_stride;
  /// Positions up to the first row's own; each further row's come to one more.
  size_t count;
  /// How many of these, the last ones, a row sees at most; 0 for all.
  size_t window;
  size_t head_width;
  float scale;
  /// SR_CACHE_F16 or SR_CACHE_Q8_0.
  int format;
  /// For each head, a score beside those of positions, which takes its share of the softmax and adds no value; NULL for
  /// none.
  const float *sinks;
} sr_attention_task;

/// Computes a task. A row's result is the same to the last bit alone and among others.
void sr_attention(const sr_attention_task *task);

/// Positions of a block: what blocks contribute is computed separately and then merged.
enum { SR_ATTENTION_BLOCK = 512 };
/// The number of blocks of a task.
static inline size_t sr_attention_blocks(const sr_attention_task *task) {
  return (task->count + task->rows - 1 + SR_ATTENTION_BLOCK - 1) / SR_ATTENTION_BLOCK;
}
/// Floats of a share, which is what a block contributes to the result of one query.
static inline size_t sr_attention_share(size_t head_width) { return head_width + 2; }
/// Computes the shares of blocks b0..<b1 of a task, in `shares`, shape (rows × heads, blocks, share).
void sr_attention_shares(const sr_attention_task *task, size_t b0, size_t b1, float *shares);
/// Computes a task from the shares of all its blocks: the same result as `sr_attention`, to the last bit.
void sr_attention_merge(const sr_attention_task *task, const float *shares);

/// out[i] = silu(Σ_tap rows[tap][i] · weights[tap][i]) for n channels, of rows and weights of shape (taps, channels): a
/// causal convolution of each channel, whose last row is the token's own.
void sr_convolve_silu(const float *rows, const float *weights, size_t taps, size_t channels, float *out, size_t n);

/// One token of the gated delta rule (arXiv 2412.06464) in one head, with a state S of shape (key width, value width):
/// update = rate · (value − decay · Sᵀ key), S = decay · S + key updateᵀ, out = Sᵀ query.
typedef struct {
  /// The state before and after the token; both may be the same memory.
  const float *before;
  float *after;
  const float *key, *query, *value;
  float decay, rate;
  /// What the token writes to the state, shape (value width), for `sr_delta_replay`.
  float *update;
  float *out;
  size_t key_width, value_width;
} sr_delta_step;

/// Computes a step.
void sr_token_delta(const sr_delta_step *step);
/// The state after a step, from the one before it and what the step wrote: the same bits.
void sr_delta_replay(const float *before, float *after, const float *key, const float *update, float decay,
                     size_t key_width, size_t value_width);

/// Converts n values to and from F16.
void sr_to_half(const float *x, uint16_t *out, size_t n);
void sr_from_half(const uint16_t *x, float *out, size_t n);
/// log Σ exp(x) over n > 0 values.
float sr_log_sum_exp(const float *x, size_t n);
/// out[i] = exp((x[i] − most) · factor) for n values; returns their sum. `most` is the greatest of x, factor ≥ 0.
double sr_exponentials(const float *x, float most, float factor, float *out, size_t n);

/// The exclusive or of n values, read as fast as one thread can, to measure memory bandwidth. Values are prefetched
/// `ahead` values before they are read; 0 leaves that to the processor.
uint64_t sr_read(const uint64_t *x, size_t n, size_t ahead);

/// A fixed set of threads that share loops. It may be used from several threads at once.
typedef struct sr_pool sr_pool;
/// Called with parts [begin, end) of a loop.
typedef void (*sr_pool_body)(void *context, size_t begin, size_t end);
/// Creates a pool of `threads` threads, including the caller of `sr_pool_run`; fewer if the system gives no more, NULL if
/// it gives no memory. Workers block all signals.
sr_pool *sr_pool_create(int threads);
/// The number of threads, at least 1.
int sr_pool_threads(const sr_pool *pool);
/// Calls `body` with ranges that cover 0..<count, and returns when all calls have. Threads take ranges of whole grains as
/// they become free, large ones first. If the pool is busy, or the caller is itself inside a body, `body` is called once,
/// on the caller's thread.
void sr_pool_run(sr_pool *pool, size_t count, size_t grain, sr_pool_body body, void *context);
/// Ends the threads; no `sr_pool_run` may be running.
void sr_pool_destroy(sr_pool *pool);

#endif
