/// Rows of bytes from which a position, a distribution, sums or extremes are taken: ARG_MAX, SOFTMAX, MEAN and pools.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

/// A pooling window that slides over [N,H,W,C]; padding never covers all of it.
typedef struct {
    size_t input_height, input_width, output_height, output_width, channels;
    size_t window_height, window_width, stride_height, stride_width, pad_top, pad_left;
    /// Of the uint8 domain; minimum <= maximum.
    uint8_t minimum, maximum;
    /// 0x80 for int8.
    uint8_t flip;
} pk_pool;

/// No alignment; exactly the elements named are read and written, and outputs do not overlap inputs unless it says so.
typedef struct {
    /// positions[r] = the first position of the largest byte (^ flip) of the `count` bytes from x[r * step] on. positions: [rows].
    void (*arg_max)(const uint8_t *x, uint8_t flip, size_t rows, size_t count, size_t step, int32_t *positions);
    /// Softmax of rows of `count` bytes, to scale 1/256 and the lowest stored value as zero point. exponentials: [256] in Q0.31 by the
    /// difference to the largest element; addends: [256] the same in Q12.19, rounded. out may be x.
    void (*softmax)(const uint8_t *x, uint8_t flip, const int32_t *exponentials, const int32_t *addends, size_t rows, size_t count,
                    uint8_t *out);
    /// sums[c] = the sum of x[r * count + c] ^ flip over all rows; rows * 255 fits int32. sums: [count].
    void (*sum_rows)(const uint8_t *x, uint8_t flip, size_t rows, size_t count, int32_t *sums);
    /// The largest element of each window, clamped, for the output lines first..<end of the N * OH.
    void (*maximum_pool)(const pk_pool *pool, const uint8_t *x, uint8_t *out, size_t first, size_t end);
    /// The average of each window, rounded half away from zero in the stored domain, clamped. A window has at most 2^15 elements.
    void (*average_pool)(const pk_pool *pool, const uint8_t *x, uint8_t *out, size_t first, size_t end);
} pk_reduction_kernels;

/// Fills the table: the generic kernels first, then those of every feature in `flags`, newest last.
PK_EXPORT void pk_reduction_init(pk_reduction_kernels *kernels, uint32_t flags);
