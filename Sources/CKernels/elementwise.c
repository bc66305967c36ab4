/// Portable: the compiler vectorises the loops for the architecture's baseline.
#include "elementwise_kernels.h"

#define PK_NEAR_PAIRS pk_near_pairs_generic
#include "near_pairs_body.h"

#define PK_TERM_SUM pk_term_sum_u8_generic
#include "term_sum_body.h"

static inline uint8_t limit(int32_t x, uint8_t minimum, uint8_t maximum, uint8_t flip) {
    int32_t raised = x < minimum ? minimum : x;
    return (uint8_t)((raised > maximum ? maximum : raised) ^ flip);
}

static inline __attribute__((always_inline)) void sum_row(const pk_linear_sum *s, const uint8_t *a, const uint8_t *b, size_t b_step,
                                                          uint8_t *out, size_t count) {
    pk_linear_sum p = *s;
    for (size_t i = 0; i < count; i++) {
        int16_t x = a[i] ^ p.flip, y = b[i * b_step] ^ p.flip;
        int32_t low = p.first_low * x + p.second_low * y + p.offset_low;
        int32_t high = p.first_high * x + p.second_high * y + p.offset_high + (low >> 15);
        out[i] = limit(high >> p.shift, p.minimum, p.maximum, p.flip);
    }
}

void pk_linear_sum_u8_generic(const pk_linear_sum *s, const pk_pairing *pairing, const uint8_t *a, const uint8_t *b, uint8_t *out) {
    for (size_t row = 0; row < pairing->rows; row++) {
        if (pairing->second_is_single) {
            sum_row(s, a, b, 0, out, pairing->count);
        } else {
            sum_row(s, a, b, 1, out, pairing->count);
        }
        a += pairing->first_step, b += pairing->second_step, out += pairing->count;
    }
}

/// Ties to even, by a sum whose last bit is worth one: |x| is below 2^22 after the clamp.
static inline int32_t nearest(float x) {
    float limited = x < -1048576.0f ? -1048576.0f : x > 1048576.0f ? 1048576.0f : x;
    union {
        float number;
        int32_t bits;
    } sum = {.number = limited + 12582912.0f};
    return sum.bits - 0x4b400000;
}

static inline __attribute__((always_inline)) void product_row(const pk_float_product *s, const uint8_t *a, const uint8_t *b,
                                                              size_t b_step, uint8_t *out, size_t count) {
#pragma clang fp contract(off)
    pk_float_product p = *s;
    for (size_t i = 0; i < count; i++) {
        int32_t product = ((a[i] ^ p.flip) - p.first_zero) * ((b[i * b_step] ^ p.flip) - p.second_zero);
        out[i] = limit(nearest((float)product * p.scale + (product < 0 ? p.offset_negative : p.offset)), p.minimum, p.maximum, p.flip);
    }
}

void pk_float_product_u8_generic(const pk_float_product *s, const pk_pairing *pairing, const uint8_t *a, const uint8_t *b,
                                 uint8_t *out) {
    for (size_t row = 0; row < pairing->rows; row++) {
        if (pairing->second_is_single) {
            product_row(s, a, b, 0, out, pairing->count);
        } else {
            product_row(s, a, b, 1, out, pairing->count);
        }
        a += pairing->first_step, b += pairing->second_step, out += pairing->count;
    }
}
