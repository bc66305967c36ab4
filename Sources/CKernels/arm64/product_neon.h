/// What the products of arm64 share: storing the rows of a tile. Included after convolution_body.h.
#pragma once

#include <string.h>

#include "requantize_neon.h"

#define PK_INLINE static inline __attribute__((always_inline))
/// Arrays whose indices are all known after unrolling live in registers.
#define PK_UNROLL _Pragma("clang loop unroll(full)")

/// The last panel's rows, of fewer channels than `panel`.
static __attribute__((noinline)) void pk_store_narrow(const uint8_t *bytes, size_t panel, size_t row_count, uint8_t *out, size_t stride,
                                                      size_t count) {
    for (size_t r = 0; r < row_count; r++) memcpy(out + r * stride, bytes + r * panel, count);
}

/// Rounds and stores `mr` rows of eight channels, as far as there are channels.
PK_INLINE void pk_store_eight(int32x4_t (*sums)[2], const size_t mr, const pk_operands *o, uint8_t *out) {
    const size_t channel = o->panel->channel, left = o->weights->channels - channel, stride = o->out_pixel_bytes;
    const pk_scale4 low = pk_load_scale4(o->requantization, channel), high = pk_load_scale4(o->requantization, channel + 4);
    const pk_clamp clamp = pk_load_clamp(o->requantization);
    PK_UNROLL for (size_t half = 0; half < 2; half++) {
        if (!pk_any_left4(o->requantization, channel + 4 * half)) continue;
        PK_UNROLL for (size_t r = 0; r < mr; r++) sums[r][half] = pk_shift_left4(sums[r][half], o->requantization, channel + 4 * half);
    }
    uint8x16_t bytes[4];
    PK_UNROLL for (size_t r = 0; r < mr; r += 2) {
        const size_t next = r + 1 < mr ? r + 1 : r;
        bytes[r / 2] = pk_store16(pk_rescale4(sums[r][0], low), pk_rescale4(sums[r][1], high), pk_rescale4(sums[next][0], low),
                                  pk_rescale4(sums[next][1], high), clamp);
    }
    if (left < 8) {
        uint8_t narrow[8 * 8];
        PK_UNROLL for (size_t r = 0; r < mr; r += 2) vst1q_u8(narrow + 8 * r, bytes[r / 2]);
        pk_store_narrow(narrow, 8, mr, out, stride, left);
        return;
    }
    PK_UNROLL for (size_t r = 0; r < mr; r++) {
        vst1_u8(out + r * stride, r & 1 ? vget_high_u8(bytes[r / 2]) : vget_low_u8(bytes[r / 2]));
    }
}
