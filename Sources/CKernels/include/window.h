#pragma once

#include <stdint.h>

/// Whether the product kernels take activations as int8, else as uint8.
#if defined(__aarch64__)
#define PK_READS_SIGNED 1
#else
#define PK_READS_SIGNED 0
#endif

/// A window that slides over [N,H,W,I].
typedef struct {
    int32_t input_height, input_width, input_channels;
    int32_t output_height, output_width, output_channels;
    int32_t kernel_height, kernel_width;
    int32_t stride_height, stride_width;
    int32_t dilation_height, dilation_width;
    int32_t pad_top, pad_left;
    /// The zero point in the form that the kernel computes with, and what makes that form of stored bytes (0x80 or 0).
    int32_t input_zero;
    uint8_t input_flip;
} pk_window;
