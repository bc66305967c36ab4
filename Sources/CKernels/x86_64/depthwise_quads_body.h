/// Depthwise convolution by quads of rows, included once for each width of a block of channels: PK_WIDTH is 64, 32 or 16 bytes.
///
/// The bytes of up to four rows are interleaved, so that a dword lane holds the vertical taps of one channel (a missing tap has weight 0)
/// and VPDPBUSD adds a column of the window at once. Register k of four holds the channels 16 q + 4 k + i in quarter q, which the packs of
/// the requantisation undo. Each column goes to all windows that contain it, whose sums wait in registers: a column is interleaved once.
///
/// Lanes past the last channel are masked: not read, not written. `out` does not overlap `x`. No alignment.

#define PK_JOIN_(a, b) a##b
#define PK_JOIN(a, b) PK_JOIN_(a, b)
#define PK_OF(name) PK_JOIN(name, PK_WIDTH)

#if PK_WIDTH == 64
#define PK_VECTOR __m512i
#define PK_MASK __mmask64
#define PK_MM(name) PK_JOIN(_mm512_, name)
#define PK_SI(name) PK_JOIN(PK_JOIN(_mm512_, name), _si512)
#elif PK_WIDTH == 32
#define PK_VECTOR __m256i
#define PK_MASK __mmask32
#define PK_MM(name) PK_JOIN(_mm256_, name)
#define PK_SI(name) PK_JOIN(PK_JOIN(_mm256_, name), _si256)
#else
#define PK_VECTOR __m128i
#define PK_MASK __mmask16
#define PK_MM(name) PK_JOIN(_mm_, name)
#define PK_SI(name) PK_JOIN(PK_JOIN(_mm_, name), _si128)
#endif

typedef struct {
    PK_VECTOR v[4];
} PK_OF(pk_four);

/// The vertical taps of four rows; one row may stand for several.
PK_INLINE_AVX512 PK_OF(pk_four) PK_OF(interleave)(PK_VECTOR a, PK_VECTOR b, PK_VECTOR c, PK_VECTOR d) {
    PK_VECTOR ab_low = PK_MM(unpacklo_epi8)(a, b), ab_high = PK_MM(unpackhi_epi8)(a, b);
    PK_VECTOR cd_low = PK_MM(unpacklo_epi8)(c, d), cd_high = PK_MM(unpackhi_epi8)(c, d);
    return (PK_OF(pk_four)){{PK_MM(unpacklo_epi16)(ab_low, cd_low), PK_MM(unpackhi_epi16)(ab_low, cd_low),
                             PK_MM(unpacklo_epi16)(ab_high, cd_high), PK_MM(unpackhi_epi16)(ab_high, cd_high)}};
}

PK_INLINE_AVX512 void PK_OF(add_taps)(PK_VECTOR sums[4], const PK_OF(pk_four) *column, const int8_t *weights) {
    for (int k = 0; k < 4; k++) {
        PK_VECTOR taps;
        memcpy(&taps, weights + k * PK_WIDTH, sizeof taps);
        sums[k] = PK_MM(dpbusd_epi32)(sums[k], column->v[k], taps);
    }
}

PK_INLINE_AVX512 void PK_OF(store)(const pk_block *b, const PK_VECTOR sums[4], uint8_t *out) {
    const pk_lanes_avx512 *l = b->lanes;
#if PK_WIDTH == 64
    __m512i s[4] = {sums[0], sums[1], sums[2], sums[3]};
#elif PK_WIDTH == 32
    __m512i s[2] = {_mm512_inserti64x4(_mm512_castsi256_si512(sums[0]), sums[1], 1),
                    _mm512_inserti64x4(_mm512_castsi256_si512(sums[2]), sums[3], 1)};
#else
    __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(sums[0]), sums[1], 1);
    __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(sums[2]), sums[3], 1);
    __m512i s[1] = {_mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1)};
#endif
    const int registers = PK_WIDTH / 16;
    if (l->form == PK_FORM_FLOAT) {
        for (int k = 0; k < registers; k++) s[k] = pk_round_form_avx512(l + k, PK_FORM_FLOAT, s[k]);
    } else if (l->form == PK_FORM_FLOAT_SIGNED) {
        for (int k = 0; k < registers; k++) s[k] = pk_round_form_avx512(l + k, PK_FORM_FLOAT_SIGNED, s[k]);
    } else if (l->form == PK_FORM_INTEGER_RIGHT) {
        for (int k = 0; k < registers; k++) s[k] = pk_round_form_avx512(l + k, PK_FORM_INTEGER_RIGHT, s[k]);
    } else if (l->form == PK_FORM_MIXED) {
        for (int k = 0; k < registers; k++) {
            const __m512i integers = pk_round_form_avx512(b->other + k, PK_FORM_INTEGER, s[k]);
            s[k] = _mm512_mask_mov_epi32(pk_round_form_avx512(l + k, PK_FORM_FLOAT_SIGNED, s[k]), b->integers[k], integers);
        }
    } else {
        for (int k = 0; k < registers; k++) s[k] = pk_round_form_avx512(l + k, PK_FORM_INTEGER, s[k]);
    }
#if PK_WIDTH == 64
    pk_store64_avx512(out, pk_pack_quarters_avx512(&b->limits, s[0], s[1], s[2], s[3]), b->count);
#elif PK_WIDTH == 32
    // Quarters of 16-bit values: 0 and 2 of each half block in the low half, 1 and 3 in the high one.
    __m512i words = _mm512_packs_epi32(s[0], s[1]);
    __m256i bytes = _mm256_packus_epi16(_mm512_castsi512_si256(words), _mm512_extracti64x4_epi64(words, 1));
    bytes = _mm256_shuffle_epi32(bytes, 0xD8);
    bytes = _mm512_castsi512_si256(pk_limit_avx512(&b->limits, _mm512_castsi256_si512(bytes)));
    pk_store32_avx512(out, bytes, b->count);
#else
    pk_store16_avx512(out, pk_pack16_avx512(&b->limits, s[0]), b->count);
#endif
}

/// Lanes without a channel are 0; nothing is read for them.
PK_INLINE_AVX512 PK_VECTOR PK_OF(load)(uint64_t mask, const uint8_t *p) {
    return PK_MM(maskz_loadu_epi8)((PK_MASK)mask, p);
}

/// What the groups of columns of a line have in common. A group is the `stride` columns between one window and the next.
typedef struct {
    const uint8_t *rows[8];
    /// Masks of offsets into the rows.
    ptrdiff_t steps[8];
    ptrdiff_t channels;
    int32_t width;
    int planes;
    /// Bit kx: whether column kx of the kernel has weights in other planes than the first.
    unsigned rest;
    const int8_t *weights;
    uint64_t mask;
    PK_VECTOR flip, outside;
    PK_OF(pk_four) bias;
    /// The windows that a group is part of, of which it completes the oldest.
    PK_OF(pk_four) sums[5];
    /// The weights of the first plane of one or two for bytes without flip, where registers suffice for them.
    PK_OF(pk_four) resident[3];
} PK_OF(pk_line);

/// Adds the group that starts at `column` to its windows; the one that starts with it has its sums in `slot`.
PK_INLINE_AVX512 void PK_OF(add_group)(PK_OF(pk_line) *l, const int kernel_height, const int kernel_width, const int stride,
                                       const int resident, const int slot, int32_t column) {
    const int sets = (kernel_height + 3) / 4, waiting = (kernel_width + stride - 1) / stride;
    l->sums[slot] = l->bias;
#pragma clang loop unroll(full)
    for (int j = 0; j < stride; j++) {
        PK_OF(pk_four) taps[2];
        if ((uint32_t)(column + j) < (uint32_t)l->width) {
            PK_VECTOR bytes[8];
            const ptrdiff_t at = (column + j) * l->channels;
#pragma clang loop unroll(full)
            for (int r = 0; r < 4 * sets; r++) {
                bytes[r] = r < kernel_height ? PK_OF(load)(l->mask, l->rows[r] + (at & l->steps[r])) : bytes[kernel_height - 1];
                if (!resident && r < kernel_height) bytes[r] = PK_SI(xor)(bytes[r], l->flip);
            }
            taps[0] = PK_OF(interleave)(bytes[0], bytes[1], bytes[2], bytes[3]);
            if (sets > 1) taps[1] = PK_OF(interleave)(bytes[4], bytes[5], bytes[6], bytes[7]);
        } else {
            taps[0] = taps[1] = (PK_OF(pk_four)){{l->outside, l->outside, l->outside, l->outside}};
        }
        if (resident) {
#pragma clang loop unroll(full)
            for (int a = 0; a < waiting; a++) {
                const int kx = a * stride + j;
                if (kx >= kernel_width) continue;
                PK_VECTOR *sums = l->sums[(slot - a + waiting) % waiting].v;
                for (int k = 0; k < 4; k++) sums[k] = PK_MM(dpbusd_epi32)(sums[k], taps[0].v[k], l->resident[kx].v[k]);
                if (resident == 2 && l->rest >> kx & 1) PK_OF(add_taps)(sums, &taps[0], l->weights + (kernel_width + kx) * 4 * PK_WIDTH);
            }
            continue;
        }
        const int8_t *plane = l->weights;
        unsigned columns = ~0u;
        int left = l->planes;
        do {
#pragma clang loop unroll(full)
            for (int a = 0; a < waiting; a++) {
                const int kx = a * stride + j;
                if (kx >= kernel_width || !(columns >> kx & 1)) continue;
                PK_VECTOR *sums = l->sums[(slot - a + waiting) % waiting].v;
                PK_OF(add_taps)(sums, &taps[0], plane + kx * 4 * PK_WIDTH);
                if (sets > 1) PK_OF(add_taps)(sums, &taps[1], plane + (kernel_width + kx) * 4 * PK_WIDTH);
            }
            plane += sets * kernel_width * 4 * PK_WIDTH;
            columns = l->rest;
        } while (__builtin_expect(--left, 0));
    }
}

/// `resident`: how many planes the resident weights are the first of, or 0.
///
/// Lines of a window with constants for its height (up to 8), width (up to 5 strides) and horizontal stride; a stride of 2 has no
/// horizontal dilation. With dilation, the columns and the windows on them fall into as many phases that have nothing in common.
PK_INLINE_AVX512 void PK_OF(stream)(const pk_depthwise_lines *d, const pk_block *b, const int kernel_height, const int kernel_width,
                                    const int stride, const int resident) {
    const pk_window *w = d->window;
    const int waiting = (kernel_width + stride - 1) / stride;
    const int32_t phases = stride == 1 ? w->dilation_width : 1;
    PK_OF(pk_line) l = {.channels = w->input_channels, .width = w->input_width, .planes = b->planes, .weights = b->weights};
    l.rest = b->rest;
    l.mask = b->mask;
    l.flip = PK_MM(set1_epi8)((char)b->flip);
    l.outside = PK_MM(set1_epi8)((char)(b->zero ^ b->flip));
    memcpy(&l.bias, b->bias, sizeof l.bias);
    if (resident) memcpy(l.resident, b->weights, (size_t)kernel_width * sizeof *l.resident);
    for (size_t line = d->first; line < d->end; line++) {
        for (int r = 0; r < kernel_height; r++) l.rows[r] = pk_row(d, b, line, r, &l.steps[r]);
        for (int32_t phase = 0; phase < phases && phase < w->output_width; phase++) {
            const int32_t groups = (w->output_width - phase + phases - 1) / phases + waiting - 1;
            uint8_t *out = d->out + b->channel + ((line - d->first) * (size_t)w->output_width + (size_t)phase) * (size_t)l.channels;
            for (int slot = 0; slot < waiting; slot++) l.sums[slot] = l.bias;
            int32_t column = phase - w->pad_left, group = 0;
            // Group g starts the window in slot g % waiting.
#define PK_GROUP(slot)                                                                                  \
    if (slot < waiting) {                                                                               \
        if (group >= groups) break;                                                                     \
        PK_OF(add_group)(&l, kernel_height, kernel_width, stride, resident, slot, column);              \
        if (group >= waiting - 1) {                                                                     \
            PK_OF(store)(b, l.sums[(slot + 1) % waiting].v, out);                                       \
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
static __attribute__((target(PK_TARGET_AVX512), noinline)) void PK_OF(any)(const pk_depthwise_lines *d, const pk_block *b) {
    const pk_window *w = d->window;
    const size_t plane = (size_t)((w->kernel_height + 3) / 4) * (size_t)w->kernel_width * 4 * PK_WIDTH;
    for (size_t line = d->first; line < d->end; line++) {
        uint8_t *out = d->out + ((line - d->first) * (size_t)w->output_width) * (size_t)w->input_channels + b->channel;
        for (int32_t x = 0; x < w->output_width; x++, out += w->input_channels) {
            PK_VECTOR sums[4];
            memcpy(sums, b->bias, sizeof sums);
            const int8_t *weights = b->weights;
            for (int32_t first = 0; first < w->kernel_height; first += 4) {
                const uint8_t *rows[4];
                ptrdiff_t steps[4];
                for (int r = 0; r < 4; r++) {
                    rows[r] = pk_row(d, b, line, first + r < w->kernel_height ? first + r : w->kernel_height - 1, &steps[r]);
                }
                int32_t column = x * w->stride_width - w->pad_left;
                for (int32_t kx = 0; kx < w->kernel_width; kx++, column += w->dilation_width, weights += 4 * PK_WIDTH) {
                    PK_VECTOR bytes[4];
                    for (int r = 0; r < 4; r++) bytes[r] = PK_MM(set1_epi8)((char)(b->zero ^ b->flip));
                    if (column >= 0 && column < w->input_width) {
                        const ptrdiff_t at = (ptrdiff_t)column * w->input_channels;
                        for (int r = 0; r < 4; r++) {
                            bytes[r] = PK_SI(xor)(PK_OF(load)(b->mask, rows[r] + (at & steps[r])), PK_MM(set1_epi8)((char)b->flip));
                        }
                    }
                    PK_OF(pk_four) taps = PK_OF(interleave)(bytes[0], bytes[1], bytes[2], bytes[3]);
                    for (int p = 0; p < b->planes; p++) PK_OF(add_taps)(sums, &taps, weights + (size_t)p * plane);
                }
            }
            PK_OF(store)(b, sums, out);
        }
    }
}

#define PK_STREAM(height, width, stride)                                                                                                \
    static __attribute__((target(PK_TARGET_AVX512), noinline)) void PK_OF(stream_##height##x##width##_##stride##_)(                     \
        const pk_depthwise_lines *d, const pk_block *b) {                                                                               \
        if (height <= 4 && width <= 3 && b->planes == 1 && b->flip == 0) {                                                              \
            PK_OF(stream)(d, b, height, width, stride, 1);                                                                              \
        } else if (height <= 4 && width <= 3 && b->planes == 2 && b->flip == 0) {                                                       \
            PK_OF(stream)(d, b, height, width, stride, 2);                                                                              \
        } else {                                                                                                                        \
            PK_OF(stream)(d, b, height, width, stride, 0);                                                                              \
        }                                                                                                                               \
    }
PK_STREAM(3, 3, 1)
PK_STREAM(3, 3, 2)
PK_STREAM(5, 5, 1)
PK_STREAM(5, 5, 2)
#undef PK_STREAM

static __attribute__((target(PK_TARGET_AVX512))) void PK_OF(block)(const pk_depthwise_lines *d, const pk_block *b) {
    const pk_window *w = d->window;
    if (w->kernel_width == w->kernel_height && (w->stride_width == 1 || (w->stride_width == 2 && w->dilation_width == 1))) {
        if (w->kernel_width == 3) return w->stride_width == 1 ? PK_OF(stream_3x3_1_)(d, b) : PK_OF(stream_3x3_2_)(d, b);
        if (w->kernel_width == 5) return w->stride_width == 1 ? PK_OF(stream_5x5_1_)(d, b) : PK_OF(stream_5x5_2_)(d, b);
    }
    PK_OF(any)(d, b);
}

#undef PK_VECTOR
#undef PK_MASK
#undef PK_MM
#undef PK_SI
#undef PK_OF
#undef PK_JOIN
#undef PK_JOIN_
