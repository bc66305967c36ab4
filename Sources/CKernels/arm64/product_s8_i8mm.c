/// SMMLA (Cortex-A510, A710, Neoverse V1, N2): a tile is 8 rows by 8 channels in 16 registers of sums, 32 products an instruction.
///
/// Lanes: SMMLA multiplies the groups of eight inputs of two rows with those of two channels into 2 x 2 sums. Exact for all int8 inputs and
/// weights. An odd last row goes twice.
#if defined(__aarch64__)
#include <arm_neon.h>

#define PK_PRODUCT pk_product_s8_i8mm
#define PK_TILE_ROWS 8
#define PK_PANEL 8
#define PK_NARROW_PANEL 0

#pragma clang attribute push(__attribute__((target("dotprod,i8mm"))), apply_to = function)
#include "../convolution_body.h"
#include "../convolution_kernels.h"
#include "product_neon.h"

/// Two rows of eight channels, pairs of channels side by side.
typedef int32x4_t pk_pair_sums[4];

PK_INLINE int64x2_t pk_load_twice(const uint8_t *x) { return vreinterpretq_s64_u8(vld1q_u8(x)); }

/// Adds one group of two rows.
PK_INLINE void pk_accumulate_pair(int32x4_t *sums, int8x16_t a, const int8_t *weights) {
    PK_UNROLL for (size_t c = 0; c < 4; c++) sums[c] = vmmlaq_s32(sums[c], a, vld1q_s8(weights + 16 * c));
}

PK_INLINE int8x16_t pk_group_of_two(const uint8_t *x, const uint8_t *y) {
    return vreinterpretq_s8_u8(vcombine_u8(vld1_u8(x), vld1_u8(y)));
}

/// The remainders. Not for speed.
static __attribute__((noinline)) void pk_add_extras(const uint8_t *const *rows, size_t mr, const pk_operands *o, pk_pair_sums *sums) {
    const pk_panel *panel = o->panel;
    const int8_t *weights = o->weights->extra_bytes + panel->extra_bytes;
    for (size_t e = panel->extra_first; e < panel->extra_end; e++, weights += 8 * PK_PANEL) {
        const pk_extra at = pk_extra_place(o, o->weights->extras[e]);
        const uint8_t *const *run = rows + at.tap * mr;
        for (size_t r = 0; r < mr; r += 2) {
            pk_accumulate_pair(sums[r / 2], pk_group_of_two(run[r] + at.offset, run[r + 1 < mr ? r + 1 : r] + at.offset), weights);
        }
    }
}

PK_INLINE void pk_tile(const uint8_t *const *rows, const size_t mr, const size_t width, const pk_operands *o, uint8_t *out) {
    (void)width;
    const int32_t *bias = o->requantization->bias + o->panel->channel;
    const int8_t *weights = o->weights->bytes + o->panel->bytes;
    const size_t depth = o->depth, runs = o->runs, pairs = (mr + 1) / 2, last = mr - 1;
    pk_pair_sums sums[PK_TILE_ROWS / 2];
    PK_UNROLL for (size_t c = 0; c < 4; c++) {
        const int32x2_t start = vld1_s32(bias + 2 * c);
        PK_UNROLL for (size_t p = 0; p < pairs; p++) sums[p][c] = vcombine_s32(start, start);
    }
    for (size_t i = 0; i < runs; i++) {
        const uint8_t *run[PK_TILE_ROWS];
        PK_UNROLL for (size_t r = 0; r < 2 * pairs; r++) run[r] = rows[i * mr + (r < mr ? r : last)];
        size_t k = 0;
        for (; k + 16 <= depth; k += 16, weights += 16 * PK_PANEL) {
            int8x16_t low[PK_TILE_ROWS / 2], high[PK_TILE_ROWS / 2];
            PK_UNROLL for (size_t p = 0; p < pairs; p++) {
                const int64x2_t even = pk_load_twice(run[2 * p] + k), odd = pk_load_twice(run[2 * p + 1] + k);
                low[p] = vreinterpretq_s8_s64(vzip1q_s64(even, odd));
                high[p] = vreinterpretq_s8_s64(vzip2q_s64(even, odd));
            }
            PK_UNROLL for (size_t c = 0; c < 4; c++) {
                const int8x16_t w = vld1q_s8(weights + 16 * c);
                PK_UNROLL for (size_t p = 0; p < pairs; p++) sums[p][c] = vmmlaq_s32(sums[p][c], low[p], w);
            }
            PK_UNROLL for (size_t c = 0; c < 4; c++) {
                const int8x16_t w = vld1q_s8(weights + 16 * (4 + c));
                PK_UNROLL for (size_t p = 0; p < pairs; p++) sums[p][c] = vmmlaq_s32(sums[p][c], high[p], w);
            }
        }
        if (k < depth) {
            PK_UNROLL for (size_t p = 0; p < pairs; p++) {
                pk_accumulate_pair(sums[p], pk_group_of_two(run[2 * p] + k, run[2 * p + 1] + k), weights);
            }
            weights += 8 * PK_PANEL;
        }
    }
    if (o->panel->extra_first < o->panel->extra_end) {
        pk_pair_sums copy[PK_TILE_ROWS / 2];
        PK_UNROLL for (size_t p = 0; p < pairs; p++) {
            PK_UNROLL for (size_t c = 0; c < 4; c++) copy[p][c] = sums[p][c];
        }
        pk_add_extras(rows, mr, o, copy);
        PK_UNROLL for (size_t p = 0; p < pairs; p++) {
            PK_UNROLL for (size_t c = 0; c < 4; c++) sums[p][c] = copy[p][c];
        }
    }
    int32x4_t lines[PK_TILE_ROWS][2];
    PK_UNROLL for (size_t p = 0; p < pairs; p++) {
        PK_UNROLL for (size_t half = 0; half < 2; half++) {
            const int64x2_t a = vreinterpretq_s64_s32(sums[p][2 * half]), b = vreinterpretq_s64_s32(sums[p][2 * half + 1]);
            lines[2 * p][half] = vreinterpretq_s32_s64(vzip1q_s64(a, b));
            lines[2 * p + 1][half] = vreinterpretq_s32_s64(vzip2q_s64(a, b));
        }
    }
    pk_store_eight(lines, mr, o, out);
}
#pragma clang attribute pop
#endif
