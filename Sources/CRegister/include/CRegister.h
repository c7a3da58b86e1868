// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef CREGISTER_H
#define CREGISTER_H

#include <stdbool.h>
#include <stdint.h>

// Operations on the lanes of whole registers, each a single instruction where the processor has one. Swift imports the
// vectors as SIMD types and inlines the functions. It has no public way to the same instructions: the standard library
// implements the arithmetic of its floating-point vectors as loops over the lanes.
//
// The functions are compiled with the flags of the Swift target that uses them. Without those for AVX2 and FMA they
// return the same bits, but slowly, so only the numeric targets should use them.

typedef float gf_f32x4 __attribute__((ext_vector_type(4)));
typedef float gf_f32x8 __attribute__((ext_vector_type(8)));
typedef double gf_f64x2 __attribute__((ext_vector_type(2)));
typedef double gf_f64x4 __attribute__((ext_vector_type(4)));
typedef uint32_t gf_u32x8 __attribute__((ext_vector_type(8)));
typedef uint64_t gf_u64x4 __attribute__((ext_vector_type(4)));

// `const` lets Swift's optimizer treat a call like an instruction. Overloads give both precisions the same names.
#define GF_OPERATION static inline __attribute__((always_inline, const, overloadable))

// No function both multiplies and adds, so the compiler cannot contract the two into a fused operation.
#define GF_FLOATING(Numbers, Bits) \
  GF_OPERATION Numbers gf_add(Numbers a, Numbers b) { return a + b; } \
  GF_OPERATION Numbers gf_subtract(Numbers a, Numbers b) { return a - b; } \
  GF_OPERATION Numbers gf_multiply(Numbers a, Numbers b) { return a * b; } \
  GF_OPERATION Numbers gf_divide(Numbers a, Numbers b) { return a / b; } \
  /* a * b + c, rounded once. */ \
  GF_OPERATION Numbers gf_fused(Numbers a, Numbers b, Numbers c) { return __builtin_elementwise_fma(a, b, c); } \
  GF_OPERATION Numbers gf_square_root(Numbers a) { return __builtin_elementwise_sqrt(a); } \
  /* All ones in the lanes where a < b, zero elsewhere. */ \
  GF_OPERATION Bits gf_less(Numbers a, Numbers b) { return (Bits)(a < b); } \
  GF_OPERATION Bits gf_bits(Numbers a) { return (Bits)a; } \
  GF_OPERATION Numbers gf_numbers(Bits a) { return (Numbers)a; }

// A shift count must be less than the number of bits in a lane.
#define GF_INTEGER(Bits) \
  GF_OPERATION Bits gf_and(Bits a, Bits b) { return a & b; } \
  GF_OPERATION Bits gf_or(Bits a, Bits b) { return a | b; } \
  GF_OPERATION Bits gf_xor(Bits a, Bits b) { return a ^ b; } \
  GF_OPERATION Bits gf_add(Bits a, Bits b) { return a + b; } \
  GF_OPERATION Bits gf_subtract(Bits a, Bits b) { return a - b; } \
  GF_OPERATION Bits gf_multiply(Bits a, Bits b) { return a * b; } \
  GF_OPERATION Bits gf_shift_left(Bits a, Bits b) { return a << b; } \
  GF_OPERATION Bits gf_shift_right(Bits a, Bits b) { return a >> b; } \
  /* Whether any or every lane of a mask is set. */ \
  GF_OPERATION bool gf_any(Bits mask) { return __builtin_reduce_or(mask) != 0; } \
  GF_OPERATION bool gf_all(Bits mask) { return __builtin_reduce_and(mask) != 0; }

GF_FLOATING(gf_f32x8, gf_u32x8)
GF_FLOATING(gf_f64x4, gf_u64x4)
GF_INTEGER(gf_u32x8)
GF_INTEGER(gf_u64x4)

// First lanes two apart are added, then the last two.
GF_OPERATION double gf_sum(gf_f64x4 a) { return (a[0] + a[2]) + (a[1] + a[3]); }

// The lower or the upper half of the lanes in f64.
GF_OPERATION gf_f64x4 gf_low_doubles(gf_f32x8 a) { return __builtin_convertvector(a.lo, gf_f64x4); }
GF_OPERATION gf_f64x4 gf_high_doubles(gf_f32x8 a) { return __builtin_convertvector(a.hi, gf_f64x4); }

// The lanes of the lower or the upper halves of two vectors, in alternation.
GF_OPERATION gf_f32x4 gf_interleave_low(gf_f32x4 a, gf_f32x4 b) { return __builtin_shufflevector(a, b, 0, 4, 1, 5); }
GF_OPERATION gf_f32x4 gf_interleave_high(gf_f32x4 a, gf_f32x4 b) { return __builtin_shufflevector(a, b, 2, 6, 3, 7); }
GF_OPERATION gf_f64x2 gf_interleave_low(gf_f64x2 a, gf_f64x2 b) { return __builtin_shufflevector(a, b, 0, 2); }
GF_OPERATION gf_f64x2 gf_interleave_high(gf_f64x2 a, gf_f64x2 b) { return __builtin_shufflevector(a, b, 1, 3); }

// Does nothing, but Swift's optimizer regards the argument as used.
static inline __attribute__((always_inline, overloadable)) void gf_use(double argument) { (void)argument; }
static inline __attribute__((always_inline, overloadable)) void gf_use(const void *argument) { (void)argument; }

#endif
