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
// v(16 + 4r + c). The products of channels 2 and 3 are widened at the start of the next round, while its inputs are under way, so that
// nothing is read ahead of time.
//
// The order is for Cortex-A53 as ncnn's authors measured it (see Tests/Benchmarks/arm64_cycles.py; not yet seen on a board): it begins two
// instructions in a cycle, in order; a vector instruction goes together with a load of a general register, but with no load of a vector; a
// load of half a vector goes together with an INS, and a load of a whole one takes two cycles alone. So a vector comes in halves, the upper
// one through a general register: 57 cycles for 48 vector instructions by these rules. Out of order, by LLVM's model, Cortex-A72 hides all
// but the multiplications.

#define PK_MUL(P, A, W) "smull v" #P ".8h, v" #A ".8b, v" #W ".8b\n"
#define PK_MLA(P, A, W) "smlal2 v" #P ".8h, v" #A ".16b, v" #W ".16b\n"
#define PK_PAIRS(S, P) "sadalp v" #S ".4s, v" #P ".8h\n"
#define PK_ROW(V, R) "ldr d" #V ", [%[r" #R "]], #16\n"
#define PK_ROW_HIGH(T, R) "ldr %[t" #T "], [%[r" #R "], #8]\n"
#define PK_WEIGHTS(V, AT) "ldr d" #V ", [%[w], #" #AT "]\n"
#define PK_WEIGHTS_HIGH(T, AT) "ldr %[t" #T "], [%[w], #" #AT "]\n"
#define PK_JOIN(V, T) "ins v" #V ".d[1], %[t" #T "]\n"
/// Four rows times the weights in W; the products in P0...P3 into the sums S0...S3.
#define PK_MUL_FOUR(P0, P1, P2, P3, W) PK_MUL(P0, 0, W) PK_MUL(P1, 1, W) PK_MUL(P2, 2, W) PK_MUL(P3, 3, W)
#define PK_MLA_FOUR(P0, P1, P2, P3, W) PK_MLA(P0, 0, W) PK_MLA(P1, 1, W) PK_MLA(P2, 2, W) PK_MLA(P3, 3, W)
#define PK_PAIRS_FOUR(S0, S1, S2, S3, P0, P1, P2, P3) PK_PAIRS(S0, P0) PK_PAIRS(S1, P1) PK_PAIRS(S2, P2) PK_PAIRS(S3, P3)
#define PK_PAIRS_0 PK_PAIRS_FOUR(16, 20, 24, 28, 8, 9, 10, 11)
#define PK_PAIRS_1 PK_PAIRS_FOUR(17, 21, 25, 29, 12, 13, 14, 15)
#define PK_PAIRS_2 PK_PAIRS_FOUR(18, 22, 26, 30, 8, 9, 10, 11)
#define PK_PAIRS_3 PK_PAIRS_FOUR(19, 23, 27, 31, 12, 13, 14, 15)

/// Sixteen inputs of each row, times four channels.
#define PK_ROUND                                                            \
    PK_PAIRS(18, 8) PK_WEIGHTS_HIGH(0, 32)                                  \
    PK_WEIGHTS(4, 0)                                                        \
    PK_PAIRS(22, 9) PK_ROW_HIGH(1, 0)                                       \
    PK_PAIRS(26, 10)                                                        \
    PK_ROW(0, 0) PK_JOIN(4, 0)                                              \
    PK_PAIRS(30, 11) PK_ROW_HIGH(2, 1)                                      \
    PK_PAIRS(19, 12)                                                        \
    PK_ROW(1, 1) PK_JOIN(0, 1)                                              \
    PK_PAIRS(23, 13) PK_ROW_HIGH(0, 2)                                      \
    PK_PAIRS(27, 14)                                                        \
    PK_ROW(2, 2) PK_JOIN(1, 2)                                              \
    PK_PAIRS(31, 15) PK_ROW_HIGH(1, 3)                                      \
    PK_MUL(8, 0, 4)                                                         \
    PK_MUL(9, 1, 4) PK_WEIGHTS_HIGH(2, 40)                                  \
    PK_MUL(10, 2, 4) "subs %[n], %[n], #1\n"                                \
    PK_ROW(3, 3) PK_JOIN(2, 0)                                              \
    PK_MLA(8, 0, 4) PK_WEIGHTS_HIGH(0, 48)                                  \
    PK_MLA(9, 1, 4)                                                         \
    PK_MUL(11, 3, 4)                                                        \
    PK_WEIGHTS(5, 8) PK_JOIN(3, 1)                                          \
    PK_MLA(10, 2, 4) PK_WEIGHTS_HIGH(1, 56)                                 \
    PK_PAIRS(16, 8)                                                         \
    PK_MLA(11, 3, 4)                                                        \
    PK_MUL_FOUR(12, 13, 14, 15, 5)                                          \
    PK_WEIGHTS(6, 16) PK_JOIN(5, 2)                                         \
    PK_PAIRS(20, 9) PK_PAIRS(24, 10) PK_PAIRS(28, 11)                       \
    PK_WEIGHTS(7, 24) PK_JOIN(6, 0)                                         \
    PK_MLA_FOUR(12, 13, 14, 15, 5)                                          \
    PK_JOIN(7, 1) "add %[w], %[w], #64\n"                                   \
    PK_PAIRS_1 PK_MUL_FOUR(8, 9, 10, 11, 6) PK_MUL_FOUR(12, 13, 14, 15, 7)  \
    PK_MLA_FOUR(8, 9, 10, 11, 6) PK_MLA_FOUR(12, 13, 14, 15, 7)

/// The last eight inputs of each row, of an odd number of groups.
#define PK_LAST_ROUND                                                                                                  \
    PK_PAIRS_2 PK_PAIRS_3                                                                                              \
    "ldr d0, [%[r0]]\n ldr d1, [%[r1]]\n ldr d2, [%[r2]]\n ldr d3, [%[r3]]\n"                                          \
    PK_WEIGHTS(4, 0) PK_WEIGHTS(5, 8) PK_WEIGHTS(6, 16) PK_WEIGHTS(7, 24)                                              \
    PK_MUL_FOUR(8, 9, 10, 11, 4) PK_MUL_FOUR(12, 13, 14, 15, 5) "add %[w], %[w], #32\n"                                \
    PK_PAIRS_0 PK_PAIRS_1 PK_MUL_FOUR(8, 9, 10, 11, 6) PK_MUL_FOUR(12, 13, 14, 15, 7)

#define PK_ZERO_FOUR(A, B, C, D) \
    "movi v" #A ".16b, #0\n movi v" #B ".16b, #0\n movi v" #C ".16b, #0\n movi v" #D ".16b, #0\n"

#define PK_SUM_FOUR                                                                                                    \
    PK_ZERO_FOUR(8, 9, 10, 11) PK_ZERO_FOUR(12, 13, 14, 15) PK_ZERO_FOUR(16, 17, 18, 19) PK_ZERO_FOUR(20, 21, 22, 23)  \
    PK_ZERO_FOUR(24, 25, 26, 27) PK_ZERO_FOUR(28, 29, 30, 31)                                                          \
    "1:\n"                                                                                                             \
    "ldp %[r0], %[r1], [%[rows]]\n ldr %[r2], [%[rows], #16]\n ldr %[r3], [%[rows], %[last]]\n"                        \
    "add %[rows], %[rows], %[last]\n add %[rows], %[rows], #8\n lsr %[n], %[depth], #4\n cbz %[n], 3f\n"               \
    ".p2align 4\n"                                                                                                     \
    "2:\n" PK_ROUND "b.ne 2b\n"                                                                                        \
    "3: tbz %[depth], #3, 4f\n" PK_LAST_ROUND                                                                          \
    "4: subs %[runs], %[runs], #1\n b.ne 1b\n"                                                                         \
    PK_PAIRS_2 PK_PAIRS_3                                                                                              \
    "addp v16.4s, v16.4s, v17.4s\n addp v18.4s, v18.4s, v19.4s\n addp v20.4s, v20.4s, v21.4s\n"                        \
    "addp v22.4s, v22.4s, v23.4s\n addp v24.4s, v24.4s, v25.4s\n addp v26.4s, v26.4s, v27.4s\n"                        \
    "addp v28.4s, v28.4s, v29.4s\n addp v30.4s, v30.4s, v31.4s\n addp v0.4s, v16.4s, v18.4s\n"                         \
    "addp v1.4s, v20.4s, v22.4s\n addp v2.4s, v24.4s, v26.4s\n addp v3.4s, v28.4s, v30.4s\n"

/// The sums of four rows, or of three with the last one twice: s[r] has the four channels of row r.
PK_INLINE void pk_sum_four(const uint8_t *const *rows, const size_t mr, const pk_operands *o, int32x4_t *totals) {
    const uint8_t *r0, *r1, *r2, *r3;
    const int8_t *w = o->weights->bytes + o->panel->bytes;
    size_t runs = o->runs, n, t0, t1, t2;
    register int32x4_t s0 asm("v0"), s1 asm("v1"), s2 asm("v2"), s3 asm("v3");
    asm volatile(PK_SUM_FOUR
                 : "=w"(s0), "=w"(s1), "=w"(s2), "=w"(s3), [rows] "+&r"(rows), [w] "+&r"(w), [runs] "+&r"(runs),
                   [n] "=&r"(n), [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [r0] "=&r"(r0), [r1] "=&r"(r1), [r2] "=&r"(r2),
                   [r3] "=&r"(r3)
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
