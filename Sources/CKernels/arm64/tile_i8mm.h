/// Convolution tiles for cores with SMMLA (Cortex-A510, A710, Neoverse V1, N2): 8 rows x 8 channels, 32 products an instruction.
///
/// Lanes: SMMLA multiplies the groups of eight inputs of two rows with those of two channels into a 2 x 2 block of sums. Exact for all int8
/// weights. The bytes of uint8 tensors (flip 0x80) go to USMMLA as they are stored: see PK_INPUTS_AS_STORED.
#pragma once

#include "tile.h"

#define PK_TILE_ROWS 8
#define PK_PANEL 8
#define PK_GROUP 8
/// The zero point that is folded into `bias` is the stored one, of uint8 where `flip` is 0x80 and of int8 where it is 0.
#define PK_INPUTS_AS_STORED 1

/// Sums of two rows, channel pairs side by side.
typedef int32x4_t pk_pair_sums[4];

PK_INLINE int32x4_t pk_block_i8mm(int32x4_t sum, uint8x16_t a, int8x16_t w, const int flipped) {
    return flipped ? vusmmlaq_s32(sum, a, w) : vmmlaq_s32(sum, vreinterpretq_s8_u8(a), w);
}

/// The low and the high groups of two rows.
PK_INLINE uint8x16_t pk_low_groups(uint8x16_t a, uint8x16_t b) {
    return vreinterpretq_u8_u64(vzip1q_u64(vreinterpretq_u64_u8(a), vreinterpretq_u64_u8(b)));
}
PK_INLINE uint8x16_t pk_high_groups(uint8x16_t a, uint8x16_t b) {
    return vreinterpretq_u8_u64(vzip2q_u64(vreinterpretq_u64_u8(a), vreinterpretq_u64_u8(b)));
}

/// What does not fit the panel. Not for speed.
static __attribute__((noinline)) void pk_extras_i8mm(const pk_tile_inputs *in, size_t row_count, pk_pair_sums *sums) {
    for (size_t i = 0; i < in->extra_count; i++) {
        const uint8_t *const *rows = in->rows + in->extras[i].tap * row_count;
        const int8_t *w = in->extra_weights + i * PK_GROUP * PK_PANEL;
        for (size_t r = 0; r < row_count; r += 2) {
            const uint8_t *next = rows[r + 1 < row_count ? r + 1 : r];
            uint8x16_t a = vcombine_u8(vld1_u8(rows[r] + in->extras[i].offset), vld1_u8(next + in->extras[i].offset));
            for (int c = 0; c < 4; c++) sums[r / 2][c] = pk_block_i8mm(sums[r / 2][c], a, vld1q_s8(w + 16 * c), in->flip != 0);
        }
    }
}

PK_INLINE void pk_rows_i8mm(const pk_tile_inputs *in, const int pairs, const int flipped, const int32_t *bias,
                            const pk_requantization *requantization, size_t channel, uint8_t *out, size_t stride, size_t count,
                            size_t used) {
    pk_pair_sums sums[PK_TILE_ROWS / 2];
    PK_UNROLL for (int c = 0; c < 4; c++) {
        int32x2_t start = vld1_s32(bias + 2 * c);
        PK_UNROLL for (int p = 0; p < pairs; p++) sums[p][c] = vcombine_s32(start, start);
    }
    const int8_t *w = in->panel;
    for (size_t tap = 0; tap < in->taps; tap++) {
        const uint8_t *rows[PK_TILE_ROWS];
        PK_UNROLL for (int r = 0; r < 2 * pairs; r++) rows[r] = in->rows[tap * used + ((size_t)r < used ? (size_t)r : used - 1)];
        size_t k = 0;
        for (; k + 16 <= in->depth; k += 16, w += 16 * PK_PANEL) {
            uint8x16_t low[PK_TILE_ROWS / 2], high[PK_TILE_ROWS / 2];
            PK_UNROLL for (int p = 0; p < pairs; p++) {
                uint8x16_t even = vld1q_u8(rows[2 * p] + k), odd = vld1q_u8(rows[2 * p + 1] + k);
                low[p] = pk_low_groups(even, odd);
                high[p] = pk_high_groups(even, odd);
            }
            PK_UNROLL for (int c = 0; c < 4; c++) {
                int8x16_t weights = vld1q_s8(w + 16 * c);
                PK_UNROLL for (int p = 0; p < pairs; p++) sums[p][c] = pk_block_i8mm(sums[p][c], low[p], weights, flipped);
            }
            PK_UNROLL for (int c = 0; c < 4; c++) {
                int8x16_t weights = vld1q_s8(w + 16 * (4 + c));
                PK_UNROLL for (int p = 0; p < pairs; p++) sums[p][c] = pk_block_i8mm(sums[p][c], high[p], weights, flipped);
            }
        }
        if (k < in->depth) {
            PK_UNROLL for (int p = 0; p < pairs; p++) {
                uint8x16_t a = vcombine_u8(vld1_u8(rows[2 * p] + k), vld1_u8(rows[2 * p + 1] + k));
                PK_UNROLL for (int c = 0; c < 4; c++) sums[p][c] = pk_block_i8mm(sums[p][c], a, vld1q_s8(w + 16 * c), flipped);
            }
            w += PK_GROUP * PK_PANEL;
        }
    }
    if (in->extra_count) {
        pk_pair_sums copy[PK_TILE_ROWS / 2];
        PK_UNROLL for (int p = 0; p < pairs; p++) {
            PK_UNROLL for (int c = 0; c < 4; c++) copy[p][c] = sums[p][c];
        }
        pk_extras_i8mm(in, used, copy);
        PK_UNROLL for (int p = 0; p < pairs; p++) {
            PK_UNROLL for (int c = 0; c < 4; c++) sums[p][c] = copy[p][c];
        }
    }
    int32x4_t rows[PK_TILE_ROWS][2];
    PK_UNROLL for (int p = 0; p < pairs; p++) {
        PK_UNROLL for (int half = 0; half < 2; half++) {
            int64x2_t a = vreinterpretq_s64_s32(sums[p][2 * half]), b = vreinterpretq_s64_s32(sums[p][2 * half + 1]);
            rows[2 * p][half] = vreinterpretq_s32_s64(vzip1q_s64(a, b));
            rows[2 * p + 1][half] = vreinterpretq_s32_s64(vzip2q_s64(a, b));
        }
    }
    pk_store_rows8(rows, 2 * pairs, used, requantization, channel, out, stride, count);
}

static void pk_tile(const pk_tile_inputs *in, size_t row_count, const int32_t *bias, const pk_requantization *requantization,
                    size_t channel, uint8_t *out, size_t stride, size_t count) {
#define PK_PAIRS(PAIRS)                                                                                                  \
    if (in->flip) pk_rows_i8mm(in, PAIRS, 1, bias, requantization, channel, out, stride, count, row_count);              \
    else pk_rows_i8mm(in, PAIRS, 0, bias, requantization, channel, out, stride, count, row_count)
    if (row_count > 4) {
        PK_PAIRS(4);
    } else if (row_count > 2) {
        PK_PAIRS(2);
    } else {
        PK_PAIRS(1);
    }
#undef PK_PAIRS
}
