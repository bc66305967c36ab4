/// Sums of looked-up terms, included once for each ISA: the includer defines PK_TERM_SUM, the function's name. The terms are loaded one by
/// one; the compiler vectorises the arithmetic.
#include <string.h>

#include "requantize.h"
#include "short_copy.h"

#define PK_TERM_BLOCK 32

static inline __attribute__((always_inline)) void term_sum_block(const pk_term_sum *s, const uint8_t *a, const uint8_t *b, uint8_t *out) {
    int32_t sums[PK_TERM_BLOCK];
    for (size_t i = 0; i < PK_TERM_BLOCK; i++) sums[i] = s->first[a[i]] + s->second[b[i]];
    for (size_t i = 0; i < PK_TERM_BLOCK; i++) {
        int32_t value = pk_requantize(sums[i], s->multiplier, 0, s->right) + s->zero_point;
        value = value < s->minimum ? s->minimum : value;
        out[i] = (uint8_t)(value > s->maximum ? s->maximum : value) ^ s->flip;
    }
}

static inline __attribute__((always_inline)) void term_sum_row(const pk_term_sum *s, const uint8_t *a, const uint8_t *b, uint8_t *out,
                                                               size_t count, int is_single) {
    uint8_t rest[3][PK_TERM_BLOCK] = {{0}};
    if (is_single) memset(rest[1], *b, PK_TERM_BLOCK);
    size_t i = 0;
    for (; i + PK_TERM_BLOCK <= count; i += PK_TERM_BLOCK) {
        // The output may be an input: a block is stored when all of it is read.
        uint8_t block[PK_TERM_BLOCK];
        term_sum_block(s, a + i, is_single ? rest[1] : b + i, block);
        memcpy(out + i, block, sizeof block);
    }
    if (i == count) return;
    pk_short_copy(rest[0], a + i, count - i);
    if (!is_single) pk_short_copy(rest[1], b + i, count - i);
    term_sum_block(s, rest[0], rest[1], rest[2]);
    pk_short_copy(out + i, rest[2], count - i);
}

void PK_TERM_SUM(const pk_term_sum *sum, const pk_pairing *pairing, const uint8_t *a, const uint8_t *b, uint8_t *out) {
    const pk_term_sum s = *sum;
    for (size_t row = 0; row < pairing->rows; row++) {
        term_sum_row(&s, a, b, out, pairing->count, pairing->second_is_single);
        a += pairing->first_step, b += pairing->second_step, out += pairing->count;
    }
}

#undef PK_TERM_SUM
