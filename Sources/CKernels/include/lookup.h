/// Functions of one 8-bit element, and the border between bytes and single precision.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

/// Lanes: any, no alignment; exactly the elements named are read and written. Outputs of bytes may lie in the input's place where both
/// have the same rows.
typedef struct {
    /// out[r * out_step + i] = table[x[r * count + i]] for r in 0..<rows and i in 0..<count. table: [256], not within out.
    void (*look_up)(const uint8_t *table, const uint8_t *x, size_t rows, size_t count, uint8_t *out, size_t out_step);
    /// out[i] = (round(x[i] / scale), ties away from zero, limited to lower...upper) + zero_point, as a byte. NaN gives the lowest value.
    /// lower, upper: whole numbers within ±2^21.
    void (*quantize)(const float *x, float scale, float lower, float upper, int32_t zero_point, uint8_t *out, size_t count);
    /// out[i] = ((x[i] ^ flip) - zero_point) * scale, rounded once. zero_point: that of the uint8 domain, within ±2^21.
    void (*dequantize)(const uint8_t *x, uint8_t flip, int32_t zero_point, float scale, float *out, size_t count);
} pk_lookup_kernels;

/// Fills the table: the generic kernels first, then those of every feature in `flags`, newest last.
PK_EXPORT void pk_lookup_init(pk_lookup_kernels *kernels, uint32_t flags);
