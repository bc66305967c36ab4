/// The thresholds of a channel's requantisation, for the search of its form in single precision (FloatFormSearch).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

/// `sums` and `limits` need no alignment and do not overlap.
typedef struct {
    /// sums[i] = the least whole T with T * factor >= first + i + addend, for i below `count`.
    ///
    /// Up to seven more numbers are written behind the last one. factor: 31 bits. Each T is below 2^22 in magnitude, so that T * factor is
    /// exact.
    void (*fill)(double *sums, size_t count, double first, double factor, double addend);
    /// The least and the greatest of limits[i] - sums[i] * scale, for i below `count`, 1 or more.
    void (*bounds)(const double *sums, const double *limits, size_t count, double scale, double *least, double *greatest);
} pk_threshold_kernels;

/// Fills the table: the generic kernels first, then those of every feature in `flags`, newest last.
PK_EXPORT void pk_threshold_init(pk_threshold_kernels *kernels, uint32_t flags);
