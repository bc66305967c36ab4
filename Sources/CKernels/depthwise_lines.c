/// Depthwise convolution by lines for the architecture's baseline: what the compiler makes of vectors of sixteen and eight channels. The
/// last block starts early so that it ends with the last channel (a few are computed twice, with equal results); fewer than eight channels
/// go one by one. Reads the inputs under the windows only; no alignment; `out` does not overlap `x`.
#include "depthwise_lines.h"

#include <string.h>

#include "depthwise_kernels.h"
#include "requantize.h"

#if PK_READS_SIGNED
typedef int8_t pk_read;
#else
typedef uint8_t pk_read;
#endif

#define PK_BLOCK(LANES)                                                                                                                 \
    static inline __attribute__((always_inline)) void block##LANES(const pk_depthwise_lines *d, size_t line, int32_t x, size_t channel, \
                                                                   uint8_t *out) {                                                      \
        typedef uint8_t bytes __attribute__((vector_size(LANES)));                                                                      \
        typedef pk_read reads __attribute__((vector_size(LANES)));                                                                      \
        typedef int16_t halves __attribute__((vector_size(2 * LANES)));                                                                 \
        typedef int32_t words __attribute__((vector_size(4 * LANES)));                                                                  \
        typedef uint32_t wrapping __attribute__((vector_size(4 * LANES)));                                                              \
        const pk_window *w = d->window;                                                                                                 \
        const size_t channels = (size_t)w->input_channels;                                                                              \
        const int16_t *weights = (const int16_t *)d->weights + channel;                                                                 \
        wrapping sums;                                                                                                                  \
        memcpy(&sums, d->requantization->bias + channel, sizeof sums);                                                                  \
        for (int32_t ky = 0; ky < w->kernel_height; ky++) {                                                                             \
            const uint8_t *row = pk_depthwise_row(d, line, ky);                                                                         \
            int32_t column = x * w->stride_width - w->pad_left;                                                                         \
            for (int32_t kx = 0; kx < w->kernel_width; kx++, column += w->dilation_width, weights += channels) {                        \
                halves value = (halves){0} + (int16_t)w->input_zero, weight;                                                            \
                if (row && column >= 0 && column < w->input_width) {                                                                    \
                    bytes b;                                                                                                            \
                    memcpy(&b, row + (size_t)column * channels + channel, sizeof b);                                                    \
                    value = __builtin_convertvector((reads)(b ^ w->input_flip), halves);                                                \
                }                                                                                                                       \
                memcpy(&weight, weights, sizeof weight);                                                                                \
                sums += (wrapping)(__builtin_convertvector(value, words) * __builtin_convertvector(weight, words));                     \
            }                                                                                                                           \
        }                                                                                                                               \
        int32_t results[LANES];                                                                                                         \
        memcpy(results, &sums, sizeof results);                                                                                         \
        pk_requantize_run(results, LANES, d->requantization, channel, out + channel);                                                   \
    }

PK_BLOCK(16)
PK_BLOCK(8)

static void single(const pk_depthwise_lines *d, size_t line, int32_t x, size_t channel, uint8_t *out) {
    const pk_window *w = d->window;
    const size_t channels = (size_t)w->input_channels;
    const int16_t *weights = (const int16_t *)d->weights + channel;
    uint32_t sum = (uint32_t)d->requantization->bias[channel];
    for (int32_t ky = 0; ky < w->kernel_height; ky++) {
        const uint8_t *row = pk_depthwise_row(d, line, ky);
        int32_t column = x * w->stride_width - w->pad_left;
        for (int32_t kx = 0; kx < w->kernel_width; kx++, column += w->dilation_width, weights += channels) {
            int32_t value = w->input_zero;
            if (row && column >= 0 && column < w->input_width) {
                value = (pk_read)(row[(size_t)column * channels + channel] ^ w->input_flip);
            }
            sum += (uint32_t)(value * *weights);
        }
    }
    const int32_t result = (int32_t)sum;
    pk_requantize_run(&result, 1, d->requantization, channel, out + channel);
}

void pk_depthwise_lines_generic(const pk_depthwise_lines *d) {
    const size_t channels = (size_t)d->window->input_channels;
    uint8_t *out = d->out;
    for (size_t line = d->first; line < d->end; line++) {
        for (int32_t x = 0; x < d->window->output_width; x++, out += channels) {
            size_t c = 0;
            for (; c + 16 <= channels; c += 16) block16(d, line, x, c, out);
            if (c + 8 <= channels) block8(d, line, x, c, out), c += 8;
            if (c == channels) continue;
            if (channels >= 8) {
                block8(d, line, x, channels - 8, out);
            } else {
                for (; c < channels; c++) single(d, line, x, c, out);
            }
        }
    }
}
