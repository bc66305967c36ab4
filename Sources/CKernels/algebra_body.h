/// Both kernels in terms of vectors of PK_VECTOR_BYTES; include it after defining that, PK_TILE_VECTORS and
/// PK_ALGEBRA_NAME(stem).
///
/// A tile of the product is 4 rows by 2 or 4 vectors of outputs in registers. It walks through a block of k, whose part of b is copied
/// together first: rows of matrices with 1024 columns would all fall on the same lines of the cache. Between blocks the sums rest in c,
/// which loses nothing.
#include <stddef.h>
#include <stdint.h>

#pragma STDC FP_CONTRACT OFF

#define PK_LANES (PK_VECTOR_BYTES / sizeof(double))
#define PK_TILE_COLUMNS (PK_TILE_VECTORS * PK_LANES)
#define PK_DEPTH_BLOCK ((size_t)64)

typedef double PK_ALGEBRA_NAME(pk_vector) __attribute__((vector_size(PK_VECTOR_BYTES), aligned(8), may_alias));
#define PK_V PK_ALGEBRA_NAME(pk_vector)

static inline __attribute__((always_inline)) void PK_ALGEBRA_NAME(pk_tile_f64)(
    const double *a, size_t a_stride, const double *b, double *c, size_t c_stride, const size_t rows, size_t k) {
    PK_V sums[4][PK_TILE_VECTORS];
    _Pragma("unroll") for (size_t r = 0; r < rows; r++)
        _Pragma("unroll") for (size_t v = 0; v < PK_TILE_VECTORS; v++) sums[r][v] = *(const PK_V *)(c + r * c_stride + v * PK_LANES);
    for (size_t i = 0; i < k; i++, b += PK_TILE_COLUMNS) {
        PK_V columns[PK_TILE_VECTORS];
        _Pragma("unroll") for (size_t v = 0; v < PK_TILE_VECTORS; v++) columns[v] = *(const PK_V *)(b + v * PK_LANES);
        _Pragma("unroll") for (size_t r = 0; r < rows; r++) {
            const double factor = a[r * a_stride + i];
            _Pragma("unroll") for (size_t v = 0; v < PK_TILE_VECTORS; v++) sums[r][v] += factor * columns[v];
        }
    }
    _Pragma("unroll") for (size_t r = 0; r < rows; r++)
        _Pragma("unroll") for (size_t v = 0; v < PK_TILE_VECTORS; v++) *(PK_V *)(c + r * c_stride + v * PK_LANES) = sums[r][v];
}

/// The columns that do not fill a tile, one after the other in the same order of additions.
static void PK_ALGEBRA_NAME(pk_edge_f64)(const double *a, size_t a_stride, const double *b, size_t b_stride, double *c, size_t c_stride,
                                         size_t m, size_t n, size_t k, double sign) {
    for (size_t r = 0; r < m; r++) {
        for (size_t i = 0; i < k; i++) {
            const double factor = sign * a[r * a_stride + i];
            for (size_t j = 0; j < n; j++) c[r * c_stride + j] += factor * b[i * b_stride + j];
        }
    }
}

void PK_ALGEBRA_NAME(pk_product_f64)(pk_rows_f64 a, pk_rows_f64 b, double *c, size_t c_stride, size_t m, size_t n, size_t k, double sign) {
    const size_t whole = n / PK_TILE_COLUMNS * PK_TILE_COLUMNS;
    for (size_t first = 0; first < k; first += PK_DEPTH_BLOCK) {
        const size_t depth = k - first < PK_DEPTH_BLOCK ? k - first : PK_DEPTH_BLOCK;
        const double *left = a.values + first, *right = b.values + first * b.stride;
        for (size_t j = 0; j < whole; j += PK_TILE_COLUMNS) {
            double block[PK_DEPTH_BLOCK * PK_TILE_COLUMNS];
            for (size_t i = 0; i < depth; i++) {
                // Exact: the sign is 1 or -1.
                for (size_t v = 0; v < PK_TILE_COLUMNS; v++) block[i * PK_TILE_COLUMNS + v] = sign * right[i * b.stride + j + v];
            }
            size_t i = 0;
            for (; i + 4 <= m; i += 4) {
                PK_ALGEBRA_NAME(pk_tile_f64)(left + i * a.stride, a.stride, block, c + i * c_stride + j, c_stride, 4, depth);
            }
            for (; i < m; i++) {
                PK_ALGEBRA_NAME(pk_tile_f64)(left + i * a.stride, a.stride, block, c + i * c_stride + j, c_stride, 1, depth);
            }
        }
        if (whole == n) continue;
        PK_ALGEBRA_NAME(pk_edge_f64)(left, a.stride, right + whole, b.stride, c + whole, c_stride, m, n - whole, depth, sign);
    }
}

void PK_ALGEBRA_NAME(pk_moment_s16)(const int16_t *x, size_t rows, size_t count, int64_t sign, int64_t *triangle) {
    for (size_t i = 0; i < count; triangle += ++i) {
        int32_t factors[7] = {0};
        for (size_t r = 0; r < rows; r++) factors[r] = x[r * count + i];
        // Eight at a time, so that the sums over the rows stay in registers.
        size_t j = 0;
        for (; j + 8 <= i + 1; j += 8) {
            int32_t sums[8] = {0};
            for (size_t r = 0; r < rows; r++) {
                for (int lane = 0; lane < 8; lane++) sums[lane] += factors[r] * x[r * count + j + (size_t)lane];
            }
            for (int lane = 0; lane < 8; lane++) triangle[j + (size_t)lane] += sign * (int64_t)sums[lane];
        }
        for (; j <= i; j++) {
            int32_t sum = 0;
            for (size_t r = 0; r < rows; r++) sum += factors[r] * x[r * count + j];
            triangle[j] += sign * (int64_t)sum;
        }
    }
}

