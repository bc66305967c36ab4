/// Dense linear algebra for fitting, with the same bits on every machine: lanes are outputs, never terms of a sum, and nothing is fused.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

/// A matrix by rows in a larger one; strides in elements, at least the number of columns.
typedef struct {
    const double *values;
    size_t stride;
} pk_rows_f64;

/// No alignment; exactly the elements named are read and written, and outputs do not overlap inputs.
typedef struct {
    /// c[i][j] = (...((c[i][j] + sign * a[i][0] * b[0][j]) + sign * a[i][1] * b[1][j]) + ...), each product and each sum rounded to nearest
    /// by itself. a: [m,k]; b: [k,n]; c: [m,n] by rows of c_stride; sign: 1 or -1.
    void (*product_f64)(pk_rows_f64 a, pk_rows_f64 b, double *c, size_t c_stride, size_t m, size_t n, size_t k, double sign);
    /// triangle[i * (i + 1) / 2 + j] += sign * sum over r of x[r][i] * x[r][j] for j <= i. x: [rows,count], each within ±2^14; rows <= 7,
    /// so that the sums fit int32. sign: 1 or -1. The caller proves that the triangle's sums fit int64.
    void (*moment_s16)(const int16_t *x, size_t rows, size_t count, int64_t sign, int64_t *triangle);
} pk_algebra_kernels;

/// Fills the table: the generic kernels first, then those of every feature in `flags`, newest last.
PK_EXPORT void pk_algebra_init(pk_algebra_kernels *kernels, uint32_t flags);
