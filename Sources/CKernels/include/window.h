#pragma once

#include <stdint.h>

/// A window that slides over [N,H,W,I].
typedef struct {
    int32_t input_height, input_width, input_channels;
    int32_t output_height, output_width, output_channels;
    int32_t kernel_height, kernel_width;
    int32_t stride_height, stride_width;
    int32_t dilation_height, dilation_width;
    int32_t pad_top, pad_left;
    /// KH * KW * I rounded up to PK_DEPTH_MULTIPLE: the length of a packed row.
    int32_t padded_depth;
    int32_t input_zero;
    uint8_t input_flip;
} pk_window;
