// How products with quantized weights keep up with memory: the order in which a tile reads the weights, and what it
// prefetches. Included by quantized.h, for each instruction set.
//
// A tile is as many rows of activations as registers have sums for. Where there are no more rows than that (decode, the
// checking of a few draft tokens), each line of weights is used once, computing is faster than memory, and memory sets
// the pace: the tile is paced. It reads its weights in one of two ways, which `reads_in_order` chooses:
// - In order, one strip's block after the other, where there is little to compute for each line, so that the processor's
//   own prefetcher sees one stream. Where it needs help, which `prefetches_units` says, each unit prefetches at once all
//   lines of the unit AHEAD_IN_ORDER bytes further on.
// - Both strips at once, where there is much to compute for each line: their sums are independent and hide each other's
//   latency. These are two streams, so for every line that is used, the line AHEAD bytes further on is prefetched.
// With more rows (prefill), a chunk of weights stays in the first-level cache while tile after tile meets it, and
// computing sets the pace: no tile is paced. Each unit of each tile prefetches its share of the next chunk (`sr_ahead`).

/// Bytes that a paced tile prefetches ahead of their use: with both strips at once, and in order.
enum { AHEAD = 8192, AHEAD_IN_ORDER = 3072 };

/// What tiles that are not paced prefetch: so many lines with each unit, from `next` on.
typedef struct {
  const uint8_t *next;
  size_t lines;
} sr_ahead;

/// Lines of so many strips that belong to a group, header lines shared out.
SR_INLINE size_t lines_of_group(int type, size_t strips) {
  const sr_packing packing = sr_packing_of(type);
  const size_t lines = strips * sr_packed_block_bytes(packing) / SR_LINE, groups = sr_packed_block_groups(packing);
  return (lines + groups - 1) / groups;
}

/// Whether a tile of `columns` rows of activations reads strictly in order. In order, Zen 4 (one thread, one row) reads
/// Q4_0 and Q4_K at 27 GB/s rather than 17, because loads overtake prefetches that are made line by line, and Zen 5 reads
/// Q8_0 at 99% of the bandwidth rather than 86%. With both strips at once, AVX2 reads Q6_K at 27 GB/s rather than 18.
SR_INLINE int reads_in_order(int type, int is_paced, size_t columns) {
  if (TILE_STRIPS == 1 && sr_packing_of(type).high_bits > 0) return 0;
  return is_paced && columns <= (sr_packing_of(type).has_half_scales ? 2 : 4);
}

/// Whether a tile that reads in order prefetches unit by unit. With a single row of activations the processor's own
/// prefetcher does better (Zen 4: 26 GB/s rather than 22 for Q6_K), except for whole bytes and for types of 3 and 5 bits,
/// with which it falls behind.
SR_INLINE int prefetches_units(int type, size_t columns) {
  const sr_packing packing = sr_packing_of(type);
  return columns > 1 || packing.low_bits == 8 || packing.high_bits == 1;
}

/// Strips that a tile multiplies at a time: one also where registers are few.
SR_INLINE size_t strips_of_tile(int type, int is_paced, size_t columns) {
  return reads_in_order(type, is_paced, columns) || (TILE_STRIPS == 1 && columns > 1) ? 1 : SR_STRIPS;
}

