/// Depthwise convolution by lines for the architecture's baseline; sixteen channels at a time, then the rest.
#include "depthwise_lines.h"

#include "depthwise_kernels.h"
#include "requantize.h"

#if PK_READS_SIGNED
typedef int8_t pk_read;
#else
typedef uint8_t pk_read;
#endif

static inline __attribute__((always_inline)) void block(const pk_depthwise_lines *d, size_t line, int32_t x, size_t channel, size_t count,
                                                        uint8_t *out) {
    const pk_window *w = d->window;
    const size_t channels = (size_t)w->input_channels;
    uint32_t sums[16];
    int32_t results[16];
    for (size_t i = 0; i < count; i++) sums[i] = (uint32_t)d->requantization->bias[channel + i];
    const int16_t *weights = (const int16_t *)d->weights + channel;
    for (int32_t ky = 0; ky < w->kernel_height; ky++) {
        const uint8_t *row = pk_depthwise_row(d, line, ky);
        int32_t column = x * w->stride_width - w->pad_left;
        for (int32_t kx = 0; kx < w->kernel_width; kx++, column += w->dilation_width, weights += channels) {
            if (row && column >= 0 && column < w->input_width) {
                const uint8_t *bytes = row + (size_t)column * channels + channel;
                for (size_t i = 0; i < count; i++) sums[i] += (uint32_t)((int16_t)(pk_read)(bytes[i] ^ w->input_flip) * weights[i]);
            } else {
                for (size_t i = 0; i < count; i++) sums[i] += (uint32_t)((int16_t)w->input_zero * weights[i]);
            }
        }
    }
    for (size_t i = 0; i < count; i++) results[i] = (int32_t)sums[i];
    pk_requantize_run(results, count, d->requantization, channel, out + channel);
}

void pk_depthwise_lines_generic(const pk_depthwise_lines *d) {
    const size_t channels = (size_t)d->window->input_channels;
    uint8_t *out = d->out;
    for (size_t line = d->first; line < d->end; line++) {
        for (int32_t x = 0; x < d->window->output_width; x++, out += channels) {
            size_t channel = 0;
            for (; channel + 16 <= channels; channel += 16) block(d, line, x, channel, 16, out);
            if (channel < channels) block(d, line, x, channel, channels - channel, out);
        }
    }
}
