/// Every ARMv8-A core (Cortex-A53, A72): a tile is 4 rows by 4 channels, 8 products an instruction.
///
/// Lanes: k within a group of eight. SMULL makes eight int16 products, SMLAL2 adds eight of the next group and SADALP widens pairs of the
/// sums into four int32, added up across at the end. Exact for all int8 inputs when no lane's two products are both (-128)(-128), which
/// alone sum to 32 768: so the packed weights are -127...127, and a -128 is -127 with -1 among the remainders.
#if defined(__aarch64__)
#include <arm_neon.h>

#define PK_PRODUCT pk_product_s8_neon
#define PK_TILE_ROWS 4
#define PK_PANEL 4
#define PK_NARROW_PANEL 0

#include "../convolution_body.h"
#include "../convolution_kernels.h"
#include "product_neon.h"

// The loop of four rows is in assembly: it needs all 32 registers, and compilers spill some of them. v0-v3: sixteen inputs of each row.
// v4-v7: sixteen weights of each channel. v8-v11 and v12-v15: products of two channels. v16-v31: sums, of row r and channel c in
// v(16 + 4r + c). The products of channels 2 and 3 are widened at the start of the next round, while its loads are under way, so nothing
// is read ahead of time. No instruction needs the result of one of the six before it: the order that in-order cores like.

/// Four multiplications by the weights of register W, in register P on, and the load that goes along with each.
#define PK_MULTIPLY(OP, HALF, P0, P1, P2, P3, W, L0, L1, L2, L3)         \
    OP " v" #P0 ".8h, v0." HALF ", v" #W "." HALF "\n" L0                \
    OP " v" #P1 ".8h, v1." HALF ", v" #W "." HALF "\n" L1                \
    OP " v" #P2 ".8h, v2." HALF ", v" #W "." HALF "\n" L2                \
    OP " v" #P3 ".8h, v3." HALF ", v" #W "." HALF "\n" L3
/// Products of a channel into its four sums.
#define PK_WIDEN(P0, P1, P2, P3, S0, S1, S2, S3, L0, L1, L2, L3)         \
    "sadalp v" #S0 ".4s, v" #P0 ".8h\n" L0                               \
    "sadalp v" #S1 ".4s, v" #P1 ".8h\n" L1                               \
    "sadalp v" #S2 ".4s, v" #P2 ".8h\n" L2                               \
    "sadalp v" #S3 ".4s, v" #P3 ".8h\n" L3
#define PK_WIDEN_0(...) PK_WIDEN(8, 9, 10, 11, 16, 20, 24, 28, __VA_ARGS__)
#define PK_WIDEN_1(...) PK_WIDEN(12, 13, 14, 15, 17, 21, 25, 29, __VA_ARGS__)
#define PK_WIDEN_2(...) PK_WIDEN(8, 9, 10, 11, 18, 22, 26, 30, __VA_ARGS__)
#define PK_WIDEN_3(...) PK_WIDEN(12, 13, 14, 15, 19, 23, 27, 31, __VA_ARGS__)
#define PK_EVEN(OP, HALF, ...) PK_MULTIPLY(OP, HALF, 8, 9, 10, 11, __VA_ARGS__)
#define PK_ODD(OP, HALF, ...) PK_MULTIPLY(OP, HALF, 12, 13, 14, 15, __VA_ARGS__)
#define PK_NO_LOADS "", "", "", ""
/// The sums of four rows, or of three with the last one twice.
#define PK_SUMS_OF_FOUR                                                                        \
    "movi v8.16b, #0\n movi v9.16b, #0\n movi v10.16b, #0\n movi v11.16b, #0\n"                                         \
    "movi v12.16b, #0\n movi v13.16b, #0\n movi v14.16b, #0\n movi v15.16b, #0\n"                                       \
    "movi v16.16b, #0\n movi v17.16b, #0\n movi v18.16b, #0\n movi v19.16b, #0\n"                                       \
    "movi v20.16b, #0\n movi v21.16b, #0\n movi v22.16b, #0\n movi v23.16b, #0\n"                                       \
    "movi v24.16b, #0\n movi v25.16b, #0\n movi v26.16b, #0\n movi v27.16b, #0\n"                                       \
    "movi v28.16b, #0\n movi v29.16b, #0\n movi v30.16b, #0\n movi v31.16b, #0\n"                                       \
    "1:\n"                                                                                                              \
    "ldp %[r0], %[r1], [%[rows]]\n ldr %[r2], [%[rows], #16]\n ldr %[r3], [%[rows], %[last]]\n"                         \
    "add %[rows], %[rows], %[last]\n add %[rows], %[rows], #8\n"                                                        \
    "lsr %[n], %[depth], #4\n cbz %[n], 3f\n"                                                                           \
    ".p2align 4\n"                                                                                                      \
    "2:\n"                                                                                                     \
    PK_WIDEN_2("ldr q0, [%[r0]], #16\n", "ldr q1, [%[r1]], #16\n", "ldr q2, [%[r2]], #16\n", "ldr q3, [%[r3]], #16\n")  \
    PK_WIDEN_3("ldr d4, [%[w]]\n add %[wh], %[w], #32\n", "ld1 {v4.d}[1], [%[wh]], #8\n", "ldr d5, [%[w], #8]\n",       \
               "ld1 {v5.d}[1], [%[wh]], #8\n")                                                                          \
    PK_EVEN("smull", "8b", 4, "ldr d6, [%[w], #16]\n", "", "ld1 {v6.d}[1], [%[wh]], #8\n", "")                          \
    PK_ODD("smull", "8b", 5, "ldr d7, [%[w], #24]\n", "", "ld1 {v7.d}[1], [%[wh]]\n", "add %[w], %[w], #64\n")          \
    PK_EVEN("smlal2", "16b", 4, PK_NO_LOADS) PK_ODD("smlal2", "16b", 5, PK_NO_LOADS)                                    \
    PK_WIDEN_0(PK_NO_LOADS) PK_WIDEN_1(PK_NO_LOADS)                                                                     \
    PK_EVEN("smull", "8b", 6, PK_NO_LOADS) PK_ODD("smull", "8b", 7, PK_NO_LOADS)                                        \
    PK_EVEN("smlal2", "16b", 6, "subs %[n], %[n], #1\n", "", "", "") PK_ODD("smlal2", "16b", 7, PK_NO_LOADS)            \
    "b.ne 2b\n"                                                                                                         \
    "3: tbz %[depth], #3, 4f\n"                                                                                \
    PK_WIDEN_2("ldr d0, [%[r0]]\n", "ldr d1, [%[r1]]\n", "ldr d2, [%[r2]]\n", "ldr d3, [%[r3]]\n")                      \
    PK_WIDEN_3("ldr d4, [%[w]]\n", "ldr d5, [%[w], #8]\n", "ldr d6, [%[w], #16]\n", "ldr d7, [%[w], #24]\n")            \
    PK_EVEN("smull", "8b", 4, "add %[w], %[w], #32\n", "", "", "") PK_ODD("smull", "8b", 5, PK_NO_LOADS)                \
    PK_WIDEN_0(PK_NO_LOADS) PK_WIDEN_1(PK_NO_LOADS)                                                                     \
    PK_EVEN("smull", "8b", 6, PK_NO_LOADS) PK_ODD("smull", "8b", 7, PK_NO_LOADS)                                        \
    "4: subs %[runs], %[runs], #1\n"                                                                                    \
    "b.ne 1b\n"                                                                                                         \
    PK_WIDEN_2(PK_NO_LOADS) PK_WIDEN_3(PK_NO_LOADS)                                                                     \
    "addp v16.4s, v16.4s, v17.4s\n addp v18.4s, v18.4s, v19.4s\n addp v20.4s, v20.4s, v21.4s\n"                         \
    "addp v22.4s, v22.4s, v23.4s\n addp v24.4s, v24.4s, v25.4s\n addp v26.4s, v26.4s, v27.4s\n"                         \
    "addp v28.4s, v28.4s, v29.4s\n addp v30.4s, v30.4s, v31.4s\n addp v0.4s, v16.4s, v18.4s\n"                          \
    "addp v1.4s, v20.4s, v22.4s\n addp v2.4s, v24.4s, v26.4s\n addp v3.4s, v28.4s, v30.4s\n"

/// The sums of four rows, or of three with the last one twice: s[r] has the four channels of row r.
PK_INLINE void pk_sum_four(const uint8_t *const *rows, const size_t mr, const pk_operands *o, int32x4_t *totals) {
    const uint8_t *r0, *r1, *r2, *r3;
    const int8_t *w = o->weights->bytes + o->panel->bytes, *wh;
    size_t runs = o->runs, n;
    register int32x4_t s0 asm("v0"), s1 asm("v1"), s2 asm("v2"), s3 asm("v3");
    asm volatile(PK_SUMS_OF_FOUR
                 : "=w"(s0), "=w"(s1), "=w"(s2), "=w"(s3), [rows] "+&r"(rows), [w] "+&r"(w), [wh] "=&r"(wh), [runs] "+&r"(runs),
                   [n] "=&r"(n), [r0] "=&r"(r0), [r1] "=&r"(r1), [r2] "=&r"(r2), [r3] "=&r"(r3)
                 : [depth] "r"(o->depth), [last] "r"((mr - 1) * sizeof(*rows))
                 : "cc", "memory", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18",
                   "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31");
    totals[0] = s0, totals[1] = s1, totals[2] = s2, totals[3] = s3;
}

PK_INLINE int8x8_t pk_load_eight(const uint8_t *x) { return vreinterpret_s8_u8(vld1_u8(x)); }

/// Four channels of a row, each summed across its lanes.
PK_INLINE int32x4_t pk_across(const int32x4_t *s) { return vpaddq_s32(vpaddq_s32(s[0], s[1]), vpaddq_s32(s[2], s[3])); }

/// The sums of one or two rows.
PK_INLINE void pk_sum_few(const uint8_t *const *rows, const size_t mr, const pk_operands *o, int32x4_t *totals) {
    const int8_t *weights = o->weights->bytes + o->panel->bytes;
    const size_t depth = o->depth, runs = o->runs;
    int32x4_t sums[2][PK_PANEL];
    PK_UNROLL for (size_t r = 0; r < mr; r++) {
        PK_UNROLL for (size_t c = 0; c < PK_PANEL; c++) sums[r][c] = vdupq_n_s32(0);
    }
    for (size_t i = 0; i < runs; i++) {
        const uint8_t *const *run = rows + i * mr;
        size_t k = 0;
        for (; k + 16 <= depth; k += 16, weights += 16 * PK_PANEL) {
            int8x8_t low[2], high[2];
            PK_UNROLL for (size_t r = 0; r < mr; r++) low[r] = pk_load_eight(run[r] + k), high[r] = pk_load_eight(run[r] + k + 8);
            PK_UNROLL for (size_t c = 0; c < PK_PANEL; c++) {
                const int8x8_t w0 = vld1_s8(weights + 8 * c), w1 = vld1_s8(weights + 8 * PK_PANEL + 8 * c);
                PK_UNROLL for (size_t r = 0; r < mr; r++) {
                    sums[r][c] = vpadalq_s16(sums[r][c], vmlal_s8(vmull_s8(low[r], w0), high[r], w1));
                }
            }
        }
        if (k < depth) {
            PK_UNROLL for (size_t c = 0; c < PK_PANEL; c++) {
                const int8x8_t w = vld1_s8(weights + 8 * c);
                PK_UNROLL for (size_t r = 0; r < mr; r++) sums[r][c] = vpadalq_s16(sums[r][c], vmull_s8(pk_load_eight(run[r] + k), w));
            }
            weights += 8 * PK_PANEL;
        }
    }
    PK_UNROLL for (size_t r = 0; r < mr; r++) totals[r] = pk_across(sums[r]);
}

/// The remainders. Not for speed.
static __attribute__((noinline)) void pk_add_extras(const uint8_t *const *rows, size_t mr, const pk_operands *o, int32x4_t *totals) {
    const pk_panel *panel = o->panel;
    const int8_t *weights = o->weights->extra_bytes + panel->extra_bytes;
    for (size_t e = panel->extra_first; e < panel->extra_end; e++, weights += 8 * PK_PANEL) {
        const pk_extra at = pk_extra_place(o, o->weights->extras[e]);
        for (size_t r = 0; r < mr; r++) {
            const int8x8_t a = pk_load_eight(rows[at.tap * mr + r] + at.offset);
            int32x4_t s[PK_PANEL];
            for (size_t c = 0; c < PK_PANEL; c++) s[c] = vpaddlq_s16(vmull_s8(a, vld1_s8(weights + 8 * c)));
            totals[r] = vaddq_s32(totals[r], pk_across(s));
        }
    }
}

PK_INLINE void pk_tile(const uint8_t *const *rows, const size_t mr, const size_t width, const pk_operands *o, uint8_t *out) {
    (void)width;
    const size_t channel = o->panel->channel, left = o->weights->channels - channel, stride = o->out_pixel_bytes;
    int32x4_t totals[PK_TILE_ROWS];
    if (mr > 2) {
        pk_sum_four(rows, mr, o, totals);
    } else {
        pk_sum_few(rows, mr, o, totals);
    }
    if (o->panel->extra_first < o->panel->extra_end) {
        int32x4_t copy[PK_TILE_ROWS];
        PK_UNROLL for (size_t r = 0; r < mr; r++) copy[r] = totals[r];
        pk_add_extras(rows, mr, o, copy);
        PK_UNROLL for (size_t r = 0; r < mr; r++) totals[r] = copy[r];
    }
    const pk_scale4 scale = pk_load_scale4(o->requantization, channel);
    const int32x4_t bias = vld1q_s32(o->requantization->bias + channel);
    PK_UNROLL for (size_t r = 0; r < mr; r++) totals[r] = vaddq_s32(totals[r], bias);
    if (pk_any_left4(o->requantization, channel)) {
        PK_UNROLL for (size_t r = 0; r < mr; r++) totals[r] = pk_shift_left4(totals[r], o->requantization, channel);
    }
    PK_UNROLL for (size_t r = 0; r < PK_TILE_ROWS; r++) totals[r] = r < mr ? pk_rescale4(totals[r], scale) : totals[0];
    const uint8x16_t bytes = pk_store16(totals[0], totals[1], totals[2], totals[3], pk_load_clamp(o->requantization));
    if (left < PK_PANEL) {
        uint8_t narrow[PK_TILE_ROWS * PK_PANEL];
        vst1q_u8(narrow, bytes);
        pk_store_narrow(narrow, PK_PANEL, mr, out, stride, left);
        return;
    }
    const uint32x4_t words = vreinterpretq_u32_u8(bytes);
    const uint32_t four[PK_TILE_ROWS] = {vgetq_lane_u32(words, 0), vgetq_lane_u32(words, 1), vgetq_lane_u32(words, 2), vgetq_lane_u32(words, 3)};
    PK_UNROLL for (size_t r = 0; r < mr; r++) memcpy(out + r * stride, &four[r], PK_PANEL);
}
#endif
