/// Depthwise convolutions.
#pragma once

#include <stddef.h>

#include "cpu.h"
#include "requantization.h"
#include "window.h"

typedef struct {
    /// out[n, y, x, o] for the output lines `first..<end` of the N * OH lines.
    /// weights: [KH, KW, O] with the zero point removed; channel_map: [O] input channel of each output channel, or NULL when they are equal.
    void (*depthwise_u8_s16)(const pk_window *window, const uint8_t *x, const int16_t *weights, const int32_t *channel_map,
                             const pk_requantization *requantization, uint8_t *out, size_t first, size_t end);
} pk_depthwise_kernels;

/// Fills the table: the generic kernels first, then those of every feature in `flags`, newest last.
PK_EXPORT void pk_depthwise_init(pk_depthwise_kernels *kernels, uint32_t flags);
