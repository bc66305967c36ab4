/// The matrix product over int16 with int32 sums, included once for each ISA.
///
/// The includer defines PK_GEMM (the function's name) and PK_VECTOR_BYTES (the register's width: 16 or 32, which divides the depth).
/// A tile is 4 rows by 2 channels: 8 registers of partial sums along the depth, 6 loads for 8 multiplications. Rows past the end repeat
/// the last one and are not stored; channels past the end are zeros in the packed weights and are not stored either.
#include <string.h>

#include "convolution_kernels.h"
#include "requantize.h"

#define PK_LANES (PK_VECTOR_BYTES / 2)

typedef int16_t pk_halves __attribute__((vector_size(PK_VECTOR_BYTES), aligned(2)));
typedef int16_t pk_half_lanes __attribute__((vector_size(PK_VECTOR_BYTES)));
typedef int32_t pk_products __attribute__((vector_size(2 * PK_VECTOR_BYTES)));
typedef int32_t pk_sums __attribute__((vector_size(PK_VECTOR_BYTES)));

/// sums + products, folded to half the lanes: neighbours on x86 (one multiply-add instruction), low and high half elsewhere (two).
static inline __attribute__((always_inline)) pk_sums multiply_add(pk_sums sums, pk_half_lanes a, pk_half_lanes b) {
    pk_products p = __builtin_convertvector(a, pk_products) * __builtin_convertvector(b, pk_products);
#if PK_VECTOR_BYTES == 32
    return sums + __builtin_shufflevector(p, p, 0, 2, 4, 6, 8, 10, 12, 14) + __builtin_shufflevector(p, p, 1, 3, 5, 7, 9, 11, 13, 15);
#elif defined(__x86_64__)
    return sums + __builtin_shufflevector(p, p, 0, 2, 4, 6) + __builtin_shufflevector(p, p, 1, 3, 5, 7);
#else
    return sums + __builtin_shufflevector(p, p, 0, 1, 2, 3) + __builtin_shufflevector(p, p, 4, 5, 6, 7);
#endif
}

static inline __attribute__((always_inline)) int32_t total(pk_sums sums) { return __builtin_reduce_add(sums); }

/// Wraps around, as the bias may want.
static inline __attribute__((always_inline)) void add(int32_t *acc, int32_t sum) { *acc = (int32_t)((uint32_t)*acc + (uint32_t)sum); }

static inline __attribute__((always_inline)) pk_half_lanes load(const int16_t *p) { return *(const pk_halves *)p; }

static inline __attribute__((always_inline)) void tile(const int16_t *const rows[4], const int16_t *weights, size_t depth,
                                                       int32_t acc[4][PK_CHANNEL_MULTIPLE], size_t channel) {
    const int16_t *r0 = rows[0], *r1 = rows[1], *r2 = rows[2], *r3 = rows[3], *w0 = weights, *w1 = weights + depth;
    pk_sums s00 = {0}, s01 = {0}, s10 = {0}, s11 = {0}, s20 = {0}, s21 = {0}, s30 = {0}, s31 = {0};
    for (size_t k = 0; k < depth; k += PK_LANES) {
        pk_half_lanes b0 = load(w0 + k), b1 = load(w1 + k), a = load(r0 + k);
        s00 = multiply_add(s00, a, b0), s01 = multiply_add(s01, a, b1), a = load(r1 + k);
        s10 = multiply_add(s10, a, b0), s11 = multiply_add(s11, a, b1), a = load(r2 + k);
        s20 = multiply_add(s20, a, b0), s21 = multiply_add(s21, a, b1), a = load(r3 + k);
        s30 = multiply_add(s30, a, b0), s31 = multiply_add(s31, a, b1);
    }
    add(&acc[0][channel], total(s00)), add(&acc[0][channel + 1], total(s01));
    add(&acc[1][channel], total(s10)), add(&acc[1][channel + 1], total(s11));
    add(&acc[2][channel], total(s20)), add(&acc[2][channel + 1], total(s21));
    add(&acc[3][channel], total(s30)), add(&acc[3][channel + 1], total(s31));
}

void PK_GEMM(const int16_t *rows, size_t row_count, const int16_t *weights, size_t channels, size_t depth, const pk_requantization *r,
             uint8_t *out) {
    for (size_t c = 0; c < channels; c += PK_CHANNEL_MULTIPLE) {
        size_t stored = channels - c < PK_CHANNEL_MULTIPLE ? channels - c : PK_CHANNEL_MULTIPLE;
        for (size_t first = 0; first < row_count; first += 4) {
            size_t count = row_count - first < 4 ? row_count - first : 4;
            const int16_t *four[4];
            int32_t acc[4][PK_CHANNEL_MULTIPLE];
            for (size_t i = 0; i < 4; i++) {
                four[i] = rows + (first + (i < count ? i : count - 1)) * depth;
                memcpy(acc[i], r->bias + c, sizeof acc[i]);
            }
            for (size_t j = 0; j < PK_CHANNEL_MULTIPLE; j += 2) tile(four, weights + (c + j) * depth, depth, acc, j);
            for (size_t i = 0; i < count; i++) {
                uint8_t bytes[PK_CHANNEL_MULTIPLE];
                pk_requantize_run(acc[i], PK_CHANNEL_MULTIPLE, r, c, bytes);
                uint8_t *target = out + (first + i) * channels + c;
                if (stored == PK_CHANNEL_MULTIPLE) {
                    memcpy(target, bytes, PK_CHANNEL_MULTIPLE);
                } else {
                    for (size_t j = 0; j < stored; j++) target[j] = bytes[j];
                }
            }
        }
    }
}
