/// Weights in the order of the product kernels.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

/// One tap of a panel: out[(k / group * width + c) * group + k % group] = values[c * channel_step + k] for the channels c below
/// `channels` and k below `depth`, each the nearest number in lowest...127. Other bytes of `out` are left as they are.
///
/// group: 2, 4, 8 or 16. values and out do not overlap; no alignment needed. Returns whether every weight was such a number itself.
PK_EXPORT int pk_pack_tap(const int16_t *values, size_t channel_step, size_t channels, size_t depth, size_t width, size_t group,
                          int16_t lowest, int8_t *out);
