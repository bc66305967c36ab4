/// Rows of the matrix product of a convolution: bytes to int16 with the zero point removed, so that padding is 0.
/// Reads exactly the inputs under the windows, writes exactly the rows; no alignment needed; the compiler vectorises the conversion.
#include <string.h>

#include "convolution_kernels.h"

static void convert(const pk_window *w, const uint8_t *x, int16_t *row, size_t count) {
    uint8_t flip = w->input_flip;
    int16_t zero = (int16_t)w->input_zero;
    for (size_t i = 0; i < count; i++) row[i] = (int16_t)((int16_t)(uint8_t)(x[i] ^ flip) - zero);
}

static void fill_zero(int16_t *row, size_t count) { memset(row, 0, count * sizeof(int16_t)); }

/// One line of the window with dilation 1: neighbours in memory, so at most zeros, one run, zeros.
static void pack_line(const pk_window *w, const uint8_t *line, int32_t left, int16_t *row) {
    size_t channels = (size_t)w->input_channels;
    int32_t before = left < 0 ? -left : 0;
    before = before > w->kernel_width ? w->kernel_width : before;
    int32_t end = w->input_width - left;
    end = end < before ? before : end > w->kernel_width ? w->kernel_width : end;
    fill_zero(row, (size_t)before * channels);
    if (end > before) {
        convert(w, line + (size_t)(left + before) * channels, row + (size_t)before * channels, (size_t)(end - before) * channels);
    }
    fill_zero(row + (size_t)end * channels, (size_t)(w->kernel_width - end) * channels);
}

static void pack_dilated_line(const pk_window *w, const uint8_t *line, int32_t left, int16_t *row) {
    size_t channels = (size_t)w->input_channels;
    for (int32_t kx = 0; kx < w->kernel_width; kx++, row += channels) {
        int32_t x = left + kx * w->dilation_width;
        if (x < 0 || x >= w->input_width) {
            fill_zero(row, channels);
        } else {
            convert(w, line + (size_t)x * channels, row, channels);
        }
    }
}

void pk_pack_rows_u8_s16_generic(const pk_window *w, const uint8_t *x, int16_t *rows, size_t first, size_t end) {
    size_t channels = (size_t)w->input_channels, width = (size_t)w->output_width, height = (size_t)w->output_height;
    size_t line = (size_t)w->input_width * channels, span = (size_t)w->kernel_width * channels;
    size_t depth = (size_t)w->kernel_height * span, padded = (size_t)w->padded_depth;
    for (size_t r = first; r < end; r++, rows += padded) {
        const uint8_t *image = x + r / (width * height) * (size_t)w->input_height * line;
        int32_t top = (int32_t)(r / width % height) * w->stride_height - w->pad_top;
        int32_t left = (int32_t)(r % width) * w->stride_width - w->pad_left;
        for (int32_t ky = 0; ky < w->kernel_height; ky++) {
            int32_t y = top + ky * w->dilation_height;
            int16_t *row = rows + (size_t)ky * span;
            if (y < 0 || y >= w->input_height) {
                fill_zero(row, span);
            } else if (w->dilation_width == 1) {
                pack_line(w, image + (size_t)y * line, left, row);
            } else {
                pack_dilated_line(w, image + (size_t)y * line, left, row);
            }
        }
        fill_zero(rows + depth, padded - depth);
    }
}

void pk_pack_transposed_rows_u8_s16_generic(const pk_window *w, const uint8_t *x, int16_t *rows, size_t first, size_t end) {
    size_t channels = (size_t)w->input_channels, width = (size_t)w->output_width, height = (size_t)w->output_height;
    size_t line = (size_t)w->input_width * channels, padded = (size_t)w->padded_depth;
    for (size_t r = first; r < end; r++, rows += padded) {
        const uint8_t *image = x + r / (width * height) * (size_t)w->input_height * line;
        int32_t bottom = (int32_t)(r / width % height) + w->pad_top;
        int32_t right = (int32_t)(r % width) + w->pad_left;
        fill_zero(rows, padded);
        for (int32_t ky = 0; ky < w->kernel_height && ky <= bottom; ky++) {
            int32_t y = (bottom - ky) / w->stride_height;
            if ((bottom - ky) % w->stride_height != 0 || y >= w->input_height) continue;
            for (int32_t kx = 0; kx < w->kernel_width && kx <= right; kx++) {
                int32_t column = (right - kx) / w->stride_width;
                if ((right - kx) % w->stride_width != 0 || column >= w->input_width) continue;
                convert(w, image + (size_t)y * line + (size_t)column * channels,
                        rows + (size_t)(ky * w->kernel_width + kx) * channels, channels);
            }
        }
    }
}
