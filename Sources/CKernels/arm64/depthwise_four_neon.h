/// Four neighbouring outputs of sixteen channels of a 3x3 or 5x5 depthwise convolution, in a fixed order of instructions. Included by
/// depthwise_lines_neon.c.
///
/// Sixteen registers have the sums, eight the products of one tap, or of a few, and eight are left for inputs and weights. Every step does
/// the same to all four outputs, so that eight instructions or more lie between a result and its use, which hides the latency of an
/// in-order core. What a step reads is loaded in one go ahead of it, as little as keeps a load from waiting for a multiplication. Each
/// instruction is a statement of assembly of its own: the order stays, registers are the compiler's business.
#pragma once

#include <arm_neon.h>

#define PK_FOUR 4

/// What the loop reads beside its inputs, in the order in which it does. Lines of the window outside of the image have weights of zero, and
/// the zero point times their weights is in the bias.
typedef struct {
    /// Of one plane, or of two side by side.
    int8_t weights[2 * 25 * 16];
    int32_t bias[16];
    /// Multipliers, negated shifts.
    int32_t scales[32];
    /// Zero point, as int16; minimum, maximum, as int8.
    int8_t clamp[48];
} pk_four;

/// Products of sixteen channels of two outputs.
typedef struct {
    int16x8_t halves[4];
} pk_two_products;

/// What lives from step to step.
typedef struct {
    int32x4_t sums[PK_FOUR][4];
    pk_two_products products[2];
    int8x16_t a[11];
    int32x4_t bias[4];
    const int8_t *rows[5];
    /// From a window's left column to the others, in bytes.
    size_t steps[11];
    /// From these windows to the next ones.
    size_t moved;
} pk_state;

PK_INLINE int8x16_t pk_at(const int8_t *x, size_t offset) {
    int8x16_t v;
    asm volatile("ldr %q0, [%1, %2]" : "=w"(v) : "r"(x), "r"(offset));
    return v;
}

/// Sixteen bytes of a pk_four, from `offset` on.
PK_INLINE int8x16_t pk_constant(const pk_four *f, const size_t offset) {
    int8x16_t v;
    asm volatile("ldr %q0, [%1, %2]" : "=w"(v) : "r"(f), "i"(offset));
    return v;
}

/// Loads the columns whose bits are set; `steps` has their distances in bytes.
PK_INLINE void pk_columns(int8x16_t *a, const int8_t *row, const size_t *steps, const unsigned columns) {
    PK_UNROLL for (size_t c = 0; c < 11; c++) {
        if (columns >> c & 1) a[c] = pk_at(row, steps[c]);
    }
}

/// Adds the `i`-th of eight quarters of two outputs' products to the sums, or to the bias.
PK_INLINE void pk_widen_quarter(int32x4_t (*sums)[4], const pk_two_products *p, const size_t i, const int32x4_t *bias) {
    int32x4_t *s = &sums[i / 4][i % 4];
    const int16x8_t product = p->halves[i / 2];
    const int32x4_t start = bias ? bias[i % 4] : *s;
    if (i % 2 == 0) {
        asm volatile("saddw %0.4s, %1.4s, %2.4h" : "=w"(*s) : "w"(start), "w"(product));
    } else {
        asm volatile("saddw2 %0.4s, %1.4s, %2.8h" : "=w"(*s) : "w"(start), "w"(product));
    }
}

/// Multiplies the inputs of two outputs, `x` columns away, by `count` taps from `tap` on, `apart` from each other, and meanwhile adds the
/// finished products of the two others to their sums, `others`, where there are any. Adds to the products that are there unless it
/// `begins`.
PK_INLINE void pk_two(pk_two_products *p, const int8x16_t *x, const size_t stride, const int8x16_t *w, const size_t count, const size_t tap,
                      const size_t apart, const int begins, int32x4_t (*others)[4], const pk_two_products *finished,
                      const int32x4_t *bias) {
    PK_UNROLL for (size_t m = 0; m < 4 * count; m++) {
        const int8x16_t input = x[tap + m / 4 * apart + m % 4 / 2 * stride], weight = w[m / 4];
        int16x8_t *product = &p->halves[m % 4];
        if (begins && m < 4) {
            if (m % 2 == 0) {
                asm volatile("smull %0.8h, %1.8b, %2.8b" : "=w"(*product) : "w"(input), "w"(weight));
            } else {
                asm volatile("smull2 %0.8h, %1.16b, %2.16b" : "=w"(*product) : "w"(input), "w"(weight));
            }
        } else if (m % 2 == 0) {
            asm volatile("smlal %0.8h, %1.8b, %2.8b" : "+w"(*product) : "w"(input), "w"(weight));
        } else {
            asm volatile("smlal2 %0.8h, %1.16b, %2.16b" : "+w"(*product) : "w"(input), "w"(weight));
        }
        if (!finished) continue;
        PK_UNROLL for (size_t i = 0; i < 8; i++) {
            if (i >= 2 * m / count && i < 2 * (m + 1) / count) pk_widen_quarter(others, finished, i, bias);
        }
    }
}

/// Moves a line to the next windows: right behind its last loads, where that costs an in-order core nothing.
PK_INLINE void pk_advance(pk_state *s, const size_t ky) { asm volatile("add %0, %0, %1" : "+r"(s->rows[ky]) : "r"(s->moved)); }

/// One chain of all four outputs: `count` taps from `tap` on, `apart` from each other, whose products fit int16 together. Two by two, each
/// pair's products are widened while the other's are made. `columns` and `late` are to be loaded ahead of the first two outputs, and of
/// the others. `pending`: the last two outputs have finished products of the chain before. `pending_bias` and `bias`: their sums, and those
/// of the first two, start from the bias. A chain that does not begin adds to the products of one that did not end. `is_last`: of its line.
PK_INLINE void pk_four_chain(pk_state *s, const pk_four *f, const size_t ky, const size_t stride, const size_t weights,
                             const size_t count, const size_t tap, const size_t apart, const unsigned columns,
                             const unsigned late, const int begins, const int ends, const int pending, const int pending_bias,
                             const int bias, const int is_last) {
    int8x16_t w[3];
    // Two taps in one column are those of two planes.
    const int is_planes = count == 2 && apart == 0;
    PK_UNROLL for (size_t t = 0; t < count; t++) w[t] = pk_constant(f, weights + 16 * (is_planes ? 2 * tap + t : tap + t * apart));
    pk_columns(s->a, s->rows[ky], s->steps, columns);
    if (is_last && !late) pk_advance(s, ky);
    pk_two(&s->products[0], s->a, stride, w, count, tap, apart, begins, s->sums + 2, pending ? &s->products[1] : NULL,
           pending_bias ? s->bias : NULL);
    pk_columns(s->a, s->rows[ky], s->steps, late);
    if (is_last && late) pk_advance(s, ky);
    if (bias) {
        PK_UNROLL for (size_t i = 0; i < 4; i++) s->bias[i] = vreinterpretq_s32_s8(pk_constant(f, offsetof(pk_four, bias) + 16 * i));
    }
    pk_two(&s->products[1], s->a + 2 * stride, stride, w, count, tap, apart, begins, s->sums, ends ? &s->products[0] : NULL,
           bias ? s->bias : NULL);
}

/// The last products into the sums, pk_rescale4, one register of all four outputs behind the other and five deep, clamping, and int8 to
/// `out`.
PK_INLINE void pk_finish_four(pk_state *s, const int32_t *multipliers, const int32_t *shifts, const int8_t *limits, uint8_t *out) {
    int16x8_t half[PK_FOUR][2];
    int8x16_t bytes[PK_FOUR];
    int32x4_t sign[PK_FOUR];
    int8x16x3_t clamp;
    int32x4x4_t multiplier, down;
    PK_UNROLL for (size_t i = 0; i < 8; i++) pk_widen_quarter(s->sums + 2, &s->products[1], i, NULL);
    // Loads of several registers take as long as a multiplication on an in-order core, so that they do not wait for one. They stay where
    // they are between the barriers.
    asm volatile("" : : : "memory");
    multiplier = vld1q_s32_x4(multipliers);
    down = vld1q_s32_x4(shifts);
    asm volatile("" : : "w"(multiplier.val[0]), "w"(down.val[0]) : "memory");
    PK_UNROLL for (size_t t = 0; t < 8; t++) {
        if (t == 6) {
            asm volatile("" : : : "memory");
            clamp = vld1q_s8_x3(limits);
            asm volatile("" : : "w"(clamp.val[0]) : "memory");
        }
        PK_UNROLL for (size_t n = 0; n < PK_FOUR; n++) {
            int32x4_t *sums = s->sums[n];
            if (t >= 4) {
                const size_t i = t - 4;
                if (i % 2 == 0) {
                    asm volatile("sqxtn %0.4h, %1.4s" : "=w"(half[n][i / 2]) : "w"(sums[i]));
                } else {
                    asm volatile("sqxtn2 %0.8h, %1.4s" : "+w"(half[n][i / 2]) : "w"(sums[i]));
                }
            }
            if (t < 4) asm volatile("sqrdmulh %0.4s, %0.4s, %1.4s" : "+w"(sums[t]) : "w"(multiplier.val[t]));
            if (t >= 3 && t < 7) asm volatile("srshl %0.4s, %0.4s, %1.4s" : "+w"(sums[t - 3]) : "w"(down.val[t - 3]));
            if (t >= 2 && t < 6) asm volatile("ssra %0.4s, %1.4s, #31" : "+w"(sums[t - 2]) : "w"(sign[n]));
            if (t >= 1 && t < 5) asm volatile("and %0.16b, %1.16b, %2.16b" : "=w"(sign[n]) : "w"(sums[t - 1]), "w"(down.val[t - 1]));
            if (t == 6) asm volatile("sqadd %0.8h, %0.8h, %1.8h" : "+w"(half[n][0]) : "w"(clamp.val[0]));
            if (t == 7) asm volatile("sqxtn %0.8b, %1.8h" : "=w"(bytes[n]) : "w"(half[n][0]));
        }
    }
    PK_UNROLL for (size_t n = 0; n < PK_FOUR; n++) asm volatile("sqadd %0.8h, %0.8h, %1.8h" : "+w"(half[n][1]) : "w"(clamp.val[0]));
    PK_UNROLL for (size_t n = 0; n < PK_FOUR; n++) asm volatile("sqxtn2 %0.16b, %1.8h" : "+w"(bytes[n]) : "w"(half[n][1]));
    PK_UNROLL for (size_t n = 0; n < PK_FOUR; n++) asm volatile("smax %0.16b, %0.16b, %1.16b" : "+w"(bytes[n]) : "w"(clamp.val[1]));
    PK_UNROLL for (size_t n = 0; n < PK_FOUR; n++) asm volatile("smin %0.16b, %0.16b, %1.16b" : "+w"(bytes[n]) : "w"(clamp.val[2]));
    PK_UNROLL for (size_t n = 0; n < PK_FOUR; n++) {
        asm volatile("str %q0, [%1, %2]" : : "w"(bytes[n]), "r"(out), "r"(s->steps[n]) : "memory");
    }
}

/// A line in chains of two products. Of an odd number of taps the last one goes with that of the line below. Of stride 2, even taps go
/// together, and odd ones: they read the same columns.
PK_INLINE void pk_line_of_pairs(pk_state *s, const pk_four *f, const size_t k, const size_t stride, const size_t ky,
                                const size_t w) {
    const size_t single = k == 5 ? 4 : stride == 1 ? 2 : 1, apart = stride;
    const unsigned wide = stride == 1 ? 15u : 0x55u, all = stride == 1 ? 31u : 0x155u;
    const int first = ky == 0, begin = 1, end = 1;
    if (ky % 2 == 0) {
        // Pairs from the left, the single tap begins.
        pk_four_chain(s, f, ky, stride, w, 2, 0, apart, all, 0, begin, end, !first, 0, first, 0);
        if (k == 5 && stride == 1) pk_four_chain(s, f, ky, stride, w, 2, 2, apart, 0x60, 0, begin, end, 1, first, 0, 0);
        if (k == 5 && stride == 2) pk_four_chain(s, f, ky, stride, w, 2, 1, apart, all << 1, 0, begin, end, 1, first, 0, 0);
        const unsigned columns = stride == 1 ? 8u << single : k == 3 ? wide << 1 : 0x400;
        pk_four_chain(s, f, ky, stride, w, 1, single, 0, columns, 0, begin, ky + 1 == k, 1, first && k == 3, 0, 1);
    } else {
        // The single tap ends, pairs to the left of it.
        pk_four_chain(s, f, ky, stride, w, 1, single, 0, wide << single, 0, 0, end, 0, 0, 0, 0);
        if (k == 5 && stride == 1) pk_four_chain(s, f, ky, stride, w, 2, 2, apart, 0xc, 0, begin, end, 1, 0, 0, 0);
        if (k == 5 && stride == 2) pk_four_chain(s, f, ky, stride, w, 2, 1, apart, all << 1, 0, begin, end, 1, 0, 0, 0);
        const unsigned columns = stride == 1 ? 3 : k == 3 ? all : 5;
        pk_four_chain(s, f, ky, stride, w, 2, 0, apart, columns, 0, begin, end, 1, 0, 0, 1);
    }
}

/// A line in chains of three neighbours, the last one two of five.
PK_INLINE void pk_line_of_triples(pk_state *s, const pk_four *f, const size_t k, const size_t stride, const size_t ky,
                                  const size_t w) {
    const int first = ky == 0, one = stride == 1;
    pk_four_chain(s, f, ky, stride, w, 3, 0, 1, one ? 0xf : 0x1f, one ? 0x30 : 0x1e0, 1, 1, !first, ky == 1 && k == 3, first, k == 3);
    if (k == 5) pk_four_chain(s, f, ky, stride, w, 2, 3, 1, one ? 0xc0 : 0x18, one ? 0 : 0x600, 1, 1, 1, first, 0, 1);
}

/// A line of weights in two planes: a chain has both products of a tap.
PK_INLINE void pk_line_of_planes(pk_state *s, const pk_four *f, const size_t k, const size_t stride, const size_t ky, const size_t w) {
    PK_UNROLL for (size_t kx = 0; kx < k; kx++) {
        const int first = ky == 0 && kx == 0;
        const unsigned columns = stride == 2 ? 0x55u << kx : kx == 0 ? 0xf : 8u << kx;
        pk_four_chain(s, f, ky, stride, w, 2, kx, 0, columns, 0, 1, 1, !first, ky == 0 && kx == 1, first, kx + 1 == k);
    }
}

/// What the products of a chain are of.
enum { PK_OF_PAIRS, PK_OF_TRIPLES, PK_OF_PLANES };

/// The outputs `first..<end` of a line, at least four, whose windows leave the image neither to the left nor to the right. The last four
/// begin early where there is no multiple of four. `rows` have the first window's left column.
PK_INLINE void pk_fours(const pk_four *f, const size_t k, const size_t stride, const int chains, const int8_t *const *rows, size_t channels,
                        size_t first, size_t end, uint8_t *out) {
    pk_state s;
    PK_UNROLL for (size_t ky = 0; ky < k; ky++) s.rows[ky] = rows[ky];
    PK_UNROLL for (size_t c = 0; c < k + 3 * stride; c++) {
        s.steps[c] = c * channels;
        // In a register each, not worked out again in every round.
        asm("" : "+r"(s.steps[c]));
    }
    // All of `f` is written.
    asm volatile("" ::: "memory");
    const size_t count = end - first, whole = PK_FOUR * channels, rest = ((count - 1) % PK_FOUR + 1) * channels;
    size_t rounds = (count + PK_FOUR - 1) / PK_FOUR;
    const int32_t *multipliers = f->scales, *shifts = f->scales + 16;
    const int8_t *limits = f->clamp;
    asm("" : "+r"(multipliers), "+r"(shifts), "+r"(limits));
    out += first * channels;
    do {
        // The last four overlap those before by what is missing.
        const size_t moved = rounds > 2 ? whole : rest;
        s.moved = moved * stride;
        asm volatile("" : "+r"(s.moved));
        PK_UNROLL for (size_t ky = 0; ky < k; ky++) {
            const size_t w = 16 * k * ky;
            if (chains == PK_OF_PLANES) {
                pk_line_of_planes(&s, f, k, stride, ky, 2 * w);
            } else if (chains == PK_OF_TRIPLES) {
                pk_line_of_triples(&s, f, k, stride, ky, w);
            } else {
                pk_line_of_pairs(&s, f, k, stride, ky, w);
            }
        }
        pk_finish_four(&s, multipliers, shifts, limits, out);
        out += moved;
    } while (--rounds > 0);
}
