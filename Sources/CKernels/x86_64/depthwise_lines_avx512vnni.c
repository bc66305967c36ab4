/// Depthwise convolution with VPDPBUSD on 64-byte vectors; see depthwise_quads_body.h.
#if defined(__x86_64__)
#include <string.h>

#include "../depthwise_kernels.h"
#include "../depthwise_lines.h"
#include "requantize_avx512.h"

#define PK_TARGET_AVX512 "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni"

/// Some channels of a block take integers, the others single precision.
#define PK_FORM_MIXED 4

/// A block of up to 64 channels.
typedef struct {
    size_t channel, count;
    uint64_t mask;
    const int8_t *weights;
    int planes;
    unsigned rest;
    uint8_t zero, flip;
    /// What a row outside of the image reads, at every column.
    const uint8_t *outside;
    pk_limits_avx512 limits;
    /// In the order of the sums' registers, joined to 16 lanes each.
    pk_lanes_avx512 lanes[4];
    /// PK_FORM_MIXED: which lanes take the integers of `other`.
    __mmask16 integers[4];
    pk_lanes_avx512 other[4];
    int32_t bias[64];
} pk_block;

/// Where row `r` of the window of an output line starts; `step` is the mask for offsets into it: 0 outside of the image.
PK_INLINE_AVX512 const uint8_t *pk_row(const pk_depthwise_lines *d, const pk_block *b, size_t line, int32_t r, ptrdiff_t *step) {
    const uint8_t *row = pk_depthwise_row(d, line, r);
    *step = row ? -1 : 0;
    return row ? row + b->channel : b->outside;
}

#define PK_WIDTH 64
#include "depthwise_quads_body.h"
#undef PK_WIDTH
#define PK_WIDTH 32
#include "depthwise_quads_body.h"
#undef PK_WIDTH
#define PK_WIDTH 16
#include "depthwise_quads_body.h"
#undef PK_WIDTH

/// With more channels, the walk along the columns is faster.
#define PK_PIXEL_CHANNELS 16
#include "depthwise_pixels_body.h"

/// 16 numbers: four from each of four places.
PK_INLINE_AVX512 __m512i four_places(const void *numbers, const size_t places[4]) {
    const __m128i *p = numbers;
    __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(p + places[0])), _mm_loadu_si128(p + places[1]), 1);
    __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(p + places[2])), _mm_loadu_si128(p + places[3]), 1);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

/// The lanes and the bias of a block in the order of its registers.
static __attribute__((target(PK_TARGET_AVX512))) void load_block(pk_block *b, size_t width, const pk_requantization *r) {
    const size_t quarters = width / 16, registers = width / 16;
    // The more general form in single precision serves both of them; the integers serve no channel but their own, whose bias is theirs.
    int form = PK_FORM_FLOAT, integers = 0, floats = 0;
    for (size_t q = 0; q < quarters && 16 * q < b->count; q++) {
        const int own = r->form[b->channel / 16 + q];
        if (own == PK_FORM_INTEGER) {
            integers = 1;
        } else {
            floats = 1;
        }
        if (own == PK_FORM_FLOAT_SIGNED) form = PK_FORM_FLOAT_SIGNED;
    }
    int general = 0;
    for (size_t i = 0; i < registers; i++) {
        size_t places[4];
        // Sixteen lanes from register k on: quarter q of register k has the channels 16 q + 4 k + 0...3.
        for (size_t j = 0; j < 4; j++) {
            const size_t at = 4 * i + j, k = at / quarters, q = at % quarters;
            places[j] = b->channel / 4 + 4 * q + k;
        }
        b->integers[i] = 0;
        if (floats) {
            const __m512 offset = _mm512_castsi512_ps(four_places(r->offset, places));
            __m512 negative = _mm512_castsi512_ps(four_places(r->offset_negative, places));
            for (size_t j = 0; j < 4; j++) {
                const int own = r->form[places[j] / 4];
                if (own != PK_FORM_FLOAT_SIGNED) negative = _mm512_mask_mov_ps(negative, (__mmask16)(15u << 4 * j), offset);
                if (own == PK_FORM_INTEGER) b->integers[i] |= (__mmask16)(15u << 4 * j);
            }
            b->lanes[i] = pk_lanes_float_avx512(form, _mm512_castsi512_ps(four_places(r->scale, places)), offset, negative);
        }
        if (integers) {
            b->other[i] = pk_lanes_integer_avx512(four_places(r->multiplier, places), four_places(r->left, places),
                                                  four_places(r->right, places), r->zero_point);
            if (b->other[i].form == PK_FORM_INTEGER) general = 1;
            if (!floats) b->lanes[i] = b->other[i];
        }
        _mm512_storeu_si512(b->bias + 16 * i, four_places(r->bias, places));
    }
    if (general && !floats) b->lanes[0].form = PK_FORM_INTEGER;
    if (integers && floats) b->lanes[0].form = PK_FORM_MIXED;
}

__attribute__((target(PK_TARGET_AVX512))) void pk_depthwise_lines_avx512vnni(const pk_depthwise_lines *d) {
    const pk_window *w = d->window;
    const size_t channels = (size_t)w->input_channels;
    const size_t taps = (size_t)((w->kernel_height + 3) / 4) * (size_t)w->kernel_width;
    const uint8_t *planes = d->planes;
    uint8_t outside[64];
    pk_block b;
    b.zero = (uint8_t)w->input_zero ^ w->input_flip;
    b.flip = w->input_flip;
    b.outside = outside;
    b.weights = d->weights;
    b.limits = pk_limits_load_avx512(d->requantization);
    memset(outside, b.zero, sizeof outside);
    if (is_for_pixels(w, planes)) {
        b.channel = 0;
        b.planes = *planes & 3;
        b.rest = *planes >> 2;
        pixel_block(d, &b);
        return;
    }
    for (b.channel = 0; b.channel < channels; b.channel += 64, b.weights += 64 * 4 * taps * (size_t)b.planes) {
        b.count = channels - b.channel < 64 ? channels - b.channel : 64;
        b.mask = b.count == 64 ? ~0ull : (1ull << b.count) - 1;
        b.planes = *planes & 3;
        b.rest = *planes++ >> 2;
        if (b.count > 32) {
            load_block(&b, 64, d->requantization);
            block64(d, &b);
        } else if (b.count > 16) {
            load_block(&b, 32, d->requantization);
            block32(d, &b);
        } else {
            load_block(&b, 16, d->requantization);
            block16(d, &b);
        }
    }
}
#endif
