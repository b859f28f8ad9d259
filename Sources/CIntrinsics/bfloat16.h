#pragma once
#include <stdint.h>
#include <string.h>

// The compiler's own names of the instructions: <immintrin.h> would bring the C library's types into a Swift
// module of its own.
#if defined(__AVX512BF16__) && defined(__AVX512VL__)
#define CONTRAST_HAS_PAIR_PRODUCTS 1
typedef __bf16 contrast_halves_32 __attribute__((vector_size(64)));
typedef __bf16 contrast_halves_16 __attribute__((vector_size(32)));
typedef float contrast_vector_16 __attribute__((vector_size(64)));
typedef float contrast_vector_8 __attribute__((vector_size(32)));
#endif

typedef float contrast_floats_16 __attribute__((ext_vector_type(16)));
typedef float contrast_floats_8 __attribute__((ext_vector_type(8)));
typedef uint32_t contrast_pairs_16 __attribute__((ext_vector_type(16)));
typedef uint32_t contrast_pairs_8 __attribute__((ext_vector_type(8)));

/// sums + a[0] * b[0] + a[1] * b[1] in every lane of 32 bits, which holds a pair of bfloat16 values.
///
/// Without the processor's dot-product instruction the pairs are widened and multiplied in float32. The outcomes
/// agree but for rounding: either way the products are exact and the sums are float32.
static inline contrast_floats_16 contrast_add_pair_products_16(
    contrast_floats_16 sums, contrast_pairs_16 a, contrast_pairs_16 b)
{
#ifdef CONTRAST_HAS_PAIR_PRODUCTS
    return (contrast_floats_16)__builtin_ia32_dpbf16ps_512(
        (contrast_vector_16)sums, (contrast_halves_32)a, (contrast_halves_32)b);
#else
    sums = __builtin_elementwise_fma((contrast_floats_16)(a << 16), (contrast_floats_16)(b << 16), sums);
    return __builtin_elementwise_fma(
        (contrast_floats_16)(a & 0xFFFF0000u), (contrast_floats_16)(b & 0xFFFF0000u), sums);
#endif
}

/// The same in eight lanes.
static inline contrast_floats_8 contrast_add_pair_products_8(
    contrast_floats_8 sums, contrast_pairs_8 a, contrast_pairs_8 b)
{
#ifdef CONTRAST_HAS_PAIR_PRODUCTS
    return (contrast_floats_8)__builtin_ia32_dpbf16ps_256(
        (contrast_vector_8)sums, (contrast_halves_16)a, (contrast_halves_16)b);
#else
    sums = __builtin_elementwise_fma((contrast_floats_8)(a << 16), (contrast_floats_8)(b << 16), sums);
    return __builtin_elementwise_fma(
        (contrast_floats_8)(a & 0xFFFF0000u), (contrast_floats_8)(b & 0xFFFF0000u), sums);
#endif
}

/// The bits of a float32 value rounded to the nearest bfloat16, ties to even; its own 16 are the upper ones.
static inline uint32_t contrast_rounded_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t rounded = bits + 0x7FFFu + (bits >> 16 & 1u);
    // The addition could turn a NaN into something else; a quiet NaN of the same sign replaces it.
    return (bits & 0x7FFFFFFFu) > 0x7F800000u ? bits | 0x400000u : rounded;
}

/// Rounds float32 values that lie one after another to bfloat16 values that do.
static inline void contrast_round_to_bfloat16(const float *source, uint16_t *target, long count)
{
    long index = 0;
#ifdef CONTRAST_HAS_PAIR_PRODUCTS
    for (; index + 32 <= count; index += 32) {
        contrast_vector_16 low, high;
        memcpy(&low, source + index, sizeof low);
        memcpy(&high, source + index + 16, sizeof high);
        contrast_halves_32 values = __builtin_ia32_cvtne2ps2bf16_512(high, low);
        memcpy(target + index, &values, sizeof values);
    }
#endif
    for (; index < count; index++)
        target[index] = (uint16_t)(contrast_rounded_bits(source[index]) >> 16);
}

/// Pairs the values of two rows, rounded to bfloat16: those of `even` become the lower halves.
static inline void contrast_pair_rows(const float *even, const float *odd, uint32_t *target, long count)
{
    for (long index = 0; index < count; index++)
        target[index] = contrast_rounded_bits(even[index]) >> 16
            | (contrast_rounded_bits(odd[index]) & 0xFFFF0000u);
}

/// Pairs neighbouring values of rows that lie `stride` values apart, rounded to bfloat16.
static inline void contrast_pair_columns(const float *rows, long stride, uint32_t *target, long count)
{
    for (long index = 0; index < count; index++)
        target[index] = contrast_rounded_bits(rows[index * stride]) >> 16
            | (contrast_rounded_bits(rows[index * stride + 1]) & 0xFFFF0000u);
}
