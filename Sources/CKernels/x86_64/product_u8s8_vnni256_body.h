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
#define PK_EVEN_ROWS 6
#define PK_NARROW_EVEN_ROWS 12
#define PK_MOST_EVEN_ROWS PK_NARROW_EVEN_ROWS

#include "../convolution_body.h"
#include "product_store_avx2.h"

static inline __attribute__((always_inline)) __m256i pk_broadcast(const uint8_t *x) {
    int32_t four;
    memcpy(&four, x, sizeof four);
    return _mm256_set1_epi32(four);
}

#define PK_LANES 8
typedef __m256i pk_vector;

static inline __attribute__((always_inline)) __m256i pk_load(const void *p) { return _mm256_loadu_si256((const __m256i *)p); }
static inline __attribute__((always_inline)) __m256i pk_add(__m256i a, __m256i b) { return _mm256_add_epi32(a, b); }

static inline __attribute__((always_inline)) size_t pk_phases(size_t mr, size_t vectors) {
    return mr * vectors <= 3 ? 4 : mr * vectors <= 6 ? 2 : 1;
}

#include "product_dot_body.h"
