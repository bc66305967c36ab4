/// FixedPoint's double rounding, for one accumulator and for a run of channels.
#pragma once

#include <string.h>

#include "CKernels.h"

/// Lanes: any; no alignment needed. `left`, `right` and `multiplier` as in pk_requantization.
static inline int32_t pk_requantize(int32_t x, int32_t multiplier, int32_t left, int32_t right) {
    int64_t product = (int64_t)(int32_t)((uint32_t)x << left) * multiplier;
    // An arithmetic shift of product + 2^30 equals the truncating division with a signed nudge, for both signs.
    int32_t high = (int32_t)((product + (1ll << 30)) >> 31);
    int32_t mask = (int32_t)((1u << right) - 1u);
    int32_t remainder = high & mask;
    int32_t threshold = (mask >> 1) + (high < 0 ? 1 : 0);
    return (high >> right) + (remainder > threshold ? 1 : 0);
}

#if defined(PK_WIDE_REQUANTIZATION) || defined(__aarch64__)
/// The same for eight neighbouring channels, where the ISA has shifts by a count of each lane's own.
static inline __attribute__((always_inline)) void pk_requantize_eight(const int32_t *acc, const pk_requantization *r, size_t channel,
                                                                      uint8_t *out) {
    typedef int32_t words __attribute__((vector_size(32)));
    typedef uint32_t unsigned_words __attribute__((vector_size(32)));
    typedef int64_t longs __attribute__((vector_size(64)));
    typedef uint64_t unsigned_longs __attribute__((vector_size(64)));
    typedef uint8_t bytes __attribute__((vector_size(8)));
    words x, multiplier, right;
    unsigned_words left;
    memcpy(&x, acc, sizeof x);
    memcpy(&multiplier, r->multiplier + channel, sizeof multiplier);
    memcpy(&left, r->left + channel, sizeof left);
    memcpy(&right, r->right + channel, sizeof right);
    x = (words)((unsigned_words)x << left);
    longs product = __builtin_convertvector(x, longs) * __builtin_convertvector(multiplier, longs) + (1ll << 30);
    // Only the low 32 bits of the shifted product are kept, so the shift may be a logical one.
    words high = __builtin_convertvector((unsigned_longs)product >> 31, words);
    words mask = (words)(((unsigned_words){0} + 1u) << (unsigned_words)right) - 1;
    words threshold = (mask >> 1) - (high < 0);
    words value = (high >> right) - ((high & mask) > threshold) + r->zero_point;
    value = __builtin_elementwise_max(value, (words){0} + r->minimum);
    value = __builtin_elementwise_min(value, (words){0} + r->maximum);
    bytes stored = __builtin_convertvector(value, bytes) ^ r->flip;
    memcpy(out, &stored, sizeof stored);
}
#endif

/// acc, out: [count], the channels from `channel` on. Reads exactly `count` numbers of each.
static inline void pk_requantize_run(const int32_t *acc, size_t count, const pk_requantization *r, size_t channel, uint8_t *out) {
    size_t i = 0;
#if defined(PK_WIDE_REQUANTIZATION) || defined(__aarch64__)
    for (; i + 8 <= count; i += 8) pk_requantize_eight(acc + i, r, channel + i, out + i);
#endif
    for (; i < count; i++) {
        int32_t value = pk_requantize(acc[i], r->multiplier[channel + i], r->left[channel + i], r->right[channel + i]) + r->zero_point;
        value = value < r->minimum ? r->minimum : value;
        value = value > r->maximum ? r->maximum : value;
        out[i] = (uint8_t)value ^ r->flip;
    }
}
