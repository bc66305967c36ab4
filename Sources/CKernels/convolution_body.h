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
///   PK_EVEN_ROWS    most rows of an even tile (see convolution_even_body.h) of a panel, PK_NARROW_EVEN_ROWS of a narrow one; 0: the kernel
///                   has none. pk_even_tile is as pk_tile, for first[runs] and rows o->row_step apart.
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
    /// Of even tiles: the bytes from one row to the next, except where a run is `outside`.
    size_t row_step;
    const uint8_t *outside;
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

/// Neighbouring output pixels of one line: `count` of them from row `at` of a tile on.
typedef struct {
    size_t at, count;
    /// Where the first window begins in the image.
    int32_t top, left;
    const uint8_t *image;
} pk_segment;

/// How the rows of a window lie in memory.
typedef struct {
    size_t line, image;
    /// Bytes between the windows of neighbouring output pixels.
    size_t stride;
} pk_steps;

static inline pk_steps pk_steps_of(const pk_rows *s) {
    const pk_window *w = s->window;
    size_t line = (size_t)w->input_width * s->pixel_bytes;
    return (pk_steps){line, (size_t)w->input_height * line, (size_t)w->stride_width * s->pixel_bytes};
}

/// The segment from row `at` of a tile of `mr` rows on, which begins with pixel `first`.
static inline pk_segment pk_segment_at(const pk_rows *s, const pk_steps *steps, size_t first, size_t mr, size_t at) {
    const pk_window *w = s->window;
    size_t pixel = first + at, width = (size_t)w->output_width, height = (size_t)w->output_height;
    size_t column = pixel % width, line = pixel / width, count = width - column;
    return (pk_segment){at, count < mr - at ? count : mr - at, (int32_t)(line % height) * w->stride_height - w->pad_top,
                        (int32_t)column * w->stride_width - w->pad_left, s->x + line / height * steps->image};
}

/// Whether no window of the tile leaves the image to the left or right, and the taps of a line are neighbours in memory.
static int pk_lines_are_whole(const pk_rows *s, const pk_steps *steps, size_t first, size_t mr) {
    const pk_window *w = s->window;
    if (w->dilation_width != 1 || w->kernel_width > UINT8_MAX || s->pixel_bytes != s->depth) return 0;
    for (size_t at = 0; at < mr;) {
        pk_segment g = pk_segment_at(s, steps, first, mr, at);
        int32_t last = g.left + (int32_t)(g.count - 1) * w->stride_width;
        if (g.left < 0 || last + w->kernel_width > w->input_width) return 0;
        at += g.count;
    }
    return 1;
}

/// One tap, or one line of taps, of a segment's rows. `x` is the line of the image, NULL outside of it.
static inline void pk_locate_tap(const pk_rows *s, const pk_steps *steps, const pk_segment *g, const uint8_t *x, int32_t ix,
                                 const uint8_t **target) {
    int32_t width = s->window->input_width, stride = s->window->stride_width;
    size_t i = 0;
    if (x) {
        for (; i < g->count && ix < 0; i++, ix += stride) target[i] = s->outside;
        const uint8_t *p = x + (ptrdiff_t)ix * (ptrdiff_t)s->pixel_bytes;
        size_t inside = ix < width ? (size_t)((width - 1 - ix) / stride) + 1 : 0, end = i + inside < g->count ? i + inside : g->count;
        for (; i < end; i++, p += steps->stride) target[i] = p;
    }
    for (; i < g->count; i++) target[i] = s->outside;
}

/// pointers[run * mr + i]: a run of row first + i. Returns the taps of a run.
static size_t pk_locate(const pk_rows *s, size_t first, size_t mr, const uint8_t **pointers) {
    const pk_window *w = s->window;
    if (!w) {
        const uint8_t *x = s->x + first * s->pixel_bytes;
        for (size_t i = 0; i < mr; i++, x += s->pixel_bytes) pointers[i] = x;
        return 1;
    }
    const pk_steps steps = pk_steps_of(s);
    int whole = pk_lines_are_whole(s, &steps, first, mr);
    for (size_t at = 0; at < mr;) {
        const pk_segment g = pk_segment_at(s, &steps, first, mr, at);
        const uint8_t **target = pointers + at;
        for (int32_t ky = 0; ky < w->kernel_height; ky++) {
            int32_t iy = g.top + ky * w->dilation_height;
            const uint8_t *x = iy >= 0 && iy < w->input_height ? g.image + (size_t)iy * steps.line : 0;
            for (int32_t kx = 0; kx < (whole ? 1 : w->kernel_width); kx++, target += mr) {
                pk_locate_tap(s, &steps, &g, x, g.left + kx * w->dilation_width, target);
            }
        }
        at += g.count;
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

#if PK_EVEN_ROWS
#include "convolution_even_body.h"
#endif

void PK_PRODUCT(const pk_rows *source, const pk_weights *weights, const pk_requantization *requantization, const pk_part *part,
                const uint8_t **pointers, uint8_t *out, size_t out_pixel_bytes) {
#if PK_EVEN_ROWS
    if (pk_is_even(source, part)) {
        pk_even_product(source, weights, requantization, part, pointers, out, out_pixel_bytes);
        return;
    }
#endif
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
