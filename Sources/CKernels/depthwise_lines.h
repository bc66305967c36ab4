/// What the kernels by lines share.
#pragma once

#include "CKernels.h"

/// Row `r` of the window of an output line, or NULL outside of the image.
static inline const uint8_t *pk_depthwise_row(const pk_depthwise_lines *d, size_t line, int32_t r) {
    const pk_window *w = d->window;
    int32_t y = (int32_t)line * w->stride_height - w->pad_top + r * w->dilation_height;
    if (y < 0 || y >= w->input_height) return NULL;
    if (y >= d->ring) y %= d->ring;
    return d->x + (size_t)y * (size_t)w->input_width * (size_t)w->input_channels;
}
