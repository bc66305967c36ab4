/// Sixteen weights at a time: saturating differences keep the values of one sign, and sums of 256 of them fit 16 bits.
#include <string.h>

#include "packing.h"

typedef uint8_t pk_sixteen_bytes __attribute__((vector_size(16)));
typedef uint16_t pk_sixteen_halves __attribute__((vector_size(32)));
typedef uint32_t pk_sixteen_words __attribute__((vector_size(64)));

static void sum_row(const uint8_t *bytes, size_t count, uint8_t flip, uint8_t zero, int32_t *positive, int32_t *negative) {
    pk_sixteen_bytes zeros = (pk_sixteen_bytes){0} + zero, flips = (pk_sixteen_bytes){0} + flip;
    int32_t above = 0, below = 0;
    size_t i = 0;
    while (count - i >= 16) {
        size_t steps = (count - i) / 16 < 256 ? (count - i) / 16 : 256;
        pk_sixteen_halves positives = {0}, negatives = {0};
        for (size_t step = 0; step < steps; step++, i += 16) {
            pk_sixteen_bytes values;
            memcpy(&values, bytes + i, sizeof values);
            values ^= flips;
            positives += __builtin_convertvector(__builtin_elementwise_sub_sat(values, zeros), pk_sixteen_halves);
            negatives += __builtin_convertvector(__builtin_elementwise_sub_sat(zeros, values), pk_sixteen_halves);
        }
        above += (int32_t)__builtin_reduce_add(__builtin_convertvector(positives, pk_sixteen_words));
        below += (int32_t)__builtin_reduce_add(__builtin_convertvector(negatives, pk_sixteen_words));
    }
    for (; i < count; i++) {
        int32_t value = (bytes[i] ^ flip) - zero;
        above += value > 0 ? value : 0;
        below += value < 0 ? -value : 0;
    }
    *positive = above;
    *negative = -below;
}

void pk_sum_weights(const pk_file_weights *weights, size_t channels, size_t depth, int32_t *positive, int32_t *negative) {
    for (size_t c = 0; c < channels; c++) {
        sum_row(weights->bytes + c * depth, depth, weights->flip, weights->zero, positive + c, negative + c);
    }
}

void pk_sum_weight_lines(const pk_file_weights *weights, size_t channels, size_t depth, int32_t *positive, int32_t *negative) {
    const uint8_t *bytes = weights->bytes;
    uint8_t flip = weights->flip;
    int32_t zero = weights->zero;
    for (size_t line = 0; line < depth; line++, bytes += channels) {
        for (size_t c = 0; c < channels; c++) {
            int32_t value = (uint8_t)(bytes[c] ^ flip) - zero;
            positive[c] += value > 0 ? value : 0;
            negative[c] += value < 0 ? value : 0;
        }
    }
}
