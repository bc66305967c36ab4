/// Convolutions and fully-connected layers as matrix products: rows of bytes under a window, times packed weights.
#pragma once

#include <stddef.h>

#include "cpu.h"
#include "requantization.h"
#include "window.h"

/// Where the rows of the product lie. Row r belongs to output pixel r and is `taps` runs of `depth` bytes.
///
/// Bytes are in the kernels' own form: uint8 on x86_64, int8 on arm64. No kernel reads beyond the `depth` bytes of a run.
typedef struct {
    const uint8_t *x;
    /// NULL: one tap, row r starts at x + r * pixel_bytes. Else tap (ky, kx) of row r is the pixel under the window there, or `outside`
    /// where the window leaves the image.
    const pk_window *window;
    /// [depth], or [kernel_width * depth] where dilation_width is 1: the stored zero point.
    const uint8_t *outside;
    /// Bytes between neighbouring pixels; lines and images follow without gaps.
    size_t pixel_bytes;
    size_t taps;
    /// A multiple of the kernel's group.
    size_t depth;
} pk_rows;

/// Channels that lie together.
typedef struct {
    uint32_t channel;
    /// Channels packed: the kernel's panel, or its narrow panel. Those at or behind `channels` of pk_weights are zeros and are not stored.
    uint32_t width;
    /// Where the weights start in `bytes`: [taps][depth / group][width][group].
    uint32_t bytes;
    /// Remainders `extra_first..<extra_end`: their weights start at `extra_bytes`, [width][group] each.
    uint32_t extra_first, extra_end, extra_bytes;
    /// Lengths of the runs `run_first..<run_end`, where the kernel sums in int16.
    uint32_t run_first, run_end;
    /// PK_RUNS_PAIRS: the first `pairs` groups of the panel are summed in int32, the rest is cut into the runs, and `places` from
    /// `first_place` on says which group is which; without runs all are summed in int32, in their natural order.
    uint32_t pairs, first_place;
} pk_panel;

/// What is added to a sum beyond the weights of `bytes`: the `group` inputs at `offset` of a tap again, times other weights.
typedef struct {
    uint32_t tap, offset;
} pk_extra;

typedef struct {
    size_t channels;
    size_t panel_count;
    const pk_panel *panels;
    const int8_t *bytes;
    const pk_extra *extras;
    const int8_t *extra_bytes;
    /// Groups whose products a kernel may sum in int16, proven; they add up to taps * depth / group.
    const uint8_t *runs;
    /// Where the inputs of a group begin in the joined taps of a row.
    const uint32_t *places;
    /// Whether any panel has groups that are summed in int32 beside or without runs.
    uint32_t has_pairs;
} pk_weights;

/// Most tiles of a block, and most taps in a line of a window that has runs of its own.
#define PK_BLOCK_TILES 64

/// Which part of a product to compute, and in what order.
typedef struct {
    size_t first_row, end_row;
    size_t first_panel, end_panel;
    /// How many tiles of rows use a panel before the next one comes: 1...PK_BLOCK_TILES.
    size_t block_tiles;
} pk_part;

/// How a kernel wants its weights.
typedef struct {
    /// Channels of a panel, and of the last one when so few are left (0: no such panel).
    uint32_t panel, narrow_panel;
    /// Neighbouring inputs of a channel that lie together.
    uint32_t group;
    /// Rows of a tile.
    uint32_t tile_rows;
    /// Whether windows of few channels are better read line by line from `pack_lines` than as whole rows from `pack_rows`: those are no
    /// copies of each other, but a line's inputs are filled up to whole groups.
    uint32_t reads_lines;
    /// Kind of the runs: one of PK_RUNS_.
    uint32_t runs;
    /// Whether the kernel requantises as pk_requantization's forms say; those that do not see the integer form only.
    uint32_t follows_forms;
    /// The least weight of a panel: -127 where two products share a lane of int16, else -128. What is below leaves a remainder.
    int32_t lowest;
} pk_layout;

/// Sums in int32 throughout.
#define PK_RUNS_NONE 0
/// Sums of uint8 times int8, each pair of neighbours in one lane of int16; `arrange` prepares them.
///
/// Behind the pointers of a product lies scratch memory for its rows: as many bytes as a block has, block_tiles * tile_rows * taps * depth,
/// where there are several taps, and behind them twice as many where has_pairs is set.
#define PK_RUNS_PAIRS 1

/// What became of the groups of a panel.
typedef struct {
    uint32_t pairs, run_count;
} pk_arrangement;

typedef struct {
    pk_layout layout;
    /// Writes rows `first..<end` of the N * OH * OW rows: row r holds the KH * KW * I bytes under the window of output pixel r, flipped to
    /// the kernels' form, the zero point where the window leaves the image, then anything up to `row_bytes`.
    /// rows: [(end - first) * row_bytes + 32]; does not overlap x.
    void (*pack_rows)(const pk_window *window, const uint8_t *x, size_t x_bytes, uint8_t *rows, size_t row_bytes, size_t first, size_t end);
    /// The same for a transposed convolution: the inputs that scatter into output pixel r, the zero point where nothing does.
    void (*pack_transposed_rows)(const pk_window *window, const uint8_t *x, size_t x_bytes, uint8_t *rows, size_t row_bytes, size_t first,
                                 size_t end);
    /// Writes lines first..<first + count of one image in the kernels' form, with zero points where a line or its margins leave the image:
    /// `line_bytes` each, from the left of the first window on. lines: [count * line_bytes]; does not overlap x.
    void (*pack_lines)(const pk_window *window, const uint8_t *x, uint8_t *lines, size_t line_bytes, int32_t first, size_t count);
    /// out[r * out_pixel_bytes + o] = requantized(bias[o] + sum over taps and depth of rows * weights) for a part. The products of a row fit
    /// int32. The bias has the zero point of the rows folded in.
    /// pointers: [block_tiles * tile_rows * taps], scratch, and behind them what layout.runs asks for. out does not overlap x.
    void (*product)(const pk_rows *rows, const pk_weights *weights, const pk_requantization *requantization, const pk_part *part,
                    const uint8_t **pointers, uint8_t *out, size_t out_pixel_bytes);
    /// NULL where layout.runs is not PK_RUNS_PAIRS. Decides how the groups of a panel are summed, and puts its weights [groups][width][4]
    /// into that order and form.
    /// copy: as many bytes as the weights, scratch; places, runs: [groups]; scratch: [2 * groups]. Without runs, places are not written.
    void (*arrange)(int8_t *weights, int8_t *copy, size_t groups, size_t width, uint32_t *places, uint8_t *runs, uint32_t *scratch,
                    pk_arrangement *result);
} pk_convolution_kernels;

/// Fills the table: the generic kernels first, then those of every feature in `flags`, newest last.
PK_EXPORT void pk_convolution_init(pk_convolution_kernels *kernels, uint32_t flags);
