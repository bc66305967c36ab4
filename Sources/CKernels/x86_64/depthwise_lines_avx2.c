/// Depthwise convolution with AVX2, 16 channels at a time.
///
/// The bytes of two rows are widened and interleaved, so that a dword lane holds two vertical taps of one channel, and a multiply-add of
/// int16 pairs adds them: exact for all weights. Register k of two holds the channels 8 h + 4 k + i in half h, which the packs of the
/// requantisation undo. Each column goes to all windows that contain it, whose sums wait in registers: a column is interleaved once.
///
/// Channels past the last one are not read and not written. `out` does not overlap `x`. No alignment.
#if defined(__x86_64__)
#include <string.h>

#include "../depthwise_kernels.h"
#include "../depthwise_lines.h"
#include "requantize_avx2.h"

#define PK_TARGET_AVX2 "avx2,fma"

typedef struct {
    size_t channel, count;
    const int16_t *weights;
    __m128i flip, outside;
    pk_limits_avx2 limits;
    pk_lanes_avx2 lanes[2];
    __m256i bias[2];
} pk_block;

typedef struct {
    __m256i v[2];
} pk_pair;

/// The bytes of the block's channels, the rest zeros. `whole`: 16 channels without flip.
PK_INLINE_AVX2 __m128i load(const pk_block *b, const int whole, const uint8_t *p) {
    if (whole) return _mm_loadu_si128((const __m128i *)p);
    if (b->count >= 16) return _mm_xor_si128(_mm_loadu_si128((const __m128i *)p), b->flip);
    uint64_t low = 0, high = 0;
    uint32_t four;
    uint16_t two;
    // From the last byte to the first: each piece moves those behind it up.
    const uint8_t *end = p + (b->count & 15);
    if (b->count & 1) high = *--end;
    if (b->count & 2) memcpy(&two, end -= 2, 2), high = high << 16 | two;
    if (b->count & 4) memcpy(&four, end -= 4, 4), high = high << 32 | four;
    if (b->count & 8) memcpy(&low, end - 8, 8);
    return _mm_xor_si128(b->count & 8 ? _mm_set_epi64x((long long)high, (long long)low) : _mm_cvtsi64_si128((long long)high), b->flip);
}

PK_INLINE_AVX2 pk_pair interleave(__m256i upper, __m256i lower) {
    return (pk_pair){{_mm256_unpacklo_epi16(upper, lower), _mm256_unpackhi_epi16(upper, lower)}};
}

PK_INLINE_AVX2 void add_taps(__m256i sums[2], const pk_pair *column, const int16_t *weights) {
    for (int k = 0; k < 2; k++) {
        const __m256i taps = _mm256_loadu_si256((const __m256i *)(weights + 16 * k));
        sums[k] = _mm256_add_epi32(sums[k], _mm256_madd_epi16(column->v[k], taps));
    }
}

PK_INLINE_AVX2 void store(const pk_block *b, const __m256i sums[2], uint8_t *out) {
    const pk_lanes_avx2 *l = b->lanes;
    __m256i low, high;
    if (l->form == PK_FORM_FLOAT) {
        low = pk_round_form_avx2(l, PK_FORM_FLOAT, sums[0]);
        high = pk_round_form_avx2(l + 1, PK_FORM_FLOAT, sums[1]);
    } else if (l->form == PK_FORM_FLOAT_SIGNED) {
        low = pk_round_form_avx2(l, PK_FORM_FLOAT_SIGNED, sums[0]);
        high = pk_round_form_avx2(l + 1, PK_FORM_FLOAT_SIGNED, sums[1]);
    } else if (l->form == PK_FORM_INTEGER_RIGHT) {
        low = pk_round_form_avx2(l, PK_FORM_INTEGER_RIGHT, sums[0]);
        high = pk_round_form_avx2(l + 1, PK_FORM_INTEGER_RIGHT, sums[1]);
    } else {
        low = pk_round_form_avx2(l, PK_FORM_INTEGER, sums[0]);
        high = pk_round_form_avx2(l + 1, PK_FORM_INTEGER, sums[1]);
    }
    const __m256i words = _mm256_packs_epi32(low, high);
    __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    bytes = _mm256_castsi256_si128(pk_limit_avx2(&b->limits, _mm256_castsi128_si256(bytes)));
    pk_store16_avx2(out, bytes, b->count);
}

/// Row `r` of the window in this block's channels; outside of the image, NULL.
PK_INLINE_AVX2 const uint8_t *block_row(const pk_depthwise_lines *d, const pk_block *b, size_t line, int32_t r) {
    const uint8_t *row = pk_depthwise_row(d, line, r);
    return row ? row + b->channel : NULL;
}

/// What the groups of columns of a line have in common. A group is the `stride` columns between one window and the next.
typedef struct {
    const uint8_t *rows[6];
    /// Masks of offsets into the rows.
    ptrdiff_t steps[6];
    ptrdiff_t channels;
    int32_t width;
    const int16_t *weights;
    __m256i outside, bias[2];
    /// The windows that a group is part of, of which it completes the oldest.
    __m256i sums[5][2];
} pk_line;

/// Adds the group that starts at `column` to its windows; the one that starts with it has its sums in `slot`.
PK_INLINE_AVX2 void add_group(pk_line *l, const pk_block *b, const int kernel_height, const int kernel_width, const int stride,
                              const int whole, const int slot, int32_t column) {
    const int pairs = (kernel_height + 1) / 2, waiting = (kernel_width + stride - 1) / stride;
    l->sums[slot][0] = l->bias[0];
    l->sums[slot][1] = l->bias[1];
#pragma clang loop unroll(full)
    for (int j = 0; j < stride; j++) {
        const int inside = (uint32_t)(column + j) < (uint32_t)l->width;
        const ptrdiff_t at = (column + j) * l->channels;
#pragma clang loop unroll(full)
        for (int p = 0; p < pairs; p++) {
            __m256i upper = l->outside, lower = l->outside;
            if (inside) {
                const int r = 2 * p + 1;
                upper = _mm256_cvtepu8_epi16(load(b, whole, l->rows[2 * p] + (at & l->steps[2 * p])));
                lower = r < kernel_height ? _mm256_cvtepu8_epi16(load(b, whole, l->rows[r] + (at & l->steps[r]))) : upper;
            }
            const pk_pair taps = interleave(upper, lower);
#pragma clang loop unroll(full)
            for (int a = 0; a < waiting; a++) {
                const int kx = a * stride + j;
                if (kx < kernel_width) add_taps(l->sums[(slot - a + waiting) % waiting], &taps, l->weights + (p * kernel_width + kx) * 32);
            }
        }
    }
}

/// Lines of a window with constants for its height (up to 6), width (up to 5 strides) and horizontal stride; a stride of 2 has no
/// horizontal dilation. With dilation, the columns and the windows on them fall into as many phases that have nothing in common.
PK_INLINE_AVX2 void stream(const pk_depthwise_lines *d, const pk_block *b, const int kernel_height, const int kernel_width,
                           const int stride, const int whole) {
    const pk_window *w = d->window;
    const int waiting = (kernel_width + stride - 1) / stride;
    const int32_t phases = stride == 1 ? w->dilation_width : 1;
    pk_line l = {.channels = w->input_channels, .width = w->input_width, .weights = b->weights};
    uint8_t filler[16];
    _mm_storeu_si128((__m128i *)filler, _mm_xor_si128(b->outside, b->flip));
    l.outside = _mm256_cvtepu8_epi16(b->outside);
    memcpy(l.bias, b->bias, sizeof l.bias);
    for (size_t line = d->first; line < d->end; line++) {
        for (int r = 0; r < kernel_height; r++) {
            const uint8_t *row = block_row(d, b, line, r);
            l.rows[r] = row ? row : filler;
            l.steps[r] = row ? -1 : 0;
        }
        for (int32_t phase = 0; phase < phases && phase < w->output_width; phase++) {
            const int32_t groups = (w->output_width - phase + phases - 1) / phases + waiting - 1;
            uint8_t *out = d->out + b->channel + ((line - d->first) * (size_t)w->output_width + (size_t)phase) * (size_t)l.channels;
            for (int slot = 0; slot < waiting; slot++) memcpy(l.sums[slot], l.bias, sizeof l.bias);
            int32_t column = phase - w->pad_left, group = 0;
            // Group g starts the window in slot g % waiting.
#define PK_GROUP(slot)                                                                                  \
    if (slot < waiting) {                                                                               \
        if (group >= groups) break;                                                                     \
        add_group(&l, b, kernel_height, kernel_width, stride, whole, slot, column);                     \
        if (group >= waiting - 1) {                                                                     \
            store(b, l.sums[(slot + 1) % waiting], out);                                                \
            out += phases * l.channels;                                                                 \
        }                                                                                               \
        column += stride * phases;                                                                      \
        group++;                                                                                        \
    }
            for (;;) {
                PK_GROUP(0) PK_GROUP(1) PK_GROUP(2) PK_GROUP(3) PK_GROUP(4)
            }
        }
#undef PK_GROUP
    }
}

/// Any window: the columns of each one are interleaved anew.
static __attribute__((target(PK_TARGET_AVX2), noinline)) void any(const pk_depthwise_lines *d, const pk_block *b) {
    const pk_window *w = d->window;
    for (size_t line = d->first; line < d->end; line++) {
        uint8_t *out = d->out + ((line - d->first) * (size_t)w->output_width) * (size_t)w->input_channels + b->channel;
        for (int32_t x = 0; x < w->output_width; x++, out += w->input_channels) {
            __m256i sums[2] = {b->bias[0], b->bias[1]};
            const int16_t *weights = b->weights;
            for (int32_t first = 0; first < w->kernel_height; first += 2) {
                const uint8_t *upper_row = block_row(d, b, line, first);
                const uint8_t *lower_row = first + 1 < w->kernel_height ? block_row(d, b, line, first + 1) : upper_row;
                int32_t column = x * w->stride_width - w->pad_left;
                for (int32_t kx = 0; kx < w->kernel_width; kx++, column += w->dilation_width, weights += 32) {
                    __m128i upper = b->outside, lower = b->outside;
                    if (column >= 0 && column < w->input_width) {
                        const size_t at = (size_t)column * (size_t)w->input_channels;
                        if (upper_row) upper = load(b, 0, upper_row + at);
                        if (lower_row) lower = load(b, 0, lower_row + at);
                    }
                    const pk_pair taps = interleave(_mm256_cvtepu8_epi16(upper), _mm256_cvtepu8_epi16(lower));
                    add_taps(sums, &taps, weights);
                }
            }
            store(b, sums, out);
        }
    }
}

#define PK_STREAM(height, width, stride)                                                                                                \
    static __attribute__((target(PK_TARGET_AVX2), noinline)) void stream_##height##x##width##_##stride(const pk_depthwise_lines *d,     \
                                                                                                       const pk_block *b) {             \
        if (b->count == 16 && d->window->input_flip == 0) {                                                                             \
            stream(d, b, height, width, stride, 1);                                                                                     \
        } else {                                                                                                                        \
            stream(d, b, height, width, stride, 0);                                                                                     \
        }                                                                                                                               \
    }
PK_STREAM(3, 3, 1)
PK_STREAM(3, 3, 2)
PK_STREAM(5, 5, 1)
PK_STREAM(5, 5, 2)

static __attribute__((target(PK_TARGET_AVX2))) void block(const pk_depthwise_lines *d, const pk_block *b) {
    const pk_window *w = d->window;
    if (w->kernel_width == w->kernel_height && (w->stride_width == 1 || (w->stride_width == 2 && w->dilation_width == 1))) {
        if (w->kernel_width == 3) return w->stride_width == 1 ? stream_3x3_1(d, b) : stream_3x3_2(d, b);
        if (w->kernel_width == 5) return w->stride_width == 1 ? stream_5x5_1(d, b) : stream_5x5_2(d, b);
    }
    any(d, b);
}

/// Register k has the channels 8 h + 4 k + 0...3 in half h.
PK_INLINE_AVX2 __m256i two_places(const void *numbers, size_t channel, size_t k) {
    const __m128i *p = (const __m128i *)numbers + channel / 4 + k;
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(p)), _mm_loadu_si128(p + 2), 1);
}

__attribute__((target(PK_TARGET_AVX2))) void pk_depthwise_lines_avx2(const pk_depthwise_lines *d) {
    const pk_window *w = d->window;
    const pk_requantization *r = d->requantization;
    const size_t channels = (size_t)w->input_channels, taps = (size_t)((w->kernel_height + 1) / 2) * (size_t)w->kernel_width;
    pk_block b;
    b.flip = _mm_set1_epi8((char)w->input_flip);
    b.outside = _mm_set1_epi8((char)w->input_zero);
    b.weights = d->weights;
    b.limits = pk_limits_load_avx2(r);
    for (size_t c = 0; c < channels; c += 16, b.weights += 32 * taps) {
        b.channel = c;
        b.count = channels - c < 16 ? channels - c : 16;
        const int form = r->form[c / PK_REQUANTIZATION_BLOCK];
        for (size_t k = 0; k < 2; k++) {
            b.bias[k] = two_places(r->bias, c, k);
            if (form == PK_FORM_INTEGER) {
                b.lanes[k] = pk_lanes_integer_avx2(two_places(r->multiplier, c, k), two_places(r->left, c, k), two_places(r->right, c, k),
                                                   r->zero_point);
            } else {
                const float *negative = form == PK_FORM_FLOAT_SIGNED ? r->offset_negative : r->offset;
                b.lanes[k] = pk_lanes_float_avx2(form, _mm256_castsi256_ps(two_places(r->scale, c, k)),
                                                 _mm256_castsi256_ps(two_places(r->offset, c, k)),
                                                 _mm256_castsi256_ps(two_places(negative, c, k)));
            }
        }
        if (b.lanes[1].form == PK_FORM_INTEGER) b.lanes[0].form = PK_FORM_INTEGER;
        block(d, &b);
    }
}
#endif
