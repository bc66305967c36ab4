/// Groups of four inputs at a time, channel after channel: each cache line of the weights is read while it is near.
#include <string.h>

#include "packing.h"

typedef int16_t pk_four __attribute__((vector_size(8)));
typedef int8_t pk_four_bytes __attribute__((vector_size(4)));

/// Puts four neighbours, the first of which is k, where they belong; returns bits that are not 0 where one did not fit.
static inline __attribute__((always_inline)) pk_four put(const int16_t *values, size_t k, size_t width, size_t group, size_t c,
                                                         int16_t lowest, int8_t *out) {
    pk_four four;
    memcpy(&four, values, sizeof four);
    pk_four nearest = __builtin_elementwise_min(__builtin_elementwise_max(four, (pk_four){0} + lowest), (pk_four){0} + (int16_t)127);
    pk_four_bytes bytes = __builtin_convertvector(nearest, pk_four_bytes);
    int8_t *target = out + (k / group * width + c) * group + k % group;
    if (group == 2) {
        memcpy(target, &bytes, 2);
        memcpy(target + 2 * width, (const int8_t *)&bytes + 2, 2);
    } else {
        memcpy(target, &bytes, sizeof bytes);
    }
    return four ^ nearest;
}

static inline __attribute__((always_inline)) int pack(const int16_t *values, size_t channel_step, size_t channels, size_t depth,
                                                      size_t width, size_t group, int16_t lowest, int8_t *out) {
    pk_four missed = {0};
    size_t k = 0;
    for (; k + 4 <= depth; k += 4) {
        for (size_t c = 0; c < channels; c++) missed |= put(values + c * channel_step + k, k, width, group, c, lowest, out);
    }
    if (k < depth) {
        for (size_t c = 0; c < channels; c++) {
            int16_t rest[4] = {0};
            int8_t bytes[4 * 16 * 2];
            memcpy(rest, values + c * channel_step + k, (depth - k) * sizeof rest[0]);
            // Into a panel of one channel that begins with this group, then what there is of it.
            missed |= put(rest, 0, 1, group == 2 ? 2 : 4, 0, lowest, bytes);
            for (size_t i = 0; i < depth - k; i++) out[((k + i) / group * width + c) * group + (k + i) % group] = bytes[i];
        }
    }
    return (missed[0] | missed[1] | missed[2] | missed[3]) == 0;
}

int pk_pack_tap(const int16_t *values, size_t channel_step, size_t channels, size_t depth, size_t width, size_t group, int16_t lowest,
                int8_t *out) {
    switch (group) {
    case 2: return pack(values, channel_step, channels, depth, width, 2, lowest, out);
    case 4: return pack(values, channel_step, channels, depth, width, 4, lowest, out);
    case 8: return pack(values, channel_step, channels, depth, width, 8, lowest, out);
    default: return pack(values, channel_step, channels, depth, width, group, lowest, out);
    }
}
