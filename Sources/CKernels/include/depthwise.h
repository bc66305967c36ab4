/// Depthwise convolutions.
#pragma once

#include <stddef.h>

#include "cpu.h"
#include "requantization.h"
#include "window.h"

/// How the weights of `lines` are packed.
///
/// int16 [KH, KW, C].
#define PK_DEPTHWISE_PLAIN 0
/// int8, rows in quads: blocks of 64 channels, the last one 64, 32 or 16 wide, whichever holds the rest. A block is `planes` arrays
/// [(KH + 3) / 4, KW, 4, width / 16, 4, 4] whose sum are the weights: quad of rows, column, register k, quarter q, i, row of the quad, of
/// channel 16 q + 4 k + i; zero where there is no row or no channel.
#define PK_DEPTHWISE_QUADS 1
/// int16, rows in pairs: blocks of 16 channels [(KH + 1) / 2, KW, 2, 2, 4, 2]: pair of rows, column, register k, half h, i, row of the
/// pair, of channel 8 h + 4 k + i; zero where there is no row or no channel.
#define PK_DEPTHWISE_PAIRS 2
/// int8 -127...127, `planes` arrays [KH, KW, C] whose sum are the weights, as many as the block of 16 channels that needs the most.
#define PK_DEPTHWISE_TAPS 3
/// Set in `planes` where any three neighbours in a line of the kernel have magnitudes of at most 255 together, in all channels of the block.
#define PK_DEPTHWISE_TRIPLES 0x80

/// Some output lines of one image, with as many output channels as input channels.
typedef struct {
    const pk_window *window;
    /// Line y of the image, W * C stored bytes, lies y mod `ring` lines from x: all H of them for a whole image, those that are still
    /// needed for a rolling buffer. ring >= 1.
    const uint8_t *x;
    int32_t ring;
    const void *weights;
    /// PK_DEPTHWISE_QUADS: [blocks], 1...3 each, and bit 2 + kx for each of the first six columns that has weights in other planes than
    /// the first. PK_DEPTHWISE_TAPS: [(C + 15) / 16], 1...3 each, in how many planes those 16 channels have weights, and
    /// PK_DEPTHWISE_TRIPLES.
    const uint8_t *planes;
    /// Its bias has the input's zero point times the channel's sum of weights taken off: the bytes count as they are (as int8 or uint8,
    /// see PK_READS_SIGNED, after the window's flip), and those outside of the image count as the zero point.
    const pk_requantization *requantization;
    /// The first byte of line `first`, from where the lines follow each other; does not overlap the lines of x that are read.
    uint8_t *out;
    size_t first, end;
} pk_depthwise_lines;

typedef struct {
    /// out[n, y, x, o] for the output lines `first..<end` of the N * OH lines.
    /// weights: [KH, KW, O] with the zero point removed; channel_map: [O] input channel of each output channel, or NULL when they are equal.
    void (*depthwise_u8_s16)(const pk_window *window, const uint8_t *x, const int16_t *weights, const int32_t *channel_map,
                             const pk_requantization *requantization, uint8_t *out, size_t first, size_t end);
    /// Writes the lines of `out`, reads the lines of `x` under them, and no other byte; no alignment. Weights are packed as `packing` says.
    void (*lines)(const pk_depthwise_lines *lines);
    int32_t packing;
    /// Whether `lines` requantises as pk_requantization's forms say; else it sees the integer form only.
    uint32_t follows_forms;
} pk_depthwise_kernels;

/// Fills the table: the generic kernels first, then those of every feature in `flags`, newest last.
PK_EXPORT void pk_depthwise_init(pk_depthwise_kernels *kernels, uint32_t flags);
