/// Copies by 16-byte vectors, which every architecture has; memory is the limit.
#include <string.h>

#include "CKernels.h"

#define PK_INLINE static inline __attribute__((always_inline))

typedef uint8_t pk_sixteen __attribute__((vector_size(16)));

/// A run of at least `width` bytes in pieces of that many, the last one overlapping the one before.
PK_INLINE void copy_pieces(const uint8_t *x, uint8_t *out, size_t count, size_t width) {
    size_t i = 0;
    for (; i + width <= count; i += width) memcpy(out + i, x + i, width);
    if (i < count) memcpy(out + count - width, x + count - width, width);
}

static void pk_copy_runs_generic(const uint8_t *x, size_t step, uint8_t *out, size_t out_step, size_t runs, size_t count) {
    if (count > 512) {
        for (size_t run = 0; run < runs; run++) memcpy(out + run * out_step, x + run * step, count);
    } else if (count >= 32) {
        for (size_t run = 0; run < runs; run++) copy_pieces(x + run * step, out + run * out_step, count, 32);
    } else if (count >= 16) {
        for (size_t run = 0; run < runs; run++) copy_pieces(x + run * step, out + run * out_step, count, 16);
    } else if (count >= 8) {
        for (size_t run = 0; run < runs; run++) copy_pieces(x + run * step, out + run * out_step, count, 8);
    } else if (count >= 4) {
        for (size_t run = 0; run < runs; run++) copy_pieces(x + run * step, out + run * out_step, count, 4);
    } else {
        for (size_t run = 0; run < runs; run++) {
            for (size_t i = 0; i < count; i++) out[run * out_step + i] = x[run * step + i];
        }
    }
}

PK_INLINE pk_sixteen low(pk_sixteen a, pk_sixteen b) {
    return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

PK_INLINE pk_sixteen high(pk_sixteen a, pk_sixteen b) {
    return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/// 16 x 16: interleaving line i with line i + 8 four times moves each byte's line number into its place.
PK_INLINE void transpose_block(const uint8_t *x, size_t step, uint8_t *out, size_t out_step) {
    pk_sixteen a[16], b[16];
    for (int i = 0; i < 16; i++) memcpy(&a[i], x + (size_t)i * step, 16);
    for (int i = 0; i < 8; i++) b[2 * i] = low(a[i], a[i + 8]), b[2 * i + 1] = high(a[i], a[i + 8]);
    for (int i = 0; i < 8; i++) a[2 * i] = low(b[i], b[i + 8]), a[2 * i + 1] = high(b[i], b[i + 8]);
    for (int i = 0; i < 8; i++) b[2 * i] = low(a[i], a[i + 8]), b[2 * i + 1] = high(a[i], a[i + 8]);
    for (int i = 0; i < 8; i++) a[2 * i] = low(b[i], b[i + 8]), a[2 * i + 1] = high(b[i], b[i + 8]);
    for (int i = 0; i < 16; i++) memcpy(out + (size_t)i * out_step, &a[i], 16);
}

static void pk_transpose_u8_generic(const uint8_t *x, size_t step, uint8_t *out, size_t out_step, size_t rows, size_t columns) {
    if (rows < 16 || columns < 16) {
        for (size_t row = 0; row < rows; row++) {
            for (size_t column = 0; column < columns; column++) out[row * out_step + column] = x[column * step + row];
        }
        return;
    }
    for (size_t column = 0; column < columns; column += 16) {
        // The last blocks overlap those before.
        size_t c = column + 16 <= columns ? column : columns - 16;
        for (size_t row = 0; row < rows; row += 16) {
            size_t r = row + 16 <= rows ? row : rows - 16;
            transpose_block(x + c * step + r, step, out + r * out_step + c, out_step);
        }
    }
}

void pk_copy_init(pk_copy_kernels *kernels, uint32_t flags) {
    *kernels = (pk_copy_kernels){pk_copy_runs_generic, pk_transpose_u8_generic};
    (void)flags;
}
