/// Bilinear interpolation, included once for each ISA.
///
/// The includer defines PK_RESIZE_NAME(stem) and PK_VECTOR_BYTES (the register's width). An output line takes two passes: the two input
/// lines are blended into scratch memory once, then each output pixel blends two pixels of that. Pixels are written in whole vectors: what
/// a vector has too much lands where the next pixel is written later; the last pixels of the range, where it would land outside, go
/// through a copy. Scratch memory ends in room for what a vector reads too much, whose value does not matter.
#include <string.h>

#include "resize_kernels.h"

#define PK_SHORTS (PK_VECTOR_BYTES / 2)
#define PK_WORDS (PK_VECTOR_BYTES / 4)
#define PK_INLINE static inline __attribute__((always_inline))

typedef uint8_t pk_short_bytes __attribute__((vector_size(PK_SHORTS)));
typedef uint16_t pk_shorts __attribute__((vector_size(PK_VECTOR_BYTES)));
typedef int16_t pk_signed_shorts __attribute__((vector_size(PK_VECTOR_BYTES)));
typedef uint8_t pk_word_bytes __attribute__((vector_size(PK_WORDS)));
typedef int8_t pk_signed_word_bytes __attribute__((vector_size(PK_WORDS)));
typedef int32_t pk_words __attribute__((vector_size(PK_VECTOR_BYTES)));
typedef float pk_floats __attribute__((vector_size(PK_VECTOR_BYTES)));

/// The two input lines of output line `line` of all N * OH.
typedef struct {
    size_t top, bottom;
    const pk_sample *row;
} line_pair;

PK_INLINE line_pair lines(const pk_resize *r, size_t line) {
    const pk_sample *row = r->rows + line % r->output_height;
    size_t image = line / r->output_height * r->input_height, stride = r->input_width * r->channels;
    return (line_pair){(image + (size_t)row->first) * stride, (image + (size_t)row->second) * stride, row};
}

PK_INLINE pk_short_bytes shorts_pixel(const uint16_t *left, const uint16_t *right, uint16_t w0, uint16_t w1, uint32_t shift,
                                      uint16_t half, int is_signed) {
    pk_shorts a, b;
    memcpy(&a, left, sizeof a), memcpy(&b, right, sizeof b);
    pk_shorts sum = a * w0 + b * w1;
    if (!is_signed) return __builtin_convertvector((sum + half) >> (uint16_t)shift, pk_short_bytes);
    // Half away from zero is half up, less one for what is below zero.
    pk_signed_shorts total = (pk_signed_shorts)sum, rounded = total + (int16_t)half + (total >> 15);
    return __builtin_convertvector((pk_shorts)(rounded >> (int16_t)shift), pk_short_bytes);
}

PK_INLINE void shorts_lines(const pk_resize *r, const uint8_t *x, uint8_t *out, size_t first, size_t end, uint16_t *scratch,
                            int is_signed) {
    size_t channels = r->channels, count = r->input_width * channels;
    uint32_t shift = 2 * r->bits;
    uint16_t half = (uint16_t)((1u << shift) >> 1);
    uint8_t *target = out + first * r->output_width * channels, *limit = out + end * r->output_width * channels;
    for (size_t line = first; line < end; line++) {
        line_pair pair = lines(r, line);
        const uint8_t *top = x + pair.top, *bottom = x + pair.bottom;
        uint16_t w0 = (uint16_t)pair.row->first_weight.fraction, w1 = (uint16_t)pair.row->second_weight.fraction;
        if (is_signed) {
            for (size_t i = 0; i < count; i++) {
                scratch[i] = (uint16_t)((uint16_t)(int8_t)top[i] * w0 + (uint16_t)(int8_t)bottom[i] * w1);
            }
        } else {
            for (size_t i = 0; i < count; i++) scratch[i] = (uint16_t)(top[i] * w0 + bottom[i] * w1);
        }
        for (size_t column = 0; column < r->output_width; column++, target += channels) {
            const pk_sample *sample = r->columns + column;
            const uint16_t *left = scratch + (size_t)sample->first * channels, *right = scratch + (size_t)sample->second * channels;
            uint16_t c0 = (uint16_t)sample->first_weight.fraction, c1 = (uint16_t)sample->second_weight.fraction;
            for (size_t c = 0; c < channels; c += PK_SHORTS) {
                pk_short_bytes bytes = shorts_pixel(left + c, right + c, c0, c1, shift, half, is_signed);
                size_t room = (size_t)(limit - (target + c));
                if (__builtin_expect(room >= PK_SHORTS, 1)) {
                    memcpy(target + c, &bytes, sizeof bytes);
                } else {
                    memcpy(target + c, &bytes, room);
                }
            }
        }
    }
}

void PK_RESIZE_NAME(pk_bilinear_u8_u16)(const pk_resize *r, const uint8_t *x, uint8_t *out, size_t first, size_t end,
                                        uint16_t *scratch) {
    if (r->flip) {
        shorts_lines(r, x, out, first, end, scratch, 1);
    } else {
        shorts_lines(r, x, out, first, end, scratch, 0);
    }
}

void PK_RESIZE_NAME(pk_bilinear_s8_s32)(const pk_resize *r, const int8_t *x, int8_t *out, size_t first, size_t end, int32_t *scratch) {
    size_t channels = r->channels, count = r->input_width * channels;
    int8_t *target = out + first * r->output_width * channels, *limit = out + end * r->output_width * channels;
    for (size_t line = first; line < end; line++) {
        line_pair pair = lines(r, line);
        const int8_t *top = x + pair.top, *bottom = x + pair.bottom;
        int32_t w0 = pair.row->first_weight.fraction, w1 = pair.row->second_weight.fraction;
        for (size_t i = 0; i < count; i++) scratch[i] = top[i] * w0 + bottom[i] * w1;
        for (size_t column = 0; column < r->output_width; column++, target += channels) {
            const pk_sample *sample = r->columns + column;
            const int32_t *left = scratch + (size_t)sample->first * channels, *right = scratch + (size_t)sample->second * channels;
            int32_t c0 = sample->first_weight.fraction, c1 = sample->second_weight.fraction;
            for (size_t c = 0; c < channels; c += PK_WORDS) {
                pk_words a, b;
                memcpy(&a, left + c, sizeof a), memcpy(&b, right + c, sizeof b);
                pk_words sum = a * c0 + b * c1;
                // Half away from zero is half up, less one for what is below zero.
                pk_signed_word_bytes bytes = __builtin_convertvector((sum + (1 << 19) + (sum >> 31)) >> 20, pk_signed_word_bytes);
                size_t room = (size_t)(limit - (target + c));
                if (__builtin_expect(room >= PK_WORDS, 1)) {
                    memcpy(target + c, &bytes, sizeof bytes);
                } else {
                    memcpy(target + c, &bytes, room);
                }
            }
        }
    }
}

void PK_RESIZE_NAME(pk_bilinear_u8_f32)(const pk_resize *r, const uint8_t *x, uint8_t *out, size_t first, size_t end, float *scratch) {
#pragma clang fp contract(off)
    size_t channels = r->channels, count = r->input_width * channels;
    uint8_t *target = out + first * r->output_width * channels, *limit = out + end * r->output_width * channels;
    float *above = scratch, *below = scratch + count;
    for (size_t line = first; line < end; line++) {
        line_pair pair = lines(r, line);
        const uint8_t *top = x + pair.top, *bottom = x + pair.bottom;
        float w0 = pair.row->first_weight.number, w1 = pair.row->second_weight.number;
        for (size_t i = 0; i < count; i++) above[i] = (float)top[i] * w0, below[i] = (float)bottom[i] * w1;
        for (size_t column = 0; column < r->output_width; column++, target += channels) {
            const pk_sample *sample = r->columns + column;
            size_t left = (size_t)sample->first * channels, right = (size_t)sample->second * channels;
            float c0 = sample->first_weight.number, c1 = sample->second_weight.number;
            for (size_t c = 0; c < channels; c += PK_WORDS) {
                pk_floats top_left, bottom_left, top_right, bottom_right;
                memcpy(&top_left, above + left + c, sizeof top_left), memcpy(&bottom_left, below + left + c, sizeof bottom_left);
                memcpy(&top_right, above + right + c, sizeof top_right), memcpy(&bottom_right, below + right + c, sizeof bottom_right);
                pk_floats sum = top_left * c0 + bottom_left * c0 + top_right * c1 + bottom_right * c1 + 0.5f;
                pk_word_bytes bytes = __builtin_convertvector(__builtin_convertvector(sum, pk_words), pk_word_bytes);
                size_t room = (size_t)(limit - (target + c));
                if (__builtin_expect(room >= PK_WORDS, 1)) {
                    memcpy(target + c, &bytes, sizeof bytes);
                } else {
                    memcpy(target + c, &bytes, room);
                }
            }
        }
    }
}
