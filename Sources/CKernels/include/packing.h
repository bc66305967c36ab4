/// Weights as they lie in a file, in the order of the product kernels, and what they add up to.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

/// Weights, a byte each: value = (byte ^ flip) - zero, -255...255. int8 weights have flip 0x80 and zero 128.
typedef struct {
    const uint8_t *bytes;
    uint8_t flip, zero;
} pk_file_weights;

/// One tap of a panel: out[(k / group * width + c) * group + k % group] = the value of bytes[c * channel_step + k] for the channels c
/// below `channels` and k below `depth`, each the nearest number in lowest...127; zeros for other c below `width` and k up to a whole group.
///
/// group: 2, 4, 8 or 16. bytes and out do not overlap; no alignment needed. Returns whether every weight was such a number itself.
PK_EXPORT int pk_pack_tap(const pk_file_weights *weights, size_t channel_step, size_t channels, size_t depth, size_t width, size_t group,
                          int16_t lowest, int8_t *out);

/// The first of the weights start...end-1 whose value is not in lowest...127; `end` when there is none.
PK_EXPORT size_t pk_find_excess(const pk_file_weights *weights, size_t start, size_t end, int16_t lowest);

/// The sum of the positive values and the sum of the negative ones of each channel of bytes[channels, depth]. depth: below 2^23.
PK_EXPORT void pk_sum_weights(const pk_file_weights *weights, size_t channels, size_t depth, int32_t *positive, int32_t *negative);

/// The same of bytes[depth, channels], added to what is in `positive` and `negative`.
PK_EXPORT void pk_sum_weight_lines(const pk_file_weights *weights, size_t channels, size_t depth, int32_t *positive, int32_t *negative);
