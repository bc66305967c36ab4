/// Rows of a product whose inputs do not lie in runs that a kernel can read: few channels, or a transposed convolution.
///
/// Writes up to 31 bytes behind a row's inputs, which the next row or the room behind the last one takes; reads x only. No alignment
/// needed; rows do not overlap x.
#include <string.h>

#include "convolution_kernels.h"

typedef struct {
    const pk_window *window;
    /// Where x ends.
    const uint8_t *end;
} pk_packing;

static void flip_bytes(uint8_t *row, uint8_t flip, size_t count) {
    for (size_t i = 0; i < count; i++) row[i] ^= flip;
}

/// Whole vectors where x has as many bytes left.
static inline void copy(const pk_packing *p, const uint8_t *x, uint8_t *row, size_t count) {
    if (count <= 16 && p->end - x >= 16) {
        memcpy(row, x, 16);
    } else if (count <= 32 && p->end - x >= 32) {
        memcpy(row, x, 32);
    } else {
        memcpy(row, x, count);
    }
}

static inline void fill(const pk_packing *p, uint8_t *row, size_t count) {
    memset(row, (uint8_t)p->window->input_zero ^ p->window->input_flip, count);
}

/// One line of the window with dilation 1: neighbours in memory, so at most an outside, one run, an outside.
static inline void pack_line(const pk_packing *p, const uint8_t *line, int32_t left, uint8_t *row) {
    const pk_window *w = p->window;
    size_t channels = (size_t)w->input_channels;
    if (left >= 0 && left + w->kernel_width <= w->input_width) {
        copy(p, line + (size_t)left * channels, row, (size_t)w->kernel_width * channels);
        return;
    }
    int32_t before = left < 0 ? -left : 0;
    before = before > w->kernel_width ? w->kernel_width : before;
    int32_t end = w->input_width - left;
    end = end < before ? before : end > w->kernel_width ? w->kernel_width : end;
    fill(p, row, (size_t)before * channels);
    if (end > before) {
        memcpy(row + (size_t)before * channels, line + (size_t)(left + before) * channels, (size_t)(end - before) * channels);
    }
    fill(p, row + (size_t)end * channels, (size_t)(w->kernel_width - end) * channels);
}

static void pack_dilated_line(const pk_packing *p, const uint8_t *line, int32_t left, uint8_t *row) {
    const pk_window *w = p->window;
    size_t channels = (size_t)w->input_channels;
    for (int32_t kx = 0; kx < w->kernel_width; kx++, row += channels) {
        int32_t x = left + kx * w->dilation_width;
        if (x < 0 || x >= w->input_width) {
            fill(p, row, channels);
        } else {
            memcpy(row, line + (size_t)x * channels, channels);
        }
    }
}

void pk_pack_rows_generic(const pk_window *w, const uint8_t *x, size_t x_bytes, uint8_t *rows, size_t row_bytes, size_t first, size_t end) {
    const pk_packing p = {w, x + x_bytes};
    size_t channels = (size_t)w->input_channels, width = (size_t)w->output_width, height = (size_t)w->output_height;
    size_t line = (size_t)w->input_width * channels, span = (size_t)w->kernel_width * channels;
    size_t column = first % width, y = first / width % height;
    const uint8_t *image = x + first / width / height * (size_t)w->input_height * line;
    for (size_t r = first; r < end; r++, rows += row_bytes) {
        int32_t top = (int32_t)y * w->stride_height - w->pad_top, left = (int32_t)column * w->stride_width - w->pad_left;
        for (int32_t ky = 0; ky < w->kernel_height; ky++) {
            int32_t iy = top + ky * w->dilation_height;
            uint8_t *row = rows + (size_t)ky * span;
            if (iy < 0 || iy >= w->input_height) {
                fill(&p, row, span);
            } else if (w->dilation_width == 1) {
                pack_line(&p, image + (size_t)iy * line, left, row);
            } else {
                pack_dilated_line(&p, image + (size_t)iy * line, left, row);
            }
        }
        if (w->input_flip) flip_bytes(rows, w->input_flip, (size_t)w->kernel_height * span);
        if (++column < width) continue;
        column = 0;
        if (++y < height) continue;
        y = 0;
        image += (size_t)w->input_height * line;
    }
}

void pk_pack_transposed_rows_generic(const pk_window *w, const uint8_t *x, size_t x_bytes, uint8_t *rows, size_t row_bytes, size_t first,
                                     size_t end) {
    const pk_packing p = {w, x + x_bytes};
    size_t channels = (size_t)w->input_channels, width = (size_t)w->output_width, height = (size_t)w->output_height;
    size_t line = (size_t)w->input_width * channels, depth = (size_t)w->kernel_height * (size_t)w->kernel_width * channels;
    for (size_t r = first; r < end; r++, rows += row_bytes) {
        const uint8_t *image = x + r / (width * height) * (size_t)w->input_height * line;
        int32_t bottom = (int32_t)(r / width % height) + w->pad_top;
        int32_t right = (int32_t)(r % width) + w->pad_left;
        fill(&p, rows, depth);
        for (int32_t ky = 0; ky < w->kernel_height && ky <= bottom; ky++) {
            int32_t y = (bottom - ky) / w->stride_height;
            if ((bottom - ky) % w->stride_height != 0 || y >= w->input_height) continue;
            for (int32_t kx = 0; kx < w->kernel_width && kx <= right; kx++) {
                int32_t column = (right - kx) / w->stride_width;
                if ((right - kx) % w->stride_width != 0 || column >= w->input_width) continue;
                memcpy(rows + (size_t)(ky * w->kernel_width + kx) * channels,
                       image + (size_t)y * line + (size_t)column * channels, channels);
            }
        }
        if (w->input_flip) flip_bytes(rows, w->input_flip, depth);
    }
}
