/// The integer micro-kernels of the engine, behind one table of functions.
///
/// Kernels hold no policy, allocate nothing and touch no global. Their callers (Inference/Kernels.swift) prove every extent before the
/// first call. Bytes may be uint8 or int8: `input_flip` is 0x80 for int8 and 0 for uint8, and `input_zero` is the zero point after the
/// flip, so one kernel serves both; results are stored as the low byte of a clamped int32, which is right for both.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PK_EXPORT __attribute__((visibility("default")))

/// CPU features, as bits.
#define PK_CPU_AVX2 1u

/// Rows and weights of `gemm_s16` have a depth that is a multiple of this many int16, filled up with zeros.
#define PK_DEPTH_MULTIPLE 16
/// The weights and the per-channel numbers of `gemm_s16` hold a multiple of this many channels, filled up with zeros.
#define PK_CHANNEL_MULTIPLE 8

/// From accumulators to stored bytes: clamp(zero_point + round(acc * multiplier / 2^31 * 2^(left - right)), minimum, maximum), with the
/// two roundings of FixedPoint. Adding the bias may wrap around; the caller proves that the scaled sum stays 256 below 2^31.
typedef struct {
    /// [O] each; multiplier >= 0, left in 0...31, right in 0...31.
    const int32_t *bias;
    const int32_t *multiplier;
    const int32_t *left;
    const int32_t *right;
    int32_t zero_point;
    int32_t minimum;
    int32_t maximum;
} pk_requantization;

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
    /// out[n, y, x, o] for the output lines `first..<end` of the N * OH lines.
    /// weights: [KH, KW, O] with the zero point removed; channel_map: [O] input channel of each output channel, or NULL when they are equal.
    void (*depthwise_u8_s16)(const pk_window *window, const uint8_t *x, const int16_t *weights, const int32_t *channel_map,
                             const pk_requantization *requantization, uint8_t *out, size_t first, size_t end);
} pk_kernels;

/// What this CPU and its kernel support.
PK_EXPORT uint32_t pk_cpu_flags(void);

/// Fills the table: the generic kernels first, then those of every feature in `flags`, newest last.
PK_EXPORT void pk_kernels_init(pk_kernels *kernels, uint32_t flags);
