/// Convolution tiles for cores with SDOT (Cortex-A55, A76): 8 rows x 8 channels, 16 products an instruction.
///
/// Lanes: channels; a group of four inputs of one row is a 32-bit lane that SDOT multiplies with the groups of four channels. Exact for all
/// int8 weights.
#pragma once

#include "tile.h"

#define PK_TILE_ROWS 8
#define PK_PANEL 8
#define PK_GROUP 4

/// Stored bytes as int8.
PK_INLINE int8x16_t pk_flip_dotprod(uint8x16_t stored, const int flipped) {
    return vreinterpretq_s8_u8(flipped ? veorq_u8(stored, vdupq_n_u8(0x80)) : stored);
}

/// One group of every row, which `a` holds in lane LANE.
#define PK_DOT_GROUP(LANE)                                                                              \
    do {                                                                                                \
        int8x16_t w0 = vld1q_s8(w + 32 * LANE), w1 = vld1q_s8(w + 32 * LANE + 16);                      \
        PK_UNROLL for (int r = 0; r < row_count; r++) sums[r][0] = vdotq_laneq_s32(sums[r][0], w0, a[r], LANE);   \
        PK_UNROLL for (int r = 0; r < row_count; r++) sums[r][1] = vdotq_laneq_s32(sums[r][1], w1, a[r], LANE);   \
    } while (0)

/// A single group of every row.
PK_INLINE void pk_group_dotprod(int32x4_t sums[PK_TILE_ROWS][2], const int row_count, const int flipped, const uint8_t *const *rows,
                                size_t k, const int8_t *w) {
    int8x16_t a[PK_TILE_ROWS];
    PK_UNROLL for (int r = 0; r < row_count; r++) {
        uint32_t word;
        memcpy(&word, rows[r] + k, 4);
        a[r] = pk_flip_dotprod(vreinterpretq_u8_u32(vdupq_n_u32(word)), flipped);
    }
    PK_DOT_GROUP(0);
}

/// What does not fit the panel. Not for speed.
static __attribute__((noinline)) void pk_extras_dotprod(const pk_tile_inputs *in, size_t row_count, int32x4_t (*sums)[2]) {
    int8x16_t flip = vdupq_n_s8((int8_t)in->flip);
    for (size_t i = 0; i < in->extra_count; i++) {
        const uint8_t *const *rows = in->rows + in->extras[i].tap * row_count;
        const int8_t *w = in->extra_weights + i * PK_GROUP * PK_PANEL;
        for (size_t r = 0; r < row_count; r++) {
            uint32_t word;
            memcpy(&word, rows[r] + in->extras[i].offset, 4);
            int8x16_t a = veorq_s8(vreinterpretq_s8_u32(vdupq_n_u32(word)), flip);
            sums[r][0] = vdotq_s32(sums[r][0], vld1q_s8(w), a);
            sums[r][1] = vdotq_s32(sums[r][1], vld1q_s8(w + 16), a);
        }
    }
}

PK_INLINE void pk_rows_dotprod(const pk_tile_inputs *in, const int row_count, const int flipped, const int32_t *bias,
                               const pk_requantization *requantization, size_t channel, uint8_t *out, size_t stride, size_t count,
                               size_t used) {
    int32x4_t sums[PK_TILE_ROWS][2];
    PK_UNROLL for (int r = 0; r < row_count; r++) sums[r][0] = vld1q_s32(bias), sums[r][1] = vld1q_s32(bias + 4);
    const int8_t *w = in->panel;
    for (size_t tap = 0; tap < in->taps; tap++) {
        const uint8_t *rows[PK_TILE_ROWS];
        PK_UNROLL for (int r = 0; r < row_count; r++) rows[r] = in->rows[tap * used + ((size_t)r < used ? (size_t)r : used - 1)];
        size_t k = 0;
        for (; k + 16 <= in->depth; k += 16, w += 16 * PK_PANEL) {
            int8x16_t a[PK_TILE_ROWS];
            PK_UNROLL for (int r = 0; r < row_count; r++) a[r] = pk_flip_dotprod(vld1q_u8(rows[r] + k), flipped);
            PK_DOT_GROUP(0);
            PK_DOT_GROUP(1);
            PK_DOT_GROUP(2);
            PK_DOT_GROUP(3);
        }
        for (; k < in->depth; k += PK_GROUP, w += PK_GROUP * PK_PANEL) pk_group_dotprod(sums, row_count, flipped, rows, k, w);
    }
    if (in->extra_count) {
        int32x4_t copy[PK_TILE_ROWS][2];
        PK_UNROLL for (int r = 0; r < row_count; r++) copy[r][0] = sums[r][0], copy[r][1] = sums[r][1];
        pk_extras_dotprod(in, used, copy);
        PK_UNROLL for (int r = 0; r < row_count; r++) sums[r][0] = copy[r][0], sums[r][1] = copy[r][1];
    }
    pk_store_rows8(sums, row_count, used, requantization, channel, out, stride, count);
}

static void pk_tile(const pk_tile_inputs *in, size_t row_count, const int32_t *bias, const pk_requantization *requantization,
                    size_t channel, uint8_t *out, size_t stride, size_t count) {
#define PK_ROWS(ROWS)                                                                                                      \
    if (in->flip) pk_rows_dotprod(in, ROWS, 1, bias, requantization, channel, out, stride, count, row_count);              \
    else pk_rows_dotprod(in, ROWS, 0, bias, requantization, channel, out, stride, count, row_count)
    if (row_count > 4) {
        PK_ROWS(8);
    } else if (row_count > 2) {
        PK_ROWS(4);
    } else if (row_count == 2) {
        PK_ROWS(2);
    } else {
        PK_ROWS(1);
    }
#undef PK_ROWS
}
