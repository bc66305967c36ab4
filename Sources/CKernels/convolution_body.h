/// The walk over a product's tiles, included once for each ISA.
///
/// The includer defines before:
///   PK_PRODUCT      the function's name
///   PK_TILE_ROWS    most rows of a tile
///   PK_PANEL        channels of a panel; PK_NARROW_PANEL those of a narrow one, or 0
///   pk_tile         static inline, always_inline: (rows[taps][mr], mr, panel width, pk_operands) computes and stores mr rows of a panel;
///                   mr and width are constants when it is expanded.
///   PK_COPIES_ROWS  1: pk_copy(rows[runs][mr], mr, operands, bytes, halves) copies the rows of a tile together, before any panel uses
///                   them; the copies lie behind the pointers, as PK_RUNS_PAIRS says. Else 0.
#include <stddef.h>

#include "CKernels.h"

/// What all tiles of a panel share, and how the rows of one lie.
typedef struct {
    const pk_weights *weights;
    const pk_panel *panel;
    const pk_requantization *requantization;
    size_t out_pixel_bytes;
    /// Runs of a row and the bytes of each, in the order of the weights.
    size_t runs, depth;
    /// Taps in a run: those of a line of the window where all of them lie side by side in the image, else 1.
    size_t taps_per_run;
    /// [mr][runs * depth] copies, where the kernel asks for them.
    const uint8_t *bytes;
    const int16_t *halves;
} pk_operands;

static inline __attribute__((always_inline)) void pk_tile(const uint8_t *const *rows, size_t mr, size_t width, const pk_operands *o,
                                                          uint8_t *out);
#if PK_COPIES_ROWS
static void pk_copy(const uint8_t *const *rows, size_t mr, const pk_operands *o, uint8_t *bytes, int16_t *halves);
#endif

/// Where the inputs of a remainder lie in a row: the run and the offset in it.
static inline pk_extra pk_extra_place(const pk_operands *o, pk_extra e) {
    if (o->taps_per_run == 1) return e;
    size_t tap_bytes = o->depth / o->taps_per_run;
    return (pk_extra){e.tap / (uint32_t)o->taps_per_run,
                      e.tap % (uint32_t)o->taps_per_run * (uint32_t)tap_bytes + e.offset};
}

/// An output pixel, and its steps.
typedef struct {
    size_t column, row, batch;
} pk_place;

static inline pk_place pk_place_of(const pk_window *w, size_t pixel) {
    size_t width = (size_t)w->output_width, height = (size_t)w->output_height;
    return (pk_place){pixel % width, pixel / width % height, pixel / width / height};
}

static inline void pk_next(const pk_window *w, pk_place *p) {
    if (++p->column < (size_t)w->output_width) return;
    p->column = 0;
    if (++p->row < (size_t)w->output_height) return;
    p->row = 0;
    p->batch++;
}

/// Whether no window of the pixels leaves the image to the left or right, and neighbours in a line of it are neighbours in memory.
static int pk_lines_are_whole(const pk_rows *s, size_t first, size_t mr) {
    const pk_window *w = s->window;
    if (w->dilation_width != 1 || w->kernel_width > UINT8_MAX || s->pixel_bytes != s->depth) return 0;
    pk_place p = pk_place_of(w, first);
    for (size_t i = 0; i < mr; i++, pk_next(w, &p)) {
        int32_t left = (int32_t)p.column * w->stride_width - w->pad_left;
        if (left < 0 || left + w->kernel_width > w->input_width) return 0;
    }
    return 1;
}

/// pointers[run * mr + i]: a run of row first + i. Returns the taps of a run.
static size_t pk_locate(const pk_rows *s, size_t first, size_t mr, const uint8_t **pointers) {
    const pk_window *w = s->window;
    if (!w) {
        for (size_t i = 0; i < mr; i++) pointers[i] = s->x + (first + i) * s->pixel_bytes;
        return 1;
    }
    size_t line = (size_t)w->input_width * s->pixel_bytes, image = (size_t)w->input_height * line;
    size_t step = (size_t)w->dilation_width * s->pixel_bytes;
    int32_t reach = (w->kernel_width - 1) * w->dilation_width;
    int whole = pk_lines_are_whole(s, first, mr);
    pk_place p = pk_place_of(w, first);
    for (size_t i = 0; i < mr; i++, pk_next(w, &p)) {
        int32_t top = (int32_t)p.row * w->stride_height - w->pad_top, left = (int32_t)p.column * w->stride_width - w->pad_left;
        int inside = left >= 0 && left + reach < w->input_width;
        const uint8_t **target = pointers + i;
        for (int32_t ky = 0; ky < w->kernel_height; ky++) {
            int32_t iy = top + ky * w->dilation_height;
            int is_line = iy >= 0 && iy < w->input_height;
            if (whole) {
                *target = is_line ? s->x + p.batch * image + (size_t)iy * line + (size_t)left * s->pixel_bytes : s->outside;
                target += mr;
            } else if (is_line && inside) {
                const uint8_t *start = s->x + p.batch * image + (size_t)iy * line + (size_t)left * s->pixel_bytes;
                for (int32_t kx = 0; kx < w->kernel_width; kx++, target += mr, start += step) *target = start;
            } else {
                const uint8_t *start = s->x + p.batch * image + (is_line ? (size_t)iy * line : 0);
                for (int32_t kx = 0; kx < w->kernel_width; kx++, target += mr) {
                    int32_t ix = left + kx * w->dilation_width;
                    *target = is_line && ix >= 0 && ix < w->input_width ? start + (size_t)ix * s->pixel_bytes : s->outside;
                }
            }
        }
    }
    return whole ? (size_t)w->kernel_width : 1;
}

#define PK_CASES(CASE) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)

static void pk_wide_tile(const uint8_t *const *rows, size_t mr, const pk_operands *o, uint8_t *out) {
    switch (mr) {
#define PK_CASE(MR)                                                     \
    case MR:                                                            \
        if (MR <= PK_TILE_ROWS) pk_tile(rows, MR, PK_PANEL, o, out);    \
        break;
        PK_CASES(PK_CASE)
#undef PK_CASE
    }
}

#if PK_NARROW_PANEL
static void pk_narrow_tile(const uint8_t *const *rows, size_t mr, const pk_operands *o, uint8_t *out) {
    switch (mr) {
#define PK_CASE(MR)                                                            \
    case MR:                                                                   \
        if (MR <= PK_TILE_ROWS) pk_tile(rows, MR, PK_NARROW_PANEL, o, out);    \
        break;
        PK_CASES(PK_CASE)
#undef PK_CASE
    }
}
#endif

void PK_PRODUCT(const pk_rows *source, const pk_weights *weights, const pk_requantization *requantization, const pk_part *part,
                const uint8_t **pointers, uint8_t *out, size_t out_pixel_bytes) {
    size_t row_count = part->end_row - part->first_row;
    size_t tile_count = (row_count + PK_TILE_ROWS - 1) / PK_TILE_ROWS;
    /// Of each tile of a block: its first row, that of the next one, and the taps in its runs.
    size_t first_rows[PK_BLOCK_TILES + 1];
    uint8_t taps_per_run[PK_BLOCK_TILES];
    const size_t tile_pointers = PK_TILE_ROWS * source->taps;
#if PK_COPIES_ROWS
    const size_t tile_bytes = tile_pointers * source->depth;
    uint8_t *const bytes = (uint8_t *)(pointers + part->block_tiles * tile_pointers);
    int16_t *const halves = (int16_t *)(void *)(bytes + (source->taps > 1 ? part->block_tiles * tile_bytes : 0));
#endif
    // Tiles of almost equal height: tile t covers the rows from row_count * t / tile_count on.
    for (size_t first_tile = 0; first_tile < tile_count; first_tile += part->block_tiles) {
        const size_t block = first_tile + part->block_tiles < tile_count ? part->block_tiles : tile_count - first_tile;
        first_rows[0] = part->first_row + row_count * first_tile / tile_count;
        for (size_t t = 0; t < block; t++) {
            first_rows[t + 1] = part->first_row + row_count * (first_tile + t + 1) / tile_count;
            const size_t mr = first_rows[t + 1] - first_rows[t], merged = pk_locate(source, first_rows[t], mr, pointers + t * tile_pointers);
            taps_per_run[t] = (uint8_t)merged;
#if PK_COPIES_ROWS
            const pk_operands o = {.weights = weights, .runs = source->taps / merged, .depth = source->depth * merged};
            pk_copy(pointers + t * tile_pointers, mr, &o, bytes + t * tile_bytes, halves + t * tile_bytes);
#endif
        }
        for (size_t p = part->first_panel; p < part->end_panel; p++) {
            pk_operands o = {.weights = weights, .panel = weights->panels + p, .requantization = requantization,
                             .out_pixel_bytes = out_pixel_bytes};
            for (size_t t = 0; t < block; t++) {
                const size_t mr = first_rows[t + 1] - first_rows[t];
                o.taps_per_run = taps_per_run[t];
                // Runs of more than a tap are the lines of a window.
                o.runs = o.taps_per_run == 1 ? source->taps : (size_t)source->window->kernel_height;
                o.depth = source->depth * o.taps_per_run;
#if PK_COPIES_ROWS
                o.bytes = bytes + t * tile_bytes;
                o.halves = halves + t * tile_bytes;
#endif
                const uint8_t *const *rows = pointers + t * tile_pointers;
                uint8_t *target = out + first_rows[t] * out_pixel_bytes + o.panel->channel;
#if PK_NARROW_PANEL
                if (o.panel->width == PK_NARROW_PANEL) {
                    pk_narrow_tile(rows, mr, &o, target);
                    continue;
                }
#endif
                pk_wide_tile(rows, mr, &o, target);
            }
        }
    }
}
