/// Sixteen inputs at a time, channel after channel: each cache line of the weights is read while it is near.
#include <string.h>

#include "packing.h"

typedef uint8_t pk_sixteen_bytes __attribute__((vector_size(16)));
typedef int8_t pk_sixteen_signed __attribute__((vector_size(16)));
typedef int16_t pk_sixteen __attribute__((vector_size(32)));

/// How the panels want their weights; constant in each call of `pack`.
typedef struct {
    size_t group;
    int16_t lowest;
    /// Whether every byte fits as it is: the values of int8.
    int fits;
} pk_wish;

/// Puts the first `count` of sixteen neighbours, rounded up to whole groups, from `target` on; sets bits of `missed` where one does not fit.
static inline __attribute__((always_inline)) void put(const pk_file_weights *w, pk_sixteen_bytes bytes, size_t count, size_t width,
                                                      pk_wish wish, int8_t *target, pk_sixteen *missed) {
    pk_sixteen_signed stored;
    bytes ^= (pk_sixteen_bytes){0} + w->flip;
    if (wish.fits) {
        bytes ^= (pk_sixteen_bytes){0} + (uint8_t)0x80;
        memcpy(&stored, &bytes, sizeof stored);
    } else {
        pk_sixteen values = __builtin_convertvector(bytes, pk_sixteen) - (int16_t)w->zero;
        pk_sixteen nearest =
            __builtin_elementwise_min(__builtin_elementwise_max(values, (pk_sixteen){0} + wish.lowest), (pk_sixteen){0} + (int16_t)127);
        stored = __builtin_convertvector(nearest, pk_sixteen_signed);
        *missed |= values ^ nearest;
    }
    for (size_t i = 0; i < count; i += wish.group) memcpy(target + i * width, (const int8_t *)&stored + i, wish.group);
}

static inline __attribute__((always_inline)) int pack(const pk_file_weights *w, size_t channel_step, size_t channels, size_t depth,
                                                      size_t width, pk_wish wish, int8_t *out) {
    pk_sixteen missed = {0};
    for (size_t k = 0; k < depth; k += 16) {
        size_t count = depth - k < 16 ? depth - k : 16;
        int8_t *target = out + k * width;
        for (size_t c = 0; c < channels; c++, target += wish.group) {
            const uint8_t *source = w->bytes + c * channel_step + k;
            // What is not there counts as zero.
            pk_sixteen_bytes bytes = (pk_sixteen_bytes){0} + (uint8_t)(w->zero ^ w->flip);
            if (count == 16) {
                memcpy(&bytes, source, 16);
                put(w, bytes, 16, width, wish, target, &missed);
            } else {
                memcpy(&bytes, source, count);
                put(w, bytes, count, width, wish, target, &missed);
            }
        }
        for (size_t i = 0; i < count; i += wish.group) memset(target + i * width, 0, (width - channels) * wish.group);
    }
    return __builtin_reduce_or(missed) == 0;
}

int pk_pack_tap(const pk_file_weights *weights, size_t channel_step, size_t channels, size_t depth, size_t width, size_t group,
                int16_t lowest, int8_t *out) {
    if (group == 4 && weights->zero == 128 && lowest == -128) {
        return pack(weights, channel_step, channels, depth, width, (pk_wish){4, -128, 1}, out);
    }
    switch (group) {
    case 2: return pack(weights, channel_step, channels, depth, width, (pk_wish){2, lowest, 0}, out);
    case 4: return pack(weights, channel_step, channels, depth, width, (pk_wish){4, lowest, 0}, out);
    case 8: return pack(weights, channel_step, channels, depth, width, (pk_wish){8, lowest, 0}, out);
    default: return pack(weights, channel_step, channels, depth, width, (pk_wish){16, lowest, 0}, out);
    }
}

PK_EXPORT size_t pk_find_excess(const pk_file_weights *weights, size_t start, size_t end, int16_t lowest) {
    const uint8_t *bytes = weights->bytes;
    const uint8_t flip = weights->flip;
    const int low = weights->zero + lowest, high = weights->zero + 127;
    const uint8_t least = (uint8_t)(low < 0 ? 0 : low), most = (uint8_t)(high > 255 ? 255 : high);
    enum { block = 64 };
    for (; end - start >= block; start += block) {
        uint8_t found = 0;
        for (size_t i = 0; i < block; i++) {
            const uint8_t value = bytes[start + i] ^ flip;
            found |= (uint8_t)(value < least) | (uint8_t)(value > most);
        }
        if (found) break;
    }
    for (; start < end; start++) {
        const uint8_t value = bytes[start] ^ flip;
        if (value < least || value > most) break;
    }
    return start;
}
