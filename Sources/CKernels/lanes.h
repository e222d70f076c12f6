// Operations on vectors of 16 floats, which all kernels are written with. They are compiled for each instruction set by
// the file that includes this one. Before that it defines, for its own instruction set:
//   load_half, store_half         16 F16 from and to memory
// The order of every sum is written out, here and in the kernels, so all instruction sets give the same bits.

#pragma STDC FP_CONTRACT OFF

#include "floats.h"
#include "vectors.h"

#include <math.h>
#include <string.h>

/// Values of a vector.
enum { LANES = 16 };

SR_INLINE f32x16 load(const float *x) { return *(const stored_f32x16 *)x; }
SR_INLINE void store(f32x16 value, float *x) { *(stored_f32x16 *)x = value; }
/// `x` in every lane. Adding 0 would be a real addition, as it turns −0 into 0; taking it away is none.
SR_INLINE f32x16 spread(float x) { return x - (f32x16){0}; }
SR_INLINE f32x16 multiply_add(f32x16 a, f32x16 b, f32x16 c) { return __builtin_elementwise_fma(a, b, c); }

/// The first `count` < 16 values, then `filler`.
SR_INLINE f32x16 load_part(const float *x, size_t count, float filler) {
  f32x16 value = (f32x16){0} + filler;
  memcpy(&value, x, count * sizeof(float));
  return value;
}
SR_INLINE void store_part(f32x16 value, float *x, size_t count) { memcpy(x, &value, count * sizeof(float)); }

/// The first `count` ≤ 16 values; whole vectors without a call of memcpy.
SR_INLINE void store_lanes(f32x16 value, float *x, size_t count) {
  if (count == LANES) {
    store(value, x);
  } else {
    store_part(value, x, count);
  }
}

SR_INLINE float sum(f32x16 x) {
  f32x8 eight = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
                __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  f32x4 four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
  return (four[0] + four[2]) + (four[1] + four[3]);
}

/// Asks for `bytes` bytes from `x` on, and returns what follows them. Kernels that walk along several rows at once use
/// it: these are more streams than a processor foresees, but the rows that come next are one.
SR_INLINE const char *prefetch(const char *x, size_t bytes) {
  for (size_t line = 0; line < bytes; line += 64) __builtin_prefetch(x + line);
  return x + bytes;
}

SR_INLINE f32x16 pick(i32x16 mask, f32x16 yes, f32x16 no) {
  return (f32x16)((mask & (i32x16)yes) | (~mask & (i32x16)no));
}

SR_INLINE f32x16 greater(f32x16 a, f32x16 b) { return pick(a > b, a, b); }

SR_INLINE float greatest(f32x16 x) {
  x = greater(x, __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  x = greater(x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  x = greater(x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
  x = greater(x, __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
  return x[0];
}

/// eˣ to about two units in the last place; 0 below −87.3, ∞ above 88.7, NaN for NaN.
SR_INLINE f32x16 exponential(f32x16 x) {
  const float rounder = 0x1.8p23f;
  f32x16 zero = {0};
  f32x16 clamped = pick(x < -88.0f, zero - 88.0f, x);
  clamped = pick(clamped > 89.0f, zero + 89.0f, clamped);
  // x = n · ln 2 + r, ln 2 in two parts (Cody and Waite), then a polynomial for eʳ (Cephes' expf).
  f32x16 n = (clamped * 1.44269504088896341f + rounder) - rounder;
  f32x16 r = multiply_add(n, zero - 0.693359375f, clamped);
  r = multiply_add(n, zero + 2.12194440e-4f, r);
  f32x16 p = zero + 1.9875691500e-4f;
  p = multiply_add(p, r, zero + 1.3981999507e-3f);
  p = multiply_add(p, r, zero + 8.3334519073e-3f);
  p = multiply_add(p, r, zero + 4.1665795894e-2f);
  p = multiply_add(p, r, zero + 1.6666665459e-1f);
  p = multiply_add(p, r, zero + 5.0000001201e-1f);
  p = multiply_add(p, r * r, r + 1.0f);
  // 2ⁿ in two factors, since 2¹²⁸ is no float. NaN lanes hold any number here and are put back below.
  i32x16 exponent = __builtin_convertvector(pick(n == n, n, zero), i32x16);
  i32x16 half = exponent >> 1;
  f32x16 result = p * (f32x16)((half + 127) << 23) * (f32x16)((exponent - half + 127) << 23);
  result = pick(x < -87.3f, zero, result);
  return pick(x == x, result, x);
}
