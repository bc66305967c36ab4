/// Bytes moved from one tensor to another.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

/// Source and target do not overlap; any alignment; exactly the bytes named are read and written.
typedef struct {
    /// out[r * out_step + i] = x[r * step + i] for r in 0..<runs and i in 0..<count, in bytes.
    void (*copy_runs)(const uint8_t *x, size_t step, uint8_t *out, size_t out_step, size_t runs, size_t count);
    /// out[r * out_step + c] = x[c * step + r] for r in 0..<rows and c in 0..<columns, in bytes.
    void (*transpose)(const uint8_t *x, size_t step, uint8_t *out, size_t out_step, size_t rows, size_t columns);
} pk_copy_kernels;

/// Fills the table; there is one kind only, of 16-byte vectors.
PK_EXPORT void pk_copy_init(pk_copy_kernels *kernels, uint32_t flags);
