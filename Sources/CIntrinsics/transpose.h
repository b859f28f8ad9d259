#pragma once
#include <string.h>

/// Transposes a 16 x 16 block of float32 values: target[i * target_stride + j] = source[j * source_stride + i].
///
/// Four rounds of a perfect shuffle; Swift's SIMD types have no instruction that interleaves two registers.
static inline void contrast_transpose_16x16(
    const float *source, long source_stride, float *target, long target_stride)
{
    typedef float vector __attribute__((vector_size(64)));
    vector a[16], b[16];
#pragma clang loop unroll(full)
    for (int row = 0; row < 16; row++)
        memcpy(&a[row], source + row * source_stride, sizeof(vector));
#define CONTRAST_LOW(x, y) \
    __builtin_shufflevector(x, y, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define CONTRAST_HIGH(x, y) \
    __builtin_shufflevector(x, y, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define CONTRAST_ROUND(from, to)                                  \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < 8; i++) \
    {                                                             \
        to[2 * i] = CONTRAST_LOW(from[i], from[i + 8]);           \
        to[2 * i + 1] = CONTRAST_HIGH(from[i], from[i + 8]);      \
    }
    CONTRAST_ROUND(a, b)
    CONTRAST_ROUND(b, a)
    CONTRAST_ROUND(a, b)
    CONTRAST_ROUND(b, a)
#undef CONTRAST_ROUND
#undef CONTRAST_HIGH
#undef CONTRAST_LOW
#pragma clang loop unroll(full)
    for (int row = 0; row < 16; row++)
        memcpy(target + row * target_stride, &a[row], sizeof(vector));
}
