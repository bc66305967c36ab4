/// What the convolution tiles of arm64 share: how a tile is called, and how its bytes are stored.
///
/// A tile is up to PK_TILE_ROWS output pixels times a panel of PK_PANEL output channels. An ISA's header defines
///
///   PK_TILE_ROWS  output pixels of a full tile
///   PK_PANEL      output channels of a panel: 4 or 8
///   PK_GROUP      neighbouring inputs that lie together in a panel; `depth` is a multiple of it
///   pk_tile       the function below
///
/// static void pk_tile(const pk_tile_inputs *in, size_t row_count, const int32_t *bias, const pk_requantization *r, size_t channel,
///                     uint8_t *out, size_t stride, size_t count);
///
/// row_count: 1...PK_TILE_ROWS. bias: [PK_PANEL], the zero point of the inputs folded in for inputs stored ^ flip as int8.
/// channel: the panel's first, a multiple of PK_PANEL; `r` may be read for all channels of the panel.
/// out: [row_count] rows `stride` bytes apart, of which the first `count` bytes (1...PK_PANEL) are written and no other byte is touched.
/// Sums are int32 and the caller proves that they fit; no alignment is needed of anything; out overlaps nothing.
#pragma once

#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../include/requantization.h"
#include "requantize_neon.h"

#define PK_INLINE static inline __attribute__((always_inline))
/// Arrays whose indices are all known after unrolling live in registers.
#define PK_UNROLL _Pragma("clang loop unroll(full)")

/// A group of inputs whose weights have a remainder that did not fit the panel.
typedef struct {
    uint32_t tap;
    /// Bytes into the tap's `depth`, a multiple of PK_GROUP.
    uint32_t offset;
} pk_extra;

/// What a tile multiplies.
typedef struct {
    /// [taps][row_count] pointers to `depth` stored bytes each; nothing is read behind them.
    const uint8_t *const *rows;
    size_t taps;
    /// A multiple of PK_GROUP.
    size_t depth;
    /// Makes int8 of stored bytes: 0x80 for uint8 tensors, 0 for int8.
    uint8_t flip;
    /// [taps][depth / PK_GROUP][PK_PANEL][PK_GROUP]
    const int8_t *panel;
    /// [extra_count], and their weights: [extra_count][PK_PANEL][PK_GROUP]
    const pk_extra *extras;
    const int8_t *extra_weights;
    size_t extra_count;
} pk_tile_inputs;

/// Stores the first `count` bytes of each row of a panel that ends with fewer channels.
static __attribute__((noinline)) void pk_store_narrow(const uint8_t *bytes, size_t panel, size_t row_count, uint8_t *out, size_t stride,
                                                      size_t count) {
    for (size_t r = 0; r < row_count; r++) {
        for (size_t c = 0; c < count; c++) out[r * stride + c] = bytes[r * panel + c];
    }
}

/// Requantises and stores the first `used` of ROWS rows of eight channels each.
PK_INLINE void pk_store_rows8(const int32x4_t (*sums)[2], const int row_count, size_t used, const pk_requantization *requantization,
                              size_t channel, uint8_t *out, size_t stride, size_t count) {
    pk_scale4 low = pk_load_scale4(requantization, channel), high = pk_load_scale4(requantization, channel + 4);
    pk_clamp clamp = pk_load_clamp(requantization);
    uint8x16_t bytes[4];
    PK_UNROLL for (int r = 0; r < row_count; r += 2) {
        int next = r + 1 < row_count ? r + 1 : r;
        bytes[r / 2] = pk_store16(pk_rescale4(sums[r][0], low), pk_rescale4(sums[r][1], high), pk_rescale4(sums[next][0], low),
                                  pk_rescale4(sums[next][1], high), clamp);
    }
    if (count < 8) {
        uint8_t narrow[8 * 8];
        PK_UNROLL for (int r = 0; r < row_count; r += 2) vst1q_u8(narrow + 8 * r, bytes[r / 2]);
        pk_store_narrow(narrow, 8, used, out, stride, count);
        return;
    }
    PK_UNROLL for (int r = 0; r < row_count; r++) {
        if ((size_t)r < used) vst1_u8(out + (size_t)r * stride, r & 1 ? vget_high_u8(bytes[r / 2]) : vget_low_u8(bytes[r / 2]));
    }
}
