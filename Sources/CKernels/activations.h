// The form of activations that quantized weights are multiplied with.
#ifndef SPECREASON_ACTIVATIONS_H
#define SPECREASON_ACTIVATIONS_H

#include "formats.h"

/// A group of activations as int8: value i is scale · q[i]. One cache line.
///
/// For weight types whose groups have integer scales, the groups of a block of activations share one scale, so that
/// products are summed over the whole block before they become floats (as with ggml's Q8_K). For other types, each group
/// has its own scale.
typedef struct {
  int8_t q[SR_GROUP];
  float scale;
  /// scale · Σ q, the factor of float minima.
  float scaled_sum;
  /// Products take weights as q + offset. Sums that start from −offset · Σ q come out as products with q: for the
  /// offsets 128, 8 and 32, the last for each half of the group.
  int32_t start_128, start_8, start_32[2];
  /// Σ q over each half, and over this group and the next if this is the first of two: what integer minima are
  /// multiplied by.
  int16_t half_sums[2], pair_sums[2];
} sr_activation;

_Static_assert(sizeof(sr_activation) == 64, "a group of activations is a cache line");

#endif
