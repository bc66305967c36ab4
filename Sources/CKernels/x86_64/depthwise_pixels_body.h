/// Depthwise convolution of few channels: a register holds the channels of several neighbouring pixels, which stride 1 allows. The rest is
/// as in depthwise_quads_body.h, but each column of the kernel is interleaved for itself.
///
/// Bytes outside of the image are masked: neither read nor written.

/// Up to five columns of two sets of rows.
#define PK_PIXEL_TAPS 10

/// The block's numbers repeated for each pixel.
typedef struct {
    size_t pixels;
    /// Of the first plane, and of the second one if there is one.
    __m512i weights[2][PK_PIXEL_TAPS][4];
    pk_block block;
} pk_pixels;

/// Bits of the pixels `first..<end`, out of `pixels`.
PK_INLINE_AVX512 uint64_t pixel_mask(int32_t first, int32_t end, int32_t pixels, int32_t channels) {
    first = first < 0 ? 0 : first;
    end = end > pixels ? pixels : end;
    if (first >= end) return 0;
    return (~0ull >> (64 - (end - first) * channels)) << first * channels;
}

PK_INLINE_AVX512 void pixel_lines(const pk_depthwise_lines *d, const pk_pixels *p, const int kernel_height, const int kernel_width) {
    const pk_window *w = d->window;
    const int sets = (kernel_height + 3) / 4;
    const int32_t channels = w->input_channels, pixels = (int32_t)p->pixels;
    const __m512i flip = _mm512_set1_epi8((char)p->block.flip), outside = _mm512_set1_epi8((char)p->block.zero);
    const int32_t reach = (kernel_width - 1) * w->dilation_width;
    const uint64_t whole = pixel_mask(0, pixels, pixels, channels);
    pk_block b = p->block;
    for (size_t line = d->first; line < d->end; line++) {
        const uint8_t *rows[8];
        ptrdiff_t steps[8];
        for (int r = 0; r < kernel_height; r++) rows[r] = pk_row(d, &b, line, r, &steps[r]);
        uint8_t *out = d->out + (line - d->first) * (size_t)w->output_width * (size_t)channels;
        for (int32_t x = 0; x < w->output_width; x += pixels, out += pixels * channels) {
            const int32_t count = w->output_width - x < pixels ? w->output_width - x : pixels;
            const int inside = count == pixels && x >= w->pad_left && x - w->pad_left + reach + pixels <= w->input_width;
            __m512i sums[4];
            memcpy(sums, b.bias, sizeof sums);
#pragma clang loop unroll(full)
            for (int kx = 0; kx < kernel_width; kx++) {
                const int32_t column = x - w->pad_left + kx * w->dilation_width;
                const uint64_t mask = inside ? whole : pixel_mask(-column, w->input_width - column, count, channels);
                const ptrdiff_t at = (ptrdiff_t)column * channels;
                __m512i bytes[8];
#pragma clang loop unroll(full)
                for (int r = 0; r < kernel_height; r++) {
                    bytes[r] = _mm512_xor_si512(_mm512_mask_loadu_epi8(outside, mask, rows[r] + (at & steps[r])), flip);
                }
#pragma clang loop unroll(full)
                for (int r = kernel_height; r < 4 * sets; r++) bytes[r] = bytes[kernel_height - 1];
#pragma clang loop unroll(full)
                for (int s = 0; s < sets; s++) {
                    const pk_four64 taps = interleave64(bytes[4 * s], bytes[4 * s + 1], bytes[4 * s + 2], bytes[4 * s + 3]);
                    for (int k = 0; k < 4; k++) sums[k] = _mm512_dpbusd_epi32(sums[k], taps.v[k], p->weights[0][s * kernel_width + kx][k]);
                    if (!(b.rest >> kx & 1)) continue;
                    for (int k = 0; k < 4; k++) sums[k] = _mm512_dpbusd_epi32(sums[k], taps.v[k], p->weights[1][s * kernel_width + kx][k]);
                }
            }
            b.count = (size_t)(count * channels);
            store64(&b, sums, out);
        }
    }
}

static __attribute__((target(PK_TARGET_AVX512), noinline)) void pixel_lines_3x3(const pk_depthwise_lines *d, const pk_pixels *p) {
    pixel_lines(d, p, 3, 3);
}

static __attribute__((target(PK_TARGET_AVX512), noinline)) void pixel_lines_5x5(const pk_depthwise_lines *d, const pk_pixels *p) {
    pixel_lines(d, p, 5, 5);
}

/// Whether the window is one of those, with weights of one plane or two.
static int is_for_pixels(const pk_window *w, const uint8_t *planes) {
    return w->input_channels <= PK_PIXEL_CHANNELS && w->stride_width == 1 && w->kernel_width == w->kernel_height &&
           (w->kernel_width == 3 || w->kernel_width == 5) && (planes[0] & 3) <= 2;
}

static __attribute__((target(PK_TARGET_AVX512), noinline)) void pixel_block(const pk_depthwise_lines *d, const pk_block *b) {
    const pk_window *w = d->window;
    const pk_requantization *r = d->requantization;
    const size_t channels = (size_t)w->input_channels, width = channels > 16 ? 32 : 16;
    const size_t taps = (size_t)((w->kernel_height + 3) / 4 * w->kernel_width);
    pk_pixels p;
    p.pixels = 64 / channels;
    p.block = *b;
    // The numbers of the lanes: register k has the lanes 16 q + 4 k + i of the bytes in quarter q.
    int32_t integers[3][64];
    float floats[3][64];
    int form = PK_FORM_FLOAT;
    for (size_t c = 0; c < channels; c += 16) {
        const int own = r->form[c / 16];
        if (own == PK_FORM_INTEGER || form == PK_FORM_INTEGER) {
            form = PK_FORM_INTEGER;
        } else if (own == PK_FORM_FLOAT_SIGNED) {
            form = PK_FORM_FLOAT_SIGNED;
        }
    }
    for (size_t lane = 0; lane < 64; lane++) {
        const size_t q = lane / 4 % 4, k = lane / 16, i = lane % 4, c = (16 * q + 4 * k + i) % channels;
        const float negative = r->form[c / 16] == PK_FORM_FLOAT_SIGNED ? r->offset_negative[c] : r->offset[c];
        p.block.bias[lane] = r->bias[c];
        integers[0][lane] = r->multiplier[c], integers[1][lane] = r->left[c], integers[2][lane] = r->right[c];
        floats[0][lane] = r->scale[c], floats[1][lane] = r->offset[c], floats[2][lane] = negative;
        // Of a block of `width`: register k, quarter q, i.
        const size_t from = (c % 16 / 4 * (width / 16) + c / 16) * 4 + c % 4;
        for (size_t t = 0; t < taps * (size_t)b->planes; t++) {
            memcpy((uint8_t *)p.weights[t / taps][t % taps] + 4 * lane, b->weights + t * 4 * width + 4 * from, 4);
        }
    }
    for (size_t k = 0; k < 4; k++) {
        const size_t at = 16 * k;
        if (form == PK_FORM_INTEGER) {
            p.block.lanes[k] = pk_lanes_integer_avx512(_mm512_loadu_si512(integers[0] + at), _mm512_loadu_si512(integers[1] + at),
                                                       _mm512_loadu_si512(integers[2] + at), r->zero_point);
            if (p.block.lanes[k].form == PK_FORM_INTEGER) p.block.lanes[0].form = PK_FORM_INTEGER;
        } else {
            p.block.lanes[k] = pk_lanes_float_avx512(form, _mm512_loadu_ps(floats[0] + at), _mm512_loadu_ps(floats[1] + at),
                                                     _mm512_loadu_ps(floats[2] + at));
        }
    }
    if (w->kernel_width == 3) {
        pixel_lines_3x3(d, &p);
    } else {
        pixel_lines_5x5(d, &p);
    }
}
