// The form of activations that quantized weights are multiplied with.
#ifndef SPECREASON_ACTIVATIONS_H
#define SPECREASON_ACTIVATIONS_H

#include "formats.h"

/// A group of activations as int8: value i is scale · q[i]. One cache line.
///
/// Weight types whose scales within a block are integers take activations whose scale is shared by the groups of a
/// block, so that sums over the whole block can be had before floats come in (as ggml's Q8_K). For the other types each
/// group has its own scale.
typedef struct {
  int8_t q[SR_GROUP];
  float scale;
  /// scale · Σ q, which the minima of groups are multiplied with.
  float scaled_sum;
  /// Products take weights as q + offset. Sums that start from −offset · Σ q come out as products with q: for the
  /// offsets 128, 8 and 32, the last for each half of the group.
  int32_t start_128, start_8, start_32[2];
  /// Σ q over each half, and over this group and the next if this is the first of two: what integer minima are
  /// multiplied with.
  int16_t half_sums[2], pair_sums[2];
} sr_activation;

_Static_assert(sizeof(sr_activation) == 64, "a group of activations is a cache line");

#endif
