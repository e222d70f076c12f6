// Vector types of the compiler, wide enough for AVX-512; narrower instruction sets use several registers for one.
#ifndef SPECREASON_VECTORS_H
#define SPECREASON_VECTORS_H

#include <stdint.h>

#define SR_VECTOR(type, count) type __attribute__((vector_size(sizeof(type) * (count))))
/// As it lies in memory: without alignment.
#define SR_STORED(type, count) \
  type __attribute__((vector_size(sizeof(type) * (count)), aligned(1), may_alias))

typedef SR_VECTOR(float, 16) f32x16;
typedef SR_VECTOR(float, 8) f32x8;
typedef SR_VECTOR(float, 4) f32x4;
typedef SR_VECTOR(double, 16) f64x16;
typedef SR_VECTOR(int32_t, 16) i32x16;
typedef SR_VECTOR(int32_t, 4) i32x4;
typedef SR_VECTOR(uint32_t, 16) u32x16;
typedef SR_VECTOR(uint16_t, 16) u16x16;
typedef SR_VECTOR(int8_t, 16) i8x16;
typedef SR_VECTOR(uint8_t, 16) u8x16;
typedef SR_VECTOR(uint8_t, 32) u8x32;
typedef SR_VECTOR(uint8_t, 64) u8x64;
typedef SR_VECTOR(uint64_t, 8) u64x8;

typedef SR_STORED(float, 16) stored_f32x16;
typedef SR_STORED(uint16_t, 16) stored_u16x16;
typedef SR_STORED(int8_t, 16) stored_i8x16;
typedef SR_STORED(uint8_t, 16) stored_u8x16;
typedef SR_STORED(uint8_t, 32) stored_u8x32;

// Functions with these types are all inlined, so how they would be passed in a call does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
// What compilers note of inlined variables for debuggers takes them longer than all else.
#define SR_INLINE static inline __attribute__((always_inline, nodebug))

#endif
