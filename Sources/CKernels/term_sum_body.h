/// Sums of looked-up terms, included once for each ISA: the includer defines PK_TERM_SUM, the function's name. The terms are loaded one by
/// one; the compiler vectorises the arithmetic.
#include "requantize.h"

/// Elements whose sums are all stored before the first is loaded again: vectors of numbers that were stored one by one have to wait.
#define PK_TERM_BLOCK 256

static inline __attribute__((always_inline)) void term_sum_row(const pk_term_sum *s, const uint8_t *a, const uint8_t *b, uint8_t *out,
                                                               size_t count, size_t b_step) {
    int32_t sums[PK_TERM_BLOCK];
    const int32_t *first = s->first, *second = s->second;
    for (size_t start = 0; start < count; start += PK_TERM_BLOCK) {
        const size_t here = count - start < PK_TERM_BLOCK ? count - start : PK_TERM_BLOCK;
#pragma clang loop vectorize(disable) unroll_count(4)
        for (size_t i = 0; i < here; i++) sums[i] = first[a[start + i]] + second[b[(start + i) * b_step]];
        // The output may be an input: all of the block has been read. And no vectors are put together lane by lane.
        __asm__ volatile("" : : "r"(sums) : "memory");
        for (size_t i = 0; i < here; i++) {
            int32_t value = pk_requantize(sums[i], s->multiplier, 0, s->right) + s->zero_point;
            value = value < s->minimum ? s->minimum : value;
            out[start + i] = (uint8_t)(value > s->maximum ? s->maximum : value) ^ s->flip;
        }
    }
}

void PK_TERM_SUM(const pk_term_sum *sum, const pk_pairing *pairing, const uint8_t *a, const uint8_t *b, uint8_t *out) {
    const pk_term_sum s = *sum;
    for (size_t row = 0; row < pairing->rows; row++) {
        term_sum_row(&s, a, b, out, pairing->count, pairing->second_is_single ? 0 : 1);
        a += pairing->first_step, b += pairing->second_step, out += pairing->count;
    }
}

#undef PK_TERM_SUM
