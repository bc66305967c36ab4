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

typedef uint8_t pk_sixteen __attribute__((vector_size(16)));

/// Exactly `count` bytes.
static void copy_flipped(const uint8_t *x, uint8_t *row, uint8_t flip, size_t count) {
    memcpy(row, x, count);
    if (!flip) return;
    for (size_t i = 0; i < count; i++) row[i] ^= flip;
}

/// Whole vectors where x has as many bytes left.
static inline void copy(const pk_packing *p, const uint8_t *x, uint8_t *row, size_t count) {
    uint8_t flip = p->window->input_flip;
    if (count > 32 || p->end - x < 32) {
        copy_flipped(x, row, flip, count);
        return;
    }
    pk_sixteen a, b;
    memcpy(&a, x, sizeof a);
    a ^= flip;
    memcpy(row, &a, sizeof a);
    if (count <= 16) return;
    memcpy(&b, x + 16, sizeof b);
    b ^= flip;
    memcpy(row + 16, &b, sizeof b);
}

static inline void fill(const pk_packing *p, uint8_t *row, size_t count) { memset(row, (uint8_t)p->window->input_zero, count); }

static inline void store_sixteen(uint8_t *row, pk_sixteen bytes) { memcpy(row, &bytes, sizeof bytes); }

/// A line of up to 16 bytes of which columns `before..<end` lie in the image: whole vectors in the order of memory, each over what the last
/// one wrote too much. Returns 0, and has done nothing, where x has not 16 bytes left.
static inline int pack_short_line(const pk_packing *p, const uint8_t *line, int32_t left, int32_t before, int32_t end, uint8_t *row) {
    const pk_window *w = p->window;
    size_t channels = (size_t)w->input_channels;
    const uint8_t *x = line + (size_t)(left + before) * channels;
    if ((size_t)w->kernel_width * channels > 16 || end <= before || p->end - x < 16) return 0;
    const pk_sixteen outside = (pk_sixteen){0} + (uint8_t)w->input_zero;
    pk_sixteen inside;
    memcpy(&inside, x, sizeof inside);
    if (before > 0) store_sixteen(row, outside);
    store_sixteen(row + (size_t)before * channels, inside ^ w->input_flip);
    if (end < w->kernel_width) store_sixteen(row + (size_t)end * channels, outside);
    return 1;
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
    if (pack_short_line(p, line, left, before, end, row)) return;
    fill(p, row, (size_t)before * channels);
    if (end > before) {
        copy_flipped(line + (size_t)(left + before) * channels, row + (size_t)before * channels, w->input_flip,
                     (size_t)(end - before) * channels);
    }
    fill(p, row + (size_t)end * channels, (size_t)(w->kernel_width - end) * channels);
}

/// Rows whose windows lie in the image as a whole and have short lines: `count` neighbours, the first of which begins at x. `height` lines
/// each, a constant where that pays.
static inline __attribute__((always_inline)) void pack_lines(const pk_packing *p, const uint8_t *x, size_t line, size_t height,
                                                             uint8_t *rows, size_t row_bytes, size_t count) {
    const pk_window *w = p->window;
    size_t channels = (size_t)w->input_channels, span = (size_t)w->kernel_width * channels, step = (size_t)w->stride_width * channels;
    const pk_sixteen flip = (pk_sixteen){0} + w->input_flip;
    // In the order of memory: each line's copy writes beyond its end, where the next one follows.
    for (size_t r = 0; r < count; r++, x += step, rows += row_bytes) {
        for (size_t ky = 0; ky < height; ky++) {
            pk_sixteen a;
            memcpy(&a, x + ky * line, sizeof a);
            a ^= flip;
            memcpy(rows + ky * span, &a, sizeof a);
        }
    }
}

static void pack_inner(const pk_packing *p, const uint8_t *x, size_t line, uint8_t *rows, size_t row_bytes, size_t count) {
    if (p->window->kernel_height == 3) {
        pack_lines(p, x, line, 3, rows, row_bytes, count);
    } else {
        pack_lines(p, x, line, (size_t)p->window->kernel_height, rows, row_bytes, count);
    }
}

/// How many rows from output column `column` on, at most `limit`, `pack_inner` can do.
static size_t inner_count(const pk_packing *p, const uint8_t *image, size_t line, int32_t top, size_t column, size_t limit) {
    const pk_window *w = p->window;
    size_t channels = (size_t)w->input_channels;
    int32_t left = (int32_t)column * w->stride_width - w->pad_left;
    if ((size_t)w->kernel_width * channels > 16 || w->dilation_width != 1 || w->dilation_height != 1 || left < 0 || top < 0) return 0;
    if (top + w->kernel_height > w->input_height || left + w->kernel_width > w->input_width) return 0;
    size_t count = (size_t)((w->input_width - w->kernel_width - left) / w->stride_width) + 1;
    count = count < limit ? count : limit;
    // The last copy reads 16 bytes of the window's last line.
    const uint8_t *last = image + (size_t)(top + w->kernel_height - 1) * line + (size_t)left * channels;
    while (count > 0 && p->end - (last + (count - 1) * (size_t)w->stride_width * channels) < 16) count--;
    return count;
}

static void pack_dilated_line(const pk_packing *p, const uint8_t *line, int32_t left, uint8_t *row) {
    const pk_window *w = p->window;
    size_t channels = (size_t)w->input_channels;
    for (int32_t kx = 0; kx < w->kernel_width; kx++, row += channels) {
        int32_t x = left + kx * w->dilation_width;
        if (x < 0 || x >= w->input_width) {
            fill(p, row, channels);
        } else {
            copy_flipped(line + (size_t)x * channels, row, w->input_flip, channels);
        }
    }
}

static void pack_row(const pk_packing *p, const uint8_t *image, size_t line, int32_t top, int32_t left, uint8_t *row) {
    const pk_window *w = p->window;
    size_t span = (size_t)w->kernel_width * (size_t)w->input_channels;
    for (int32_t ky = 0; ky < w->kernel_height; ky++, row += span) {
        int32_t iy = top + ky * w->dilation_height;
        if (iy < 0 || iy >= w->input_height) {
            if (span <= 16) {
                store_sixteen(row, (pk_sixteen){0} + (uint8_t)w->input_zero);
            } else {
                fill(p, row, span);
            }
        } else if (w->dilation_width == 1) {
            pack_line(p, image + (size_t)iy * line, left, row);
        } else {
            pack_dilated_line(p, image + (size_t)iy * line, left, row);
        }
    }
}

void pk_pack_rows_generic(const pk_window *w, const uint8_t *x, size_t x_bytes, uint8_t *rows, size_t row_bytes, size_t first, size_t end) {
    const pk_packing p = {w, x + x_bytes};
    size_t width = (size_t)w->output_width, height = (size_t)w->output_height;
    size_t line = (size_t)w->input_width * (size_t)w->input_channels;
    for (size_t r = first; r < end;) {
        size_t column = r % width, limit = width - column < end - r ? width - column : end - r;
        const uint8_t *image = x + r / width / height * (size_t)w->input_height * line;
        int32_t top = (int32_t)(r / width % height) * w->stride_height - w->pad_top;
        for (size_t segment = r + limit; r < segment;) {
            int32_t left = (int32_t)column * w->stride_width - w->pad_left;
            size_t inner = inner_count(&p, image, line, top, column, segment - r);
            if (inner > 0) {
                const uint8_t *start = image + (size_t)top * line + (size_t)left * (size_t)w->input_channels;
                pack_inner(&p, start, line, rows, row_bytes, inner);
            } else {
                pack_row(&p, image, line, top, left, rows);
                inner = 1;
            }
            r += inner;
            column += inner;
            rows += inner * row_bytes;
        }
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
                copy_flipped(image + (size_t)y * line + (size_t)column * channels,
                             rows + (size_t)(ky * w->kernel_width + kx) * channels, w->input_flip, channels);
            }
        }
    }
}

void pk_pack_lines_generic(const pk_window *w, const uint8_t *x, uint8_t *lines, size_t line_bytes, int32_t first, size_t count) {
    const pk_packing p = {w, x};
    const size_t channels = (size_t)w->input_channels, width = (size_t)w->input_width * channels;
    const size_t margin = (size_t)w->pad_left * channels, left = margin < line_bytes ? margin : line_bytes;
    const size_t inside = width < line_bytes - left ? width : line_bytes - left;
    for (size_t i = 0; i < count; i++, lines += line_bytes) {
        const int32_t y = first + (int32_t)i;
        if (y < 0 || y >= w->input_height) {
            fill(&p, lines, line_bytes);
            continue;
        }
        fill(&p, lines, left);
        copy_flipped(x + (size_t)y * width, lines + left, w->input_flip, inside);
        fill(&p, lines + left + inside, line_bytes - left - inside);
    }
}
