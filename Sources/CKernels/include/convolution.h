/// Convolutions and fully-connected layers as matrix products.
#pragma once

#include <stddef.h>

#include "cpu.h"
#include "requantization.h"
#include "window.h"

/// Rows and weights of `gemm_s16` have a depth that is a multiple of this many int16, filled up with zeros.
#define PK_DEPTH_MULTIPLE 16
/// The weights and the per-channel numbers of `gemm_s16` hold a multiple of this many channels, filled up with zeros.
#define PK_CHANNEL_MULTIPLE 8

typedef struct {
    /// Writes rows `first..<end` of the N * OH * OW rows: row r holds the KH * KW * I inputs under the window of output pixel r, zero
    /// point removed, 0 where the window leaves the image, then zeros up to padded_depth.
    /// rows: [(end - first) * padded_depth]; does not overlap x.
    void (*pack_rows_u8_s16)(const pk_window *window, const uint8_t *x, int16_t *rows, size_t first, size_t end);
    /// The same for a transposed convolution: the inputs that scatter into output pixel r, 0 where no input does.
    void (*pack_transposed_rows_u8_s16)(const pk_window *window, const uint8_t *x, int16_t *rows, size_t first, size_t end);
    /// out[r, o] = requantized(bias[o] + sum over k of rows[r, k] * weights[o, k]).
    /// rows: [row_count, depth]; weights: [O rounded up, depth]; out: [row_count, O]. Any alignment. The sum of products fits int32.
    void (*gemm_s16)(const int16_t *rows, size_t row_count, const int16_t *weights, size_t channels, size_t depth,
                     const pk_requantization *requantization, uint8_t *out);
} pk_convolution_kernels;

/// Fills the table: the generic kernels first, then those of every feature in `flags`, newest last.
PK_EXPORT void pk_convolution_init(pk_convolution_kernels *kernels, uint32_t flags);
