/// Depthwise convolution by lines for every ARMv8-A core.
///
/// Lanes: sixteen channels; the last sixteen overlap those before where C is no multiple, and fewer than sixteen go through copies. int8
/// products are summed in int16, two of them (|w| <= 127, so at most 32 512), or three neighbours of a kernel line where the packed weights
/// say that they fit, and then widened. 3x3 and 5x5 windows inside of the image are unrolled, four outputs at a time (see
/// depthwise_four_neon.h), or two where lines are short, sums are shifted left or results are stored as uint8. Borders, dilation, other
/// windows, and weights in three planes, or in two without four outputs, go tap by tap.
#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#include "../depthwise_kernels.h"
#include "../depthwise_lines.h"
#include "requantize_neon.h"

#define PK_INLINE static inline __attribute__((always_inline))
#define PK_UNROLL _Pragma("clang loop unroll(full)")
#define PK_LANES 16

#include "depthwise_four_neon.h"

/// Sixteen channels of a line.
typedef struct {
    const pk_depthwise_lines *d;
    size_t line, channel;
    /// Channels that exist: 16, or C where that is less.
    size_t count;
    size_t planes;
    int triples, any_left;
    int8x16_t zero;
    uint8x16_t flip;
    pk_clamp clamp;
    int32x4_t bias[4];
    pk_scale4 scale[4];
} pk_block;

/// Sixteen channels' products of one tap, or of a few.
typedef struct {
    int16x8_t low, high;
} pk_products;

PK_INLINE pk_products pk_multiply(int8x16_t a, int8x16_t w) {
    return (pk_products){vmull_s8(vget_low_s8(a), vget_low_s8(w)), vmull_high_s8(a, w)};
}

PK_INLINE pk_products pk_multiply_add(pk_products p, int8x16_t a, int8x16_t w) {
    return (pk_products){vmlal_s8(p.low, vget_low_s8(a), vget_low_s8(w)), vmlal_high_s8(p.high, a, w)};
}

PK_INLINE void pk_widen(int32x4_t sums[4], pk_products p) {
    sums[0] = vaddw_s16(sums[0], vget_low_s16(p.low));
    sums[1] = vaddw_high_s16(sums[1], p.low);
    sums[2] = vaddw_s16(sums[2], vget_low_s16(p.high));
    sums[3] = vaddw_high_s16(sums[3], p.high);
}

/// Rounds the sums of `n` outputs; what they share is loaded once.
PK_INLINE void pk_finish(const pk_block *b, const size_t n, int32x4_t (*sums)[4], uint8x16_t *bytes) {
    if (b->any_left) {
        PK_UNROLL for (size_t i = 0; i < 4; i++) {
            PK_UNROLL for (size_t o = 0; o < n; o++) sums[o][i] = pk_shift_left4(sums[o][i], b->d->requantization, b->channel + 4 * i);
        }
    }
    PK_UNROLL for (size_t i = 0; i < 4; i++) {
        const pk_scale4 scale = b->scale[i];
        PK_UNROLL for (size_t o = 0; o < n; o++) sums[o][i] = pk_rescale4(sums[o][i], scale);
    }
    const pk_clamp clamp = b->clamp;
    PK_UNROLL for (size_t o = 0; o < n; o++) bytes[o] = pk_store16(sums[o][0], sums[o][1], sums[o][2], sums[o][3], clamp);
}

PK_INLINE int8x16_t pk_read(const void *x, size_t count) {
    if (count == PK_LANES) return vld1q_s8(x);
    if (count == PK_LANES / 2) return vcombine_s8(vld1_s8(x), vdup_n_s8(0));
    int8_t bytes[PK_LANES] = {0};
    memcpy(bytes, x, count);
    return vld1q_s8(bytes);
}

/// One output of any window, anywhere.
static __attribute__((noinline)) void pk_output(const pk_block *b, int32_t x, uint8_t *out) {
    const pk_window *w = b->d->window;
    const size_t channels = (size_t)w->input_channels;
    const int8_t *weights = (const int8_t *)b->d->weights + b->channel;
    int32x4_t sums[1][4] = {{b->bias[0], b->bias[1], b->bias[2], b->bias[3]}};
    for (size_t plane = 0; plane < b->planes; plane++) {
        for (int32_t ky = 0; ky < w->kernel_height; ky++) {
            const uint8_t *row = pk_depthwise_row(b->d, b->line, ky);
            int32_t column = x * w->stride_width - w->pad_left;
            pk_products p = {vdupq_n_s16(0), vdupq_n_s16(0)};
            for (int32_t kx = 0; kx < w->kernel_width; kx++, column += w->dilation_width, weights += channels) {
                const int8x16_t tap = pk_read(weights, b->count);
                int8x16_t a = b->zero;
                if (row && column >= 0 && column < w->input_width) {
                    const int8x16_t stored = pk_read(row + (size_t)column * channels + b->channel, b->count);
                    a = veorq_s8(stored, vreinterpretq_s8_u8(b->flip));
                }
                p = pk_multiply_add(p, a, tap);
                if (kx % 2 == 0 && kx + 1 < w->kernel_width) continue;
                pk_widen(sums[0], p);
                p = (pk_products){vdupq_n_s16(0), vdupq_n_s16(0)};
            }
        }
    }
    uint8x16_t bytes;
    pk_finish(b, 1, sums, &bytes);
    if (b->count == PK_LANES) {
        vst1q_u8(out, bytes);
    } else if (b->count == PK_LANES / 2) {
        vst1_u8(out, vget_low_u8(bytes));
    } else {
        uint8_t narrow[PK_LANES];
        vst1q_u8(narrow, bytes);
        memcpy(out, narrow, b->count);
    }
}

/// Two neighbouring outputs of a K x K window inside of its lines: `rows` have its left column, whose neighbours lie `steps` bytes apart.
PK_INLINE void pk_two_outputs(const pk_block *b, const size_t k, const size_t stride, const int triples, const int8_t *weights,
                              const int8x16_t *hoisted, const int8_t *const *rows, const size_t *steps, uint8_t *out, size_t channels) {
    int32x4_t sums[2][4];
    pk_products p[2];
    PK_UNROLL for (size_t i = 0; i < 4; i++) sums[0][i] = sums[1][i] = b->bias[i];
    PK_UNROLL for (size_t ky = 0; ky < k; ky++) {
        int8x16_t a[8];
        const int8_t *at = rows[ky];
        size_t step = steps[ky];
        // Hides from the compiler that the distances are the same in all rounds: it would keep them all, most of them in memory.
        asm volatile("" : "+r"(at), "+r"(step));
        PK_UNROLL for (size_t i = 0; i < k + stride; i++, at += step) a[i] = vld1q_s8(at);
        PK_UNROLL for (size_t kx = 0; kx < k; kx++) {
            const size_t tap = ky * k + kx;
            const int8x16_t w = hoisted ? hoisted[tap] : vld1q_s8(weights);
            weights += channels;
            const int first = triples ? kx % 3 == 0 : tap % 2 == 0;
            const int last = triples ? kx % 3 == 2 || kx == k - 1 : tap % 2 == 1 || tap == k * k - 1;
            PK_UNROLL for (size_t n = 0; n < 2; n++) {
                p[n] = first ? pk_multiply(a[kx + n * stride], w) : pk_multiply_add(p[n], a[kx + n * stride], w);
                if (last) pk_widen(sums[n], p[n]);
            }
        }
    }
    uint8x16_t bytes[2];
    pk_finish(b, 2, sums, bytes);
    vst1q_u8(out, bytes[0]);
    vst1q_u8(out + channels, bytes[1]);
}

/// The outputs `first..<end` of a line, at least two, whose windows leave the image neither to the left nor to the right.
PK_INLINE void pk_inside(const pk_block *b, const size_t k, const size_t stride, const int triples, size_t first, size_t end,
                         uint8_t *out) {
    const pk_window *window = b->d->window;
    const size_t channels = (size_t)window->input_channels;
    const int8_t *weights = (const int8_t *)b->d->weights + b->channel;
    int8x16_t hoisted[9];
    if (k == 3) {
        PK_UNROLL for (size_t tap = 0; tap < 9; tap++) hoisted[tap] = vld1q_s8(weights + tap * channels);
    }
    int8_t outside[PK_LANES];
    vst1q_s8(outside, b->zero);
    const int8_t *starts[5];
    size_t steps[5];
    PK_UNROLL for (size_t ky = 0; ky < k; ky++) {
        const uint8_t *row = pk_depthwise_row(b->d, b->line, (int32_t)ky);
        steps[ky] = row ? channels : 0;
        starts[ky] = row ? (const int8_t *)row + b->channel : outside;
    }
    for (size_t x = first; x < end; x += 2) {
        // The last of an odd number comes with the one before it once more.
        const size_t at = x + 2 <= end ? x : end - 2, column = at * stride - (size_t)window->pad_left;
        const int8_t *rows[5];
        PK_UNROLL for (size_t ky = 0; ky < k; ky++) rows[ky] = starts[ky] + column * steps[ky];
        pk_two_outputs(b, k, stride, triples, weights, k == 3 ? hoisted : NULL, rows, steps, out + at * channels, channels);
    }
}

typedef void (*pk_inside_kernel)(const pk_block *, size_t, size_t, uint8_t *);
typedef void (*pk_four_kernel)(const pk_four *, const int8_t *const *, size_t, size_t, size_t, uint8_t *);

/// What computes the windows inside of a line: two outputs at a time (NULL where weights lie in two planes), or four.
typedef struct {
    pk_inside_kernel two;
    pk_four_kernel four;
} pk_unrolled;

#define PK_INSIDE(K, STRIDE, TRIPLES)                                                                                       \
    static __attribute__((noinline)) void pk_inside_##K##_##STRIDE##_##TRIPLES(const pk_block *b, size_t first, size_t end, \
                                                                               uint8_t *out) {                              \
        pk_inside(b, K, STRIDE, TRIPLES, first, end, out);                                                                  \
    }
#define PK_FOURS(K, STRIDE, CHAINS)                                                                                          \
    static __attribute__((noinline)) void pk_four_##K##_##STRIDE##_##CHAINS(const pk_four *f, const int8_t *const *rows,     \
                                                                            size_t channels, size_t first, size_t end,       \
                                                                            uint8_t *out) {                                  \
        pk_fours(f, K, STRIDE, CHAINS, rows, channels, first, end, out);                                                     \
    }
#define PK_UNROLLED(K, STRIDE)                                                                                               \
    PK_INSIDE(K, STRIDE, 0)                                                                                                  \
    PK_INSIDE(K, STRIDE, 1)                                                                                                  \
    PK_FOURS(K, STRIDE, 0)                                                                                                   \
    PK_FOURS(K, STRIDE, 1)                                                                                                   \
    PK_FOURS(K, STRIDE, 2)                                                                                                   \
    static const pk_unrolled pk_unrolled_##K##_##STRIDE[] = {                                                                \
        [PK_OF_PAIRS] = {pk_inside_##K##_##STRIDE##_0, pk_four_##K##_##STRIDE##_0},                                          \
        [PK_OF_TRIPLES] = {pk_inside_##K##_##STRIDE##_1, pk_four_##K##_##STRIDE##_1},                                        \
        [PK_OF_PLANES] = {NULL, pk_four_##K##_##STRIDE##_2},                                                                 \
    };
PK_UNROLLED(3, 1)
PK_UNROLLED(3, 2)
PK_UNROLLED(5, 1)
PK_UNROLLED(5, 2)

/// The unrolled kernels for a block's windows, or NULL.
static const pk_unrolled *pk_choose(const pk_block *b) {
    const pk_window *w = b->d->window;
    if (b->count < PK_LANES || b->planes > 2) return NULL;
    if (w->kernel_height != w->kernel_width || w->dilation_width != 1 || w->input_flip) return NULL;
    if (w->stride_width != 1 && w->stride_width != 2) return NULL;
    const int chains = b->planes == 2 ? PK_OF_PLANES : b->triples ? PK_OF_TRIPLES : PK_OF_PAIRS;
    if (w->kernel_width == 3) return w->stride_width == 2 ? &pk_unrolled_3_2[chains] : &pk_unrolled_3_1[chains];
    if (w->kernel_width == 5) return w->stride_width == 2 ? &pk_unrolled_5_2[chains] : &pk_unrolled_5_1[chains];
    return NULL;
}

/// Gathers what the kernels of four outputs read, with `rows` at the first output's windows. Returns 0 where they do not apply: results are
/// no int8, sums are shifted left, or the whole window lies above or below the image.
static int pk_prepare_four(const pk_block *b, size_t first, pk_four *f, const int8_t **rows) {
    const pk_window *w = b->d->window;
    const pk_requantization *r = b->d->requantization;
    const size_t channels = (size_t)w->input_channels, side = (size_t)w->kernel_width;
    if (b->any_left || r->flip != 0x80) return 0;
    const int8_t *weights = (const int8_t *)b->d->weights + b->channel;
    const size_t column = first * (size_t)w->stride_width - (size_t)w->pad_left;
    const int8_t *inside = NULL;
    for (size_t ky = 0; ky < side; ky++) {
        const uint8_t *row = pk_depthwise_row(b->d, b->line, (int32_t)ky);
        rows[ky] = row ? (const int8_t *)row + column * channels + b->channel : NULL;
        if (row) inside = rows[ky];
    }
    if (!inside) return 0;
    int32x4_t bias[4] = {b->bias[0], b->bias[1], b->bias[2], b->bias[3]};
    int8_t *tap = f->weights;
    for (size_t ky = 0; ky < side; ky++) {
        for (size_t kx = 0; kx < side; kx++, weights += channels) {
            for (size_t plane = 0; plane < b->planes; plane++, tap += PK_LANES) {
                const int8x16_t value = vld1q_s8(weights + plane * side * side * channels);
                vst1q_s8(tap, rows[ky] ? value : vdupq_n_s8(0));
                if (!rows[ky]) pk_widen(bias, pk_multiply(value, b->zero));
            }
        }
        if (!rows[ky]) rows[ky] = inside;
    }
    for (size_t i = 0; i < 4; i++) {
        vst1q_s32(f->bias + 4 * i, bias[i]);
        vst1q_s32(f->scales + 4 * i, b->scale[i].multiplier);
        vst1q_s32(f->scales + 16 + 4 * i, b->scale[i].down);
    }
    vst1q_s8(f->clamp, vreinterpretq_s8_s16(vdupq_n_s16((int16_t)(r->zero_point - 128))));
    vst1q_s8(f->clamp + 16, vdupq_n_s8((int8_t)(r->minimum - 128)));
    vst1q_s8(f->clamp + 32, vdupq_n_s8((int8_t)(r->maximum - 128)));
    return 1;
}

/// Sets what depends on the channels: sixteen from `channel` on, or all of fewer.
static void pk_enter(pk_block *b, size_t channel, size_t channels) {
    const pk_requantization *r = b->d->requantization;
    const uint8_t *planes = b->d->planes + channel / PK_LANES;
    // Overlapping lanes have the channels of two entries.
    const uint8_t other = channel % PK_LANES ? planes[1] : planes[0];
    const uint8_t one = planes[0] & (PK_DEPTHWISE_TRIPLES - 1), two = other & (PK_DEPTHWISE_TRIPLES - 1);
    b->channel = channel;
    b->count = channels - channel < PK_LANES ? channels - channel : PK_LANES;
    b->planes = one > two ? one : two;
    b->triples = (planes[0] & other & PK_DEPTHWISE_TRIPLES) != 0;
    b->any_left = 0;
    for (size_t i = 0; i < 4; i++) {
        b->bias[i] = vld1q_s32(r->bias + channel + 4 * i);
        b->scale[i] = pk_load_scale4(r, channel + 4 * i);
        b->any_left |= pk_any_left4(r, channel + 4 * i);
    }
}

void pk_depthwise_lines_neon(const pk_depthwise_lines *d) {
    const pk_window *w = d->window;
    const size_t channels = (size_t)w->input_channels, width = (size_t)w->output_width;
    pk_block b = {.d = d, .zero = vdupq_n_s8((int8_t)w->input_zero), .flip = vdupq_n_u8(w->input_flip)};
    b.clamp = pk_load_clamp(d->requantization);
    // Outputs `first..<end` have their window between the left and the right end.
    const int32_t room = w->input_width + w->pad_left - w->kernel_width;
    const size_t first = (size_t)((w->pad_left + w->stride_width - 1) / w->stride_width);
    size_t end = room < 0 ? 0 : (size_t)(room / w->stride_width) + 1;
    if (end > width) end = width;
    uint8_t *out = d->out;
    for (b.line = d->first; b.line < d->end; b.line++, out += width * channels) {
        for (size_t next = 0; next < channels; next += PK_LANES) {
            const size_t channel = next + PK_LANES <= channels || channels < PK_LANES ? next : channels - PK_LANES;
            pk_enter(&b, channel, channels);
            uint8_t *target = out + channel;
            const pk_unrolled *unrolled = pk_choose(&b);
            pk_four four;
            const int8_t *rows[5];
            int fits = 1;
            if (unrolled && first + PK_FOUR <= end && pk_prepare_four(&b, first, &four, rows)) {
                unrolled->four(&four, rows, channels, first, end, target);
            } else if (unrolled && unrolled->two && first + 2 <= end) {
                unrolled->two(&b, first, end, target);
            } else {
                fits = 0;
            }
            for (size_t x = 0; x < width; x++) {
                if (fits && x >= first && x < end) continue;
                pk_output(&b, (int32_t)x, target + x * channels);
            }
        }
    }
}
#endif
