/// AVX2 without VNNI: a tile is 6 rows by 16 channels, and each panel of weights is summed in one of two ways, or in both.
///
/// Pairs: weights and inputs widened to int16, VPMADDWD, 12 registers of sums: exact whatever the weights. The inputs are widened once for
/// all panels, the weights as they are loaded.
/// Runs: VPMADDUBSW gives 2 products in int16, which are added in int16 as long as they are proven to fit; one VPMADDWD with ones widens
/// the sum of a run. That is half the instructions and less, where weights are small. 12 registers of such sums, and the sums of the tile
/// in memory, read and written once a run.
///
/// Weights of pairs: [2][width][2] for each group; those of runs: [width][4].
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define PK_PRODUCT pk_product_u8s8_avx2
#define PK_TILE_ROWS 6
#define PK_PANEL 16
#define PK_NARROW_PANEL 8
#define PK_COPIES_ROWS 1

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../convolution_body.h"
#include "product_store_avx2.h"

#define PK_UNROLL _Pragma("clang loop unroll(full)")

static inline __attribute__((always_inline)) __m256i pk_broadcast(const void *x) {
    int32_t four;
    memcpy(&four, x, sizeof four);
    return _mm256_set1_epi32(four);
}

/// Widens `count` bytes, a multiple of 4; reads and writes no other.
static inline void pk_widen(const uint8_t *x, size_t count, int16_t *out) {
    size_t k = 0;
    for (; k + 16 <= count; k += 16) {
        _mm256_storeu_si256((__m256i *)(out + k), _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(x + k))));
    }
    for (; k < count; k += 4) {
        int32_t four;
        memcpy(&four, x + k, sizeof four);
        _mm_storel_epi64((__m128i *)(out + k), _mm_cvtepu8_epi16(_mm_cvtsi32_si128(four)));
    }
}

static inline void pk_copy_bytes(const uint8_t *x, size_t count, uint8_t *out) {
    size_t k = 0;
    for (; k + 16 <= count; k += 16) _mm_storeu_si128((__m128i *)(out + k), _mm_loadu_si128((const __m128i *)(x + k)));
    for (; k < count; k += 4) memcpy(out + k, x + k, 4);
}

static void pk_copy(const uint8_t *const *rows, size_t mr, const pk_operands *o, uint8_t *bytes, int16_t *halves) {
    const size_t row = o->runs * o->depth;
    for (size_t r = 0; r < o->runs; r++) {
        for (size_t i = 0; i < mr; i++) {
            if (o->weights->has_pairs) pk_widen(rows[r * mr + i], o->depth, halves + i * row + r * o->depth);
            if (o->runs > 1) pk_copy_bytes(rows[r * mr + i], o->depth, bytes + i * row + r * o->depth);
        }
    }
}

/// Adds a group of 4 inputs of each row, as two pairs.
static inline __attribute__((always_inline)) void pk_add_pairs(__m256i sums[][2], const int16_t *const *rows, size_t offset, size_t mr,
                                                               size_t vectors, const int8_t *weights) {
PK_UNROLL
    for (size_t h = 0; h < 2; h++) {
        __m256i w[2];
PK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            w[v] = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(weights + 16 * (vectors * h + v))));
        }
PK_UNROLL
        for (size_t i = 0; i < mr; i++) {
            const __m256i a = pk_broadcast(rows[i] + offset + 2 * h);
PK_UNROLL
            for (size_t v = 0; v < vectors; v++) sums[i][v] = _mm256_add_epi32(sums[i][v], _mm256_madd_epi16(a, w[v]));
        }
    }
}

/// Adds a group of each row without further company.
static inline __attribute__((always_inline)) void pk_add_single(__m256i sums[][2], const uint8_t *const *rows, size_t offset, size_t mr,
                                                                size_t vectors, const int8_t *weights) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i w[2];
PK_UNROLL
    for (size_t v = 0; v < vectors; v++) w[v] = _mm256_loadu_si256((const __m256i *)(weights + 32 * v));
PK_UNROLL
    for (size_t i = 0; i < mr; i++) {
        const __m256i a = pk_broadcast(rows[i] + offset);
PK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            sums[i][v] = _mm256_add_epi32(sums[i][v], _mm256_madd_epi16(_mm256_maddubs_epi16(a, w[v]), ones));
        }
    }
}

/// Adds a run of two groups and more.
static inline __attribute__((always_inline)) void pk_add_run(__m256i sums[][2], const uint8_t *const *rows, size_t mr, size_t vectors,
                                                             size_t length, const uint32_t *places, const int8_t *weights) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i chain[PK_TILE_ROWS][2], w[2];
PK_UNROLL
    for (size_t v = 0; v < vectors; v++) w[v] = _mm256_loadu_si256((const __m256i *)(weights + 32 * v));
PK_UNROLL
    for (size_t i = 0; i < mr; i++) {
        const __m256i a = pk_broadcast(rows[i] + *places);
PK_UNROLL
        for (size_t v = 0; v < vectors; v++) chain[i][v] = _mm256_maddubs_epi16(a, w[v]);
    }
    for (const uint32_t *end = places + length; ++places < end;) {
        weights += 32 * vectors;
PK_UNROLL
        for (size_t v = 0; v < vectors; v++) w[v] = _mm256_loadu_si256((const __m256i *)(weights + 32 * v));
PK_UNROLL
        for (size_t i = 0; i < mr; i++) {
            const __m256i a = pk_broadcast(rows[i] + *places);
PK_UNROLL
            for (size_t v = 0; v < vectors; v++) chain[i][v] = _mm256_add_epi16(chain[i][v], _mm256_maddubs_epi16(a, w[v]));
        }
    }
PK_UNROLL
    for (size_t i = 0; i < mr; i++) {
PK_UNROLL
        for (size_t v = 0; v < vectors; v++) sums[i][v] = _mm256_add_epi32(sums[i][v], _mm256_madd_epi16(chain[i][v], ones));
    }
}

/// Adds a remainder: one product at a time in a lane of int16, which fits whatever the weights.
static inline __attribute__((always_inline)) void pk_add_extra(__m256i sums[][2], const uint8_t *const *rows, size_t offset, size_t mr,
                                                               size_t vectors, const int8_t *weights) {
    const __m256i ones = _mm256_set1_epi16(1), even = _mm256_set1_epi16(0xFF);
PK_UNROLL
    for (size_t i = 0; i < mr; i++) {
        const __m256i a = pk_broadcast(rows[i] + offset), b = _mm256_and_si256(a, even), c = _mm256_andnot_si256(even, a);
PK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            const __m256i w = _mm256_loadu_si256((const __m256i *)(weights + 32 * v));
            const __m256i first = _mm256_madd_epi16(_mm256_maddubs_epi16(b, w), ones);
            const __m256i second = _mm256_madd_epi16(_mm256_maddubs_epi16(c, w), ones);
            sums[i][v] = _mm256_add_epi32(sums[i][v], _mm256_add_epi32(first, second));
        }
    }
}

static inline __attribute__((always_inline)) void pk_tile(const uint8_t *const *rows, size_t mr, size_t width, const pk_operands *o,
                                                          uint8_t *out) {
    const size_t vectors = width / 8, row = o->runs * o->depth;
    const pk_panel *panel = o->panel;
    const int8_t *weights = o->weights->bytes + panel->bytes;
    __m256i sums[PK_TILE_ROWS][2];
PK_UNROLL
    for (size_t i = 0; i < mr; i++) {
PK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            sums[i][v] = _mm256_loadu_si256((const __m256i *)(o->requantization->bias + panel->channel + 8 * v));
        }
    }
    const int16_t *halves[PK_TILE_ROWS];
PK_UNROLL
    for (size_t i = 0; i < mr; i++) halves[i] = o->halves + i * row;
    if (panel->run_first == panel->run_end) {
        for (size_t k = 0; k < row; k += 4, weights += 4 * width) pk_add_pairs(sums, halves, k, mr, vectors, weights);
    } else {
        const uint32_t *places = o->weights->places + panel->first_place;
        for (const uint32_t *end = places + panel->pairs; places < end; places++, weights += 4 * width) {
            pk_add_pairs(sums, halves, *places, mr, vectors, weights);
        }
        const uint8_t *bytes[PK_TILE_ROWS];
PK_UNROLL
        for (size_t i = 0; i < mr; i++) bytes[i] = o->runs > 1 ? o->bytes + i * row : rows[i];
        // Apart from the sums that live in registers before and after.
        __m256i kept[PK_TILE_ROWS][2];
PK_UNROLL
        for (size_t i = 0; i < mr; i++) {
PK_UNROLL
            for (size_t v = 0; v < vectors; v++) kept[i][v] = sums[i][v];
        }
        const uint8_t *run = o->weights->runs + panel->run_first, *const runs_end = o->weights->runs + panel->run_end;
        for (; run < runs_end && *run > 1; run++) {
            pk_add_run(kept, bytes, mr, vectors, *run, places, weights);
            places += *run;
            weights += *run * 4 * width;
            // Where registers are few, the chains get them and the sums stay in memory.
            if (mr * vectors > 6) __asm__ volatile("" : : "r"(kept) : "memory");
        }
PK_UNROLL
        for (size_t i = 0; i < mr; i++) {
PK_UNROLL
            for (size_t v = 0; v < vectors; v++) sums[i][v] = kept[i][v];
        }
        for (; run < runs_end; run++, places++, weights += 4 * width) pk_add_single(sums, bytes, *places, mr, vectors, weights);
    }
    const int8_t *extra = o->weights->extra_bytes + panel->extra_bytes;
    for (size_t e = panel->extra_first; e < panel->extra_end; e++, extra += 4 * width) {
        const pk_extra at = pk_extra_place(o, o->weights->extras[e]);
        pk_add_extra(sums, rows + at.tap * mr, at.offset, mr, vectors, extra);
    }
    pk_store_tile(sums, mr, vectors, o, out);
}
#pragma clang attribute pop
#endif
