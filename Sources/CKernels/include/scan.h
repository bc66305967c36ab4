/// Rows of integer vectors against one vector: visual search and nearest neighbours.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

/// No alignment; exactly the elements named are read and written, and outputs do not overlap inputs. All sums are exact, so that every
/// machine gives the same numbers.
typedef struct {
    /// sums[r] = the sum of rows[r * count + i] * x[i]. rows: [row_count, count]; x: [count]; sums: [row_count].
    /// count * 2^15 fits int32: count < 2^16.
    void (*dot_s8)(const int8_t *rows, size_t row_count, size_t count, const int8_t *x, int32_t *sums);
    /// The same for int16; the sum of |rows[r * count + i] * x[i]| is below 2^31 for each row.
    void (*dot_s16)(const int16_t *rows, size_t row_count, size_t count, const int16_t *x, int32_t *sums);
    /// Writes each i in 0..<count with values[i] > limit and bit i of `filter` set, in order, and returns how many.
    /// filter: [ceil(count / 64)], bit i % 64 of word i / 64, or null for all. positions: [count].
    size_t (*select_above)(const int32_t *values, size_t count, int32_t limit, const uint64_t *filter, uint32_t *positions);
    /// Reads `count` bytes as fast as this CPU can and returns a digest of them: what a search is measured against.
    uint64_t (*read)(const uint8_t *bytes, size_t count);
} pk_scan_kernels;

/// Fills the table: the generic kernels first, then those of every feature in `flags`, newest last.
PK_EXPORT void pk_scan_init(pk_scan_kernels *kernels, uint32_t flags);
