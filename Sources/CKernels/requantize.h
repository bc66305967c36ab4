/// FixedPoint's double rounding, for one accumulator and for a run of channels.
#pragma once

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

/// acc, out: [count], the channels from `channel` on.
static inline void pk_requantize_run(const int32_t *acc, size_t count, const pk_requantization *r, size_t channel, uint8_t *out) {
    for (size_t i = 0; i < count; i++) {
        int32_t value = pk_requantize(acc[i], r->multiplier[channel + i], r->left[channel + i], r->right[channel + i]) + r->zero_point;
        value = value < r->minimum ? r->minimum : value;
        value = value > r->maximum ? r->maximum : value;
        out[i] = (uint8_t)value;
    }
}
