/// SDOT (Cortex-A55, A76): a tile is 8 rows by 8 channels in 16 registers of sums, 16 products an instruction.
///
/// Lanes: channels. Four inputs of a row are a lane of 32 bits, which SDOT multiplies with the groups of four channels; sixteen of them are
/// loaded at once. Exact for all int8 inputs and weights.
#if defined(__aarch64__)
#include <arm_neon.h>

#define PK_PRODUCT pk_product_s8_dotprod
#define PK_TILE_ROWS 8
#define PK_PANEL 8
#define PK_NARROW_PANEL 0

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#include "../convolution_body.h"
#include "../convolution_kernels.h"
#include "product_neon.h"

/// Adds the group in lane LANE of every row's inputs.
#define PK_GROUP_LANE(LANE)                                                                                        \
    do {                                                                                                           \
        const int8x16_t w0 = vld1q_s8(weights + 32 * LANE), w1 = vld1q_s8(weights + 32 * LANE + 16);               \
        PK_UNROLL for (size_t r = 0; r < mr; r++) sums[r][0] = vdotq_laneq_s32(sums[r][0], w0, a[r], LANE);        \
        PK_UNROLL for (size_t r = 0; r < mr; r++) sums[r][1] = vdotq_laneq_s32(sums[r][1], w1, a[r], LANE);        \
    } while (0)

/// Adds one group of inputs of every row.
PK_INLINE void pk_accumulate(int32x4_t (*sums)[2], const uint8_t *const *rows, size_t offset, const size_t mr, const int8_t *weights) {
    int8x16_t a[PK_TILE_ROWS];
    PK_UNROLL for (size_t r = 0; r < mr; r++) {
        uint32_t four;
        memcpy(&four, rows[r] + offset, sizeof four);
        a[r] = vreinterpretq_s8_u32(vdupq_n_u32(four));
    }
    PK_GROUP_LANE(0);
}

/// The remainders. Not for speed.
static __attribute__((noinline)) void pk_add_extras(const uint8_t *const *rows, size_t mr, const pk_operands *o, int32x4_t (*sums)[2]) {
    const pk_panel *panel = o->panel;
    const int8_t *weights = o->weights->extra_bytes + panel->extra_bytes;
    for (size_t e = panel->extra_first; e < panel->extra_end; e++, weights += 4 * PK_PANEL) {
        const pk_extra at = pk_extra_place(o, o->weights->extras[e]);
        for (size_t r = 0; r < mr; r++) pk_accumulate(sums + r, rows + at.tap * mr + r, at.offset, 1, weights);
    }
}

PK_INLINE void pk_tile(const uint8_t *const *rows, const size_t mr, const size_t width, const pk_operands *o, uint8_t *out) {
    (void)width;
    const int32_t *bias = o->requantization->bias + o->panel->channel;
    const int8_t *weights = o->weights->bytes + o->panel->bytes;
    const size_t depth = o->depth, runs = o->runs;
    int32x4_t sums[PK_TILE_ROWS][2];
    PK_UNROLL for (size_t r = 0; r < mr; r++) sums[r][0] = vld1q_s32(bias), sums[r][1] = vld1q_s32(bias + 4);
    for (size_t i = 0; i < runs; i++) {
        const uint8_t *run[PK_TILE_ROWS];
        PK_UNROLL for (size_t r = 0; r < mr; r++) run[r] = rows[i * mr + r];
        size_t k = 0;
        for (; k + 16 <= depth; k += 16, weights += 16 * PK_PANEL) {
            int8x16_t a[PK_TILE_ROWS];
            PK_UNROLL for (size_t r = 0; r < mr; r++) a[r] = vreinterpretq_s8_u8(vld1q_u8(run[r] + k));
            PK_GROUP_LANE(0);
            PK_GROUP_LANE(1);
            PK_GROUP_LANE(2);
            PK_GROUP_LANE(3);
        }
        for (; k < depth; k += 4, weights += 4 * PK_PANEL) pk_accumulate(sums, run, k, mr, weights);
    }
    if (o->panel->extra_first < o->panel->extra_end) {
        int32x4_t copy[PK_TILE_ROWS][2];
        PK_UNROLL for (size_t r = 0; r < mr; r++) copy[r][0] = sums[r][0], copy[r][1] = sums[r][1];
        pk_add_extras(rows, mr, o, copy);
        PK_UNROLL for (size_t r = 0; r < mr; r++) sums[r][0] = copy[r][0], sums[r][1] = copy[r][1];
    }
    pk_store_eight(sums, mr, o, out);
}
#pragma clang attribute pop
#endif
