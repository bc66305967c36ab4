/// VPDPBUSD on 32-byte vectors: a tile is 6 rows by 16 channels in 12 registers of sums, two registers of weights and a broadcast.
/// Each group of 4 inputs is loaded as one broadcast.
///
/// The includer defines before:
///   PK_PRODUCT                    the function's name
///   pk_dot(sums, inputs, weights) the instruction
#include <immintrin.h>
#include <string.h>

#define PK_TILE_ROWS 6
#define PK_PANEL 16
#define PK_NARROW_PANEL 8
#define PK_COPIES_ROWS 0

#include "../convolution_body.h"
#include "product_store_avx2.h"

static inline __attribute__((always_inline)) __m256i pk_broadcast(const uint8_t *x) {
    int32_t four;
    memcpy(&four, x, sizeof four);
    return _mm256_set1_epi32(four);
}

/// Adds one group of inputs of every row, times one group of weights, to `sums`.
static inline __attribute__((always_inline)) void pk_accumulate(__m256i sums[][2], const uint8_t *const *rows, size_t offset, size_t mr,
                                                                size_t vectors, const int8_t *weights) {
    __m256i w[2];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) w[v] = _mm256_loadu_si256((const __m256i *)(weights + 32 * v));
#pragma clang loop unroll(full)
    for (size_t i = 0; i < mr; i++) {
        const __m256i a = pk_broadcast(rows[i] + offset);
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) sums[i][v] = pk_dot(sums[i][v], a, w[v]);
    }
}

/// Few sums do not hide the multiplications' latency: then every `phases`-th group is summed apart.
static inline __attribute__((always_inline)) size_t pk_phases(size_t sums) { return sums <= 3 ? 4 : sums <= 6 ? 2 : 1; }

static inline __attribute__((always_inline)) void pk_tile(const uint8_t *const *rows, size_t mr, size_t width, const pk_operands *o,
                                                          uint8_t *out) {
    const size_t vectors = width / 8, phases = pk_phases(mr * vectors), step = 4 * phases;
    const pk_panel *panel = o->panel;
    const int8_t *weights = o->weights->bytes + panel->bytes;
    const size_t depth = o->depth, runs = o->runs;
    __m256i sums[PK_TILE_ROWS * 4][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < mr * phases; i++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            const int32_t *bias = o->requantization->bias + panel->channel + 8 * v;
            sums[i][v] = i < mr ? _mm256_loadu_si256((const __m256i *)bias) : _mm256_setzero_si256();
        }
    }
    for (size_t r = 0; r < runs; r++) {
        const uint8_t *run[PK_TILE_ROWS];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < mr; i++) run[i] = rows[r * mr + i];
        size_t k = 0;
        for (; k + step <= depth; k += step, weights += step * width) {
#pragma clang loop unroll(full)
            for (size_t p = 0; p < phases; p++) {
                pk_accumulate(sums + p * mr, run, k + 4 * p, mr, vectors, weights + 4 * p * width);
            }
        }
        for (; phases > 1 && k < depth; k += 4, weights += 4 * width) pk_accumulate(sums, run, k, mr, vectors, weights);
    }
    const int8_t *extra = o->weights->extra_bytes + panel->extra_bytes;
    for (size_t e = panel->extra_first; e < panel->extra_end; e++, extra += 4 * width) {
        const pk_extra at = pk_extra_place(o, o->weights->extras[e]);
        pk_accumulate(sums, rows + at.tap * mr, at.offset, mr, vectors, extra);
    }
#pragma clang loop unroll(full)
    for (size_t i = mr; i < mr * phases; i++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) sums[i % mr][v] = _mm256_add_epi32(sums[i % mr][v], sums[i][v]);
    }
    pk_store_tile(sums, mr, vectors, o, out);
}
