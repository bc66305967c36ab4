/// Sums and products of two quantised tensors, element by element.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

/// How the elements of two inputs meet: `rows` rows of `count` elements. The output's rows follow each other without a gap; row r of an
/// input starts `step` bytes behind row r - 1 (0 repeats a row). With `second_is_single` a row of the second input is one element.
typedef struct {
    size_t rows, count, first_step, second_step;
    uint8_t second_is_single;
} pk_pairing;

/// A quantised sum as a linear form in fixed point, proven equal to the norm for all pairs by the caller. With a and b in the uint8 domain
/// (stored ^ flip), in 32-bit arithmetic that does not wrap:
///     low = first_low * a + second_low * b + offset_low
///     high = first_high * a + second_high * b + offset_high + (low >> 15)
///     out = clamp(high >> shift, minimum, maximum) ^ flip
/// The parts are the two halves of multipliers with `shift` + 15 fraction bits; those of `low` are 0..<2^15.
typedef struct {
    int16_t first_high, first_low, second_high, second_low;
    int32_t offset_high, offset_low;
    /// 0...16
    int32_t shift;
    uint8_t minimum, maximum, flip;
} pk_linear_sum;

/// A quantised product in single precision, proven equal to the norm for all products by the caller:
///     out = clamp(rint(p * scale + (p < 0 ? offset_negative : offset)), minimum, maximum) ^ flip,  p = (a - first_zero) * (b - second_zero)
/// with a and b in the uint8 domain, zeros in 0...255, two roundings (no fused multiply-add) and ties to even. The rounded value fits int32.
typedef struct {
    int16_t first_zero, second_zero;
    float scale, offset, offset_negative;
    uint8_t minimum, maximum, flip;
} pk_float_product;

/// A quantised sum as the norm computes it, with both of its roundings. first, second: [256] by the stored byte, below 2^28 in magnitude;
/// multiplier >= 0, right 0...31; zero point, minimum and maximum are those of uint8.
///     out = clamp(zero_point + round(round((first[a] + second[b]) * multiplier / 2^31) / 2^right), minimum, maximum) ^ flip
typedef struct {
    const int32_t *first, *second;
    int32_t multiplier, right, zero_point;
    uint8_t minimum, maximum, flip;
} pk_term_sum;

/// Lanes: any, no alignment; tails are computed apart, so that exactly the rows named are read and written. The output may lie exactly in
/// the place of an input that has as many elements.
typedef struct {
    void (*linear_sum)(const pk_linear_sum *sum, const pk_pairing *pairing, const uint8_t *first, const uint8_t *second, uint8_t *out);
    void (*float_product)(const pk_float_product *product, const pk_pairing *pairing, const uint8_t *first, const uint8_t *second,
                          uint8_t *out);
    void (*term_sum)(const pk_term_sum *sum, const pk_pairing *pairing, const uint8_t *first, const uint8_t *second, uint8_t *out);
    /// For proofs: writes 256 * x + y for the pairs whose first[x] + second[y], modulo 2^32, is within `margin` of 0 on either side.
    /// first, second: [256]; pairs: [capacity]. Returns how many there are, more than the capacity when they do not fit.
    size_t (*near_pairs)(const uint32_t *first, const uint32_t *second, uint32_t margin, uint16_t *pairs, size_t capacity);
} pk_elementwise_kernels;

/// Fills the table: the generic kernels first, then those of every feature in `flags`, newest last.
PK_EXPORT void pk_elementwise_init(pk_elementwise_kernels *kernels, uint32_t flags);
