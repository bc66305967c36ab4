/// VPDPBUSD on 64-byte vectors: a tile is 12 rows by 32 channels in 24 registers of sums, two registers of weights and a broadcast.
/// Each group of 4 inputs is loaded as one broadcast.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define PK_PRODUCT pk_product_u8s8_avx512vnni
#define PK_TILE_ROWS 12
#define PK_PANEL 32
#define PK_NARROW_PANEL 16
#define PK_COPIES_ROWS 0
#define PK_EVEN_ROWS 14
#define PK_NARROW_EVEN_ROWS 24
#define PK_MOST_EVEN_ROWS PK_NARROW_EVEN_ROWS

#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni"))), \
                             apply_to = function)
#include "../convolution_body.h"
#include "requantize_avx512.h"

static inline __attribute__((always_inline)) __m512i pk_broadcast(const uint8_t *x) {
    int32_t four;
    memcpy(&four, x, sizeof four);
    return _mm512_set1_epi32(four);
}

#define PK_LANES 16
typedef __m512i pk_vector;

static inline __attribute__((always_inline)) __m512i pk_load(const void *p) { return _mm512_loadu_si512(p); }
static inline __attribute__((always_inline)) __m512i pk_add(__m512i a, __m512i b) { return _mm512_add_epi32(a, b); }
static inline __attribute__((always_inline)) __m512i pk_dot(__m512i sums, __m512i a, __m512i w) {
    return _mm512_dpbusd_epi32(sums, a, w);
}

/// By rows: one of narrow panels has half the sums, and as few loads.
static inline __attribute__((always_inline)) size_t pk_phases(size_t mr, size_t vectors) {
    (void)vectors;
    return mr == 1 ? 4 : mr <= 3 ? 2 : 1;
}

/// Rounds one column of 16 channels of all rows.
static inline __attribute__((always_inline)) void pk_round_column(__m512i sums[][2], size_t mr, size_t v, const pk_requantization *q,
                                                                  size_t channel) {
    const pk_lanes_avx512 lanes = pk_lanes_load_avx512(q, channel);
    if (lanes.form == PK_FORM_FLOAT) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < mr; i++) sums[i][v] = pk_round_form_avx512(&lanes, PK_FORM_FLOAT, sums[i][v]);
    } else if (lanes.form == PK_FORM_FLOAT_SIGNED) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < mr; i++) sums[i][v] = pk_round_form_avx512(&lanes, PK_FORM_FLOAT_SIGNED, sums[i][v]);
    } else {
        // Many instructions for each row: a loop through memory rather than as much code for each height of a tile.
        __m512i column[PK_MOST_EVEN_ROWS];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < mr; i++) column[i] = sums[i][v];
#pragma clang loop unroll(disable)
        for (size_t i = 0; i < mr; i++) column[i] = pk_round_form_avx512(&lanes, PK_FORM_INTEGER, column[i]);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < mr; i++) sums[i][v] = column[i];
    }
}

/// Stores `count` channels of each row: 64 bytes at a time, two rows of 32 channels or four of 16.
static inline __attribute__((always_inline)) void pk_store_rows(__m512i sums[][2], size_t mr, size_t vectors, const pk_limits_avx512 *limits,
                                                                size_t count, uint8_t *out, size_t stride) {
    const size_t last = mr - 1;
#pragma clang loop unroll(full)
    for (size_t i = 0; i < mr; i += 4 / vectors) {
        const size_t j = i + 1 < mr ? i + 1 : last, k = i + 2 < mr ? i + 2 : last, l = i + 3 < mr ? i + 3 : last;
        if (vectors == 2) {
            __m512i bytes = pk_pack64_avx512(limits, sums[i][0], sums[i][1], sums[j][0], sums[j][1]);
            pk_store32_avx512(out + i * stride, _mm512_castsi512_si256(bytes), count);
            if (j > i) pk_store32_avx512(out + j * stride, _mm512_extracti64x4_epi64(bytes, 1), count);
        } else {
            __m512i bytes = pk_pack64_avx512(limits, sums[i][0], sums[j][0], sums[k][0], sums[l][0]);
            pk_store16_avx512(out + i * stride, _mm512_castsi512_si128(bytes), count);
            if (j > i) pk_store16_avx512(out + j * stride, _mm512_extracti32x4_epi32(bytes, 1), count);
            if (k > j) pk_store16_avx512(out + k * stride, _mm512_extracti32x4_epi32(bytes, 2), count);
            if (l > k) pk_store16_avx512(out + l * stride, _mm512_extracti32x4_epi32(bytes, 3), count);
        }
    }
}

/// Requantises and stores what the panel has of each row.
static inline __attribute__((always_inline)) void pk_store_tile(__m512i sums[][2], size_t mr, size_t vectors, const pk_operands *o,
                                                           uint8_t *out) {
    const size_t left = o->weights->channels - o->panel->channel, width = 16 * vectors;
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) pk_round_column(sums, mr, v, o->requantization, o->panel->channel + 16 * v);
    const pk_limits_avx512 limits = pk_limits_load_avx512(o->requantization);
    if (left >= width) {
        pk_store_rows(sums, mr, vectors, &limits, width, out, o->out_pixel_bytes);
        return;
    }
    if (vectors == 1 && left == 8) {
        pk_store_rows(sums, mr, vectors, &limits, 8, out, o->out_pixel_bytes);
        return;
    }
    uint8_t rows[PK_MOST_EVEN_ROWS * 16 * 2];
    pk_store_rows(sums, mr, vectors, &limits, width, rows, width);
#pragma clang loop unroll(disable)
    for (size_t i = 0; i < mr; i++, out += o->out_pixel_bytes) {
        // In pieces: masked stores of bytes are slow.
        if (vectors == 2) {
            pk_store32_avx512(out, _mm256_loadu_si256((const __m256i *)(rows + i * width)), left);
        } else {
            pk_store16_avx512(out, _mm_loadu_si128((const __m128i *)(rows + i * width)), left);
        }
    }
}

#include "product_dot_body.h"
#pragma clang attribute pop
#endif
