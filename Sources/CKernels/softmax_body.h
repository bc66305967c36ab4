/// Softmax of bytes, included once for each ISA: the includer defines PK_REDUCTION_NAME(stem).
#include <string.h>

#include "reduction_kernels.h"

/// FixedPoint's products and divisions; a and b are not both -2^31.
static inline __attribute__((always_inline)) int32_t high_multiply(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * b + (1ll << 30)) >> 31);
}

/// x * 2^exponent, saturated.
static inline __attribute__((always_inline)) int32_t saturating_shift(int32_t x, int exponent) {
    int64_t wide = (int64_t)x << exponent;
    return wide > INT32_MAX ? INT32_MAX : wide < INT32_MIN ? INT32_MIN : (int32_t)wide;
}

/// 1 / (1 + x) in Q0.31 for x >= 0, by three Newton steps: FixedPoint.reciprocalOfOnePlus.
static inline __attribute__((always_inline)) int32_t reciprocal_of_one_plus(int32_t x) {
    int32_t half_denominator = (int32_t)(((int64_t)x + INT32_MAX + 1) / 2);
    int32_t estimate = 1515870810 + high_multiply(half_denominator, -1010580540);
    for (int step = 0; step < 3; step++) {
        int32_t error = (1 << 29) - high_multiply(half_denominator, estimate);
        estimate += saturating_shift(high_multiply(estimate, error), 2);
    }
    return saturating_shift(estimate, 1);
}

/// The stored probability (in the uint8 domain) of an exponential in Q0.31; shift is 1...31.
static inline __attribute__((always_inline)) uint8_t probability(int32_t exponential, int32_t fraction, uint32_t shift) {
    int32_t product = high_multiply(fraction, exponential);
    // Not negative: ties away from zero are ties up.
    uint32_t rounded = ((uint32_t)product + (1u << (shift - 1))) >> shift;
    return (uint8_t)(rounded > 255 ? 255 : rounded);
}

void PK_REDUCTION_NAME(pk_softmax_u8)(const uint8_t *x, uint8_t flip, const int32_t *exponentials, const int32_t *addends, size_t rows,
                                      size_t count, uint8_t *out) {
    for (size_t row = 0; row < rows; row++, x += count, out += count) {
        uint8_t largest = 0;
        for (size_t i = 0; i < count; i++) largest = (x[i] ^ flip) > largest ? x[i] ^ flip : largest;
        int64_t sum = 0;
        for (size_t i = 0; i < count; i++) sum += addends[(uint8_t)(largest - (x[i] ^ flip))];
        // 4096 equal elements overflow the reference's sum; here it saturates. Above 0: the largest element adds 2^19.
        uint32_t total = sum > INT32_MAX ? INT32_MAX : (uint32_t)sum;
        int32_t headroom = __builtin_clz(total);
        int32_t fraction = reciprocal_of_one_plus((int32_t)((total << headroom) - (1u << 31)));
        int32_t shift = 12 - headroom + 31 - 8;
        if (shift > 31) {
            // From 512 equal elements on nothing is left.
            memset(out, flip, count);
        } else if (count < 192) {
            // Through a block of numbers, so that the arithmetic is vectorised.
            for (size_t i = 0; i < count; i += 16) {
                size_t here = count - i < 16 ? count - i : 16;
                int32_t block[16] = {0};
                uint8_t bytes[16];
                for (size_t j = 0; j < here; j++) block[j] = exponentials[(uint8_t)(largest - (x[i + j] ^ flip))];
                for (size_t j = 0; j < 16; j++) bytes[j] = probability(block[j], fraction, (uint32_t)shift) ^ flip;
                if (here == 16) {
                    memcpy(out + i, bytes, 16);
                } else {
                    for (size_t j = 0; j < here; j++) out[i + j] = bytes[j];
                }
            }
        } else {
            // All 256 cases, then a lookup for each element.
            uint8_t table[256];
            for (size_t d = 0; d < 256; d++) table[d] = probability(exponentials[d], fraction, (uint32_t)shift) ^ flip;
            for (size_t i = 0; i < count; i++) out[i] = table[(uint8_t)(largest - (x[i] ^ flip))];
        }
    }
}
