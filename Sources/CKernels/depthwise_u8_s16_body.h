/// Depthwise convolution, channels in the lanes, included once for each ISA.
///
/// The includer defines PK_DEPTHWISE (the function's name). Sixteen channels at a time, then eight, and the last block of an odd number
/// of channels starts early so that it ends with the last channel (a few are computed twice, with equal results). Fewer than eight
/// channels go one by one. Reads only inputs under the window; no alignment needed; out does not overlap x.
#include <string.h>

#include "depthwise_kernels.h"
#include "requantize.h"

/// What one output pixel needs.
typedef struct {
    const pk_window *window;
    const uint8_t *image;
    const int16_t *weights;
    const int32_t *channel_map;
    int32_t top, left;
} pk_pixel;

#define PK_BLOCK(LANES)                                                                                                                 \
    static inline __attribute__((always_inline)) void block##LANES(const pk_pixel *p, const pk_requantization *r, size_t channel,       \
                                                                   uint8_t *out) {                                                      \
        typedef uint8_t bytes __attribute__((vector_size(LANES)));                                                                      \
        typedef int16_t halves __attribute__((vector_size(2 * LANES)));                                                                 \
        typedef int32_t words __attribute__((vector_size(4 * LANES)));                                                                  \
        typedef uint32_t wrapping __attribute__((vector_size(4 * LANES)));                                                              \
        const pk_window *w = p->window;                                                                                                 \
        size_t inputs = (size_t)w->input_channels, outputs = (size_t)w->output_channels;                                                \
        wrapping acc;                                                                                                                   \
        memcpy(&acc, r->bias + channel, sizeof acc);                                                                                    \
        for (int32_t ky = 0; ky < w->kernel_height; ky++) {                                                                             \
            int32_t y = p->top + ky * w->dilation_height;                                                                               \
            if (y < 0 || y >= w->input_height) continue;                                                                                \
            const uint8_t *line = p->image + (size_t)y * (size_t)w->input_width * inputs;                                               \
            const int16_t *taps = p->weights + (size_t)(ky * w->kernel_width) * outputs + channel;                                      \
            for (int32_t kx = 0; kx < w->kernel_width; kx++, taps += outputs) {                                                         \
                int32_t x = p->left + kx * w->dilation_width;                                                                           \
                if (x < 0 || x >= w->input_width) continue;                                                                             \
                const uint8_t *source = line + (size_t)x * inputs;                                                                      \
                bytes b;                                                                                                                \
                halves weight;                                                                                                          \
                if (p->channel_map) {                                                                                                   \
                    for (size_t i = 0; i < LANES; i++) b[i] = source[p->channel_map[channel + i]];                                      \
                } else {                                                                                                                \
                    memcpy(&b, source + channel, sizeof b);                                                                             \
                }                                                                                                                       \
                memcpy(&weight, taps, sizeof weight);                                                                                   \
                halves value = __builtin_convertvector(b ^ w->input_flip, halves) - (int16_t)w->input_zero;                             \
                acc += (wrapping)(__builtin_convertvector(value, words) * __builtin_convertvector(weight, words));                      \
            }                                                                                                                           \
        }                                                                                                                               \
        int32_t sums[LANES];                                                                                                            \
        memcpy(sums, &acc, sizeof acc);                                                                                                 \
        pk_requantize_run(sums, LANES, r, channel, out + channel);                                                                      \
    }

PK_BLOCK(16)
PK_BLOCK(8)

static void single(const pk_pixel *p, const pk_requantization *r, size_t channel, uint8_t *out) {
    const pk_window *w = p->window;
    int32_t acc = r->bias[channel];
    size_t input = p->channel_map ? (size_t)p->channel_map[channel] : channel;
    for (int32_t ky = 0; ky < w->kernel_height; ky++) {
        int32_t y = p->top + ky * w->dilation_height;
        if (y < 0 || y >= w->input_height) continue;
        for (int32_t kx = 0; kx < w->kernel_width; kx++) {
            int32_t x = p->left + kx * w->dilation_width;
            if (x < 0 || x >= w->input_width) continue;
            size_t at = ((size_t)y * (size_t)w->input_width + (size_t)x) * (size_t)w->input_channels + input;
            int32_t value = (int32_t)(uint8_t)(p->image[at] ^ w->input_flip) - w->input_zero;
            int32_t product = value * p->weights[(size_t)(ky * w->kernel_width + kx) * (size_t)w->output_channels + channel];
            acc = (int32_t)((uint32_t)acc + (uint32_t)product);
        }
    }
    pk_requantize_run(&acc, 1, r, channel, out + channel);
}

void PK_DEPTHWISE(const pk_window *w, const uint8_t *x, const int16_t *weights, const int32_t *channel_map, const pk_requantization *r,
                  uint8_t *out, size_t first, size_t end) {
    size_t channels = (size_t)w->output_channels, height = (size_t)w->output_height;
    size_t image = (size_t)w->input_height * (size_t)w->input_width * (size_t)w->input_channels;
    for (size_t line = first; line < end; line++) {
        pk_pixel p = {w, x + line / height * image, weights, channel_map, (int32_t)(line % height) * w->stride_height - w->pad_top, 0};
        uint8_t *pixel = out + line * (size_t)w->output_width * channels;
        for (int32_t column = 0; column < w->output_width; column++, pixel += channels) {
            p.left = column * w->stride_width - w->pad_left;
            size_t c = 0;
            for (; c + 16 <= channels; c += 16) block16(&p, r, c, pixel);
            if (c == channels) continue;
            if (c + 8 <= channels) block8(&p, r, c, pixel), c += 8;
            if (c == channels) continue;
            if (channels >= 8) {
                block8(&p, r, channels - 8, pixel);
            } else {
                for (; c < channels; c++) single(&p, r, c, pixel);
            }
        }
    }
}
