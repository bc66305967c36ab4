/// The walk over a product's tiles where windows lie at equal steps, included by convolution_body.h for kernels that have pk_even_tile.
///
/// Most tiles are neighbouring windows of a line that do not leave the image to the left or right: run r of row i begins at
/// first[r] + i * row_step, and no table of pointers is needed. What is left are the columns at the border: there a tile is a column, and
/// its rows are a line of the image apart. Pixels in corners are tiles of their own. A run that lies outside is the same for all rows.

static inline __attribute__((always_inline)) void pk_even_tile(const uint8_t *const *first, size_t mr, size_t width, const pk_operands *o,
                                                               uint8_t *out);

/// A tile that waits for its panels.
typedef struct {
    /// Output pixels: the first, and how far the next ones are.
    size_t pixel, pixel_step;
    size_t rows, row_step, runs, taps_per_run;
} pk_even_pixels;

typedef struct {
    const pk_rows *source;
    const pk_weights *weights;
    const pk_requantization *requantization;
    const pk_part *part;
    /// [block_tiles][taps]
    const uint8_t **firsts;
    uint8_t *out;
    size_t out_pixel_bytes;
    /// Most rows of a tile.
    size_t most_rows;
    pk_steps steps;
    /// Output columns and lines whose windows do not leave the image to the left or right, or above or below.
    size_t left, right, top, bottom;
    size_t count;
    pk_even_pixels tiles[PK_BLOCK_TILES];
} pk_even_walk;

/// From which window on, and up to which, none of `count` leaves an image of `size` pixels at a side.
static inline void pk_inner_windows(int32_t size, int32_t kernel, int32_t dilation, int32_t stride, int32_t pad, int32_t count,
                                    size_t *first, size_t *end) {
    const int32_t room = size + pad - ((kernel - 1) * dilation + 1);
    const int32_t before = (pad + stride - 1) / stride, behind = room < 0 ? 0 : room / stride + 1;
    *end = (size_t)(behind < count ? behind : count);
    *first = (size_t)before < *end ? (size_t)before : *end;
}

/// Least windows of a line or column without a border that make tiles of their own worth it.
#define PK_LEAST_EVEN 8
/// What a pixel saves, in groups of products of a panel, is so many times what a pixel in a corner costs more.
#define PK_EVEN_GAIN 8

static int pk_is_even(const pk_rows *s, const pk_part *part) {
    const pk_window *w = s->window;
    if (!w) return 1;
    size_t left, right, top, bottom;
    pk_inner_windows(w->input_width, w->kernel_width, w->dilation_width, w->stride_width, w->pad_left, w->output_width, &left, &right);
    pk_inner_windows(w->input_height, w->kernel_height, w->dilation_height, w->stride_height, w->pad_top, w->output_height, &top, &bottom);
    // Without borders at the sides all tiles are lines.
    if (left == 0 && right == (size_t)w->output_width) return right >= PK_LEAST_EVEN;
    const size_t pixels = (size_t)w->output_width * (size_t)w->output_height;
    return right - left >= PK_LEAST_EVEN && bottom - top >= PK_LEAST_EVEN &&
           pixels * PK_EVEN_GAIN > s->taps * s->depth * (part->end_panel - part->first_panel);
}

#define PK_EVEN_CASES(CASE)                                                                                                               \
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14) CASE(15) CASE(16) \
    CASE(17) CASE(18) CASE(19) CASE(20) CASE(21) CASE(22) CASE(23) CASE(24)

static void pk_wide_even_tile(const uint8_t *const *first, size_t mr, const pk_operands *o, uint8_t *out) {
    switch (mr) {
#define PK_CASE(MR)                                                          \
    case MR:                                                                 \
        if (MR <= PK_EVEN_ROWS) pk_even_tile(first, MR, PK_PANEL, o, out);   \
        break;
        PK_EVEN_CASES(PK_CASE)
#undef PK_CASE
    }
}

static void pk_narrow_even_tile(const uint8_t *const *first, size_t mr, const pk_operands *o, uint8_t *out) {
    switch (mr) {
#define PK_CASE(MR)                                                                        \
    case MR:                                                                               \
        if (MR <= PK_NARROW_EVEN_ROWS) pk_even_tile(first, MR, PK_NARROW_PANEL, o, out);   \
        break;
        PK_EVEN_CASES(PK_CASE)
#undef PK_CASE
    }
}

/// Computes the tiles that wait.
static void pk_even_flush(pk_even_walk *e) {
    const size_t taps = e->source->taps;
    for (size_t p = e->part->first_panel; p < e->part->end_panel; p++) {
        pk_operands o = {.weights = e->weights, .panel = e->weights->panels + p, .requantization = e->requantization,
                         .outside = e->source->outside};
        for (size_t t = 0; t < e->count; t++) {
            const pk_even_pixels *tile = e->tiles + t;
            o.out_pixel_bytes = tile->pixel_step * e->out_pixel_bytes;
            o.runs = tile->runs;
            o.taps_per_run = tile->taps_per_run;
            o.depth = e->source->depth * tile->taps_per_run;
            o.row_step = tile->row_step;
            uint8_t *out = e->out + tile->pixel * e->out_pixel_bytes + o.panel->channel;
            if (o.panel->width == PK_NARROW_PANEL) {
                pk_narrow_even_tile(e->firsts + t * taps, tile->rows, &o, out);
            } else {
                pk_wide_even_tile(e->firsts + t * taps, tile->rows, &o, out);
            }
        }
    }
    e->count = 0;
}

/// Where the runs of the window of output column `column` begin: by taps, or by whole lines of taps.
static inline void pk_even_firsts(const pk_even_walk *e, const uint8_t *image, size_t line, size_t column, int whole,
                                  const uint8_t **firsts) {
    const pk_rows *s = e->source;
    const pk_window *w = s->window;
    const int32_t top = (int32_t)line * w->stride_height - w->pad_top, left = (int32_t)column * w->stride_width - w->pad_left;
    for (int32_t ky = 0; ky < w->kernel_height; ky++) {
        const int32_t y = top + ky * w->dilation_height;
        const int inside = y >= 0 && y < w->input_height;
        for (int32_t kx = 0; kx < (whole ? 1 : w->kernel_width); kx++) {
            const int32_t x = left + kx * w->dilation_width;
            *firsts++ = inside && x >= 0 && x < w->input_width
                            ? image + (ptrdiff_t)y * (ptrdiff_t)e->steps.line + (ptrdiff_t)x * (ptrdiff_t)s->pixel_bytes
                            : s->outside;
        }
    }
}

/// `count` output pixels of image `index`: neighbours of a line, or of a column.
static inline void pk_even_add(pk_even_walk *e, size_t index, size_t line, size_t column, size_t count, int is_column, int is_inner) {
    const pk_rows *s = e->source;
    const pk_window *w = s->window;
    const size_t width = (size_t)w->output_width;
    const int whole = is_inner && w->dilation_width == 1 && s->pixel_bytes == s->depth;
    const size_t down = (size_t)w->stride_height * e->steps.line, taps_per_run = whole ? (size_t)w->kernel_width : 1;
    pk_even_firsts(e, s->x + index * e->steps.image, line, column, whole, e->firsts + e->count * s->taps);
    e->tiles[e->count++] = (pk_even_pixels){.pixel = (index * (size_t)w->output_height + line) * width + column,
                                            .pixel_step = is_column ? width : 1,
                                            .rows = count,
                                            .row_step = is_column ? down : e->steps.stride,
                                            .runs = s->taps / taps_per_run,
                                            .taps_per_run = taps_per_run};
    if (e->count == e->part->block_tiles) pk_even_flush(e);
}

/// Output columns first..<end of a line, those at the border too if `alone`.
static void pk_even_line(pk_even_walk *e, size_t index, size_t line, size_t first, size_t end, int alone) {
    const size_t left = first > e->left ? first : e->left, right = end < e->right ? end : e->right;
    const size_t count = right > left ? right - left : 0, tiles = (count + e->most_rows - 1) / e->most_rows;
    for (size_t t = 0; t < tiles; t++) {
        const size_t at = left + count * t / tiles;
        pk_even_add(e, index, line, at, left + count * (t + 1) / tiles - at, 0, 1);
    }
    if (!alone) return;
    for (size_t column = first; column < end; column++) {
        if (column < e->left || column >= e->right) pk_even_add(e, index, line, column, 1, 0, 0);
    }
}

/// Whole lines of an image, none of whose windows leaves it above or below: their borders are columns.
static void pk_even_band(pk_even_walk *e, size_t index, size_t first, size_t count) {
    const size_t width = (size_t)e->source->window->output_width;
    for (size_t line = first; line < first + count; line++) pk_even_line(e, index, line, 0, width, 0);
    for (size_t column = 0; column < width; column++) {
        if (column >= e->left && column < e->right) column = e->right;
        if (column < width) pk_even_add(e, index, first, column, count, 1, 0);
    }
}

/// Rows of pixels, without a window.
static void pk_even_pixels_product(pk_even_walk *e) {
    const pk_rows *s = e->source;
    const size_t first = e->part->first_row, count = e->part->end_row - first, tiles = (count + e->most_rows - 1) / e->most_rows;
    for (size_t t = 0; t < tiles; t++) {
        const size_t at = first + count * t / tiles;
        e->firsts[e->count * s->taps] = s->x + at * s->pixel_bytes;
        e->tiles[e->count++] = (pk_even_pixels){.pixel = at,
                                                .pixel_step = 1,
                                                .rows = first + count * (t + 1) / tiles - at,
                                                .row_step = s->pixel_bytes,
                                                .runs = 1,
                                                .taps_per_run = 1};
        if (e->count == e->part->block_tiles) pk_even_flush(e);
    }
    pk_even_flush(e);
}

static void pk_even_product(const pk_rows *source, const pk_weights *weights, const pk_requantization *requantization,
                            const pk_part *part, const uint8_t **pointers, uint8_t *out, size_t out_pixel_bytes) {
    pk_even_walk e;
    e.source = source;
    e.weights = weights;
    e.requantization = requantization;
    e.part = part;
    e.firsts = pointers;
    e.out = out;
    e.out_pixel_bytes = out_pixel_bytes;
    e.count = 0;
    e.most_rows = PK_NARROW_EVEN_ROWS;
    for (size_t p = part->first_panel; p < part->end_panel; p++) {
        if (weights->panels[p].width != PK_NARROW_PANEL) e.most_rows = PK_EVEN_ROWS;
    }
    const pk_window *w = source->window;
    if (!w) {
        pk_even_pixels_product(&e);
        return;
    }
    e.steps = pk_steps_of(source);
    pk_inner_windows(w->input_width, w->kernel_width, w->dilation_width, w->stride_width, w->pad_left, w->output_width, &e.left, &e.right);
    pk_inner_windows(w->input_height, w->kernel_height, w->dilation_height, w->stride_height, w->pad_top, w->output_height, &e.top,
                     &e.bottom);
    const size_t width = (size_t)w->output_width, height = (size_t)w->output_height;
    for (size_t row = part->first_row; row < part->end_row;) {
        const size_t column = row % width, line = row / width % height, index = row / width / height;
        const size_t whole_lines = column ? 0 : (part->end_row - row) / width;
        size_t lines = line >= e.top && line < e.bottom ? e.bottom - line : 0;
        lines = lines < whole_lines ? lines : whole_lines;
        if (lines == 0) {
            const size_t end = part->end_row - row < width - column ? column + part->end_row - row : width;
            pk_even_line(&e, index, line, column, end, 1);
            row += end - column;
            continue;
        }
        const size_t bands = (lines + e.most_rows - 1) / e.most_rows, count = (lines + bands - 1) / bands;
        pk_even_band(&e, index, line, count);
        row += count * width;
    }
    pk_even_flush(&e);
}
