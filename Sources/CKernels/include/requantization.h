/// From sums to stored bytes.
#pragma once

#include <stdint.h>

/// How a block of PK_REQUANTIZATION_BLOCK channels is requantised.
#define PK_FORM_INTEGER 0
/// In single precision, proven equal; `offset` serves both signs of the sum.
#define PK_FORM_FLOAT 1
/// In single precision, proven equal; `offset_negative` serves negative sums.
#define PK_FORM_FLOAT_SIGNED 2

/// Channels that share a form.
#define PK_REQUANTIZATION_BLOCK 16
/// Every array of pk_requantization is filled up with zeros to a multiple of this many channels.
#define PK_CHANNEL_FILL 64

/// From accumulators to stored bytes: clamp(zero_point + round(acc * multiplier / 2^31 * 2^(left - right)), minimum, maximum) ^ flip, with
/// the two roundings of FixedPoint. Adding the bias may wrap around; the caller proves that the scaled sum stays 256 below 2^31.
///
/// Zero point, minimum and maximum are those of uint8: 128 more than the file's for int8, whose flip is 0x80.
typedef struct {
    /// [O filled up] each; multiplier >= 0, left in 0...31, right in 0...31. A block's bias belongs to its form: where that is in single
    /// precision, the bias may have a shift in it that `offset` takes back, and the integers would give another byte.
    const int32_t *bias;
    const int32_t *multiplier;
    const int32_t *left;
    const int32_t *right;
    /// [O filled up] each: where a block's form says so, clamp((int32_t)fma((float)acc, scale, offset), minimum, maximum) ^ flip is the
    /// same byte for every sum that can occur. The conversion to int32_t cuts off the fraction (CVTTPS2DQ, not CVTPS2DQ), and the value
    /// fits; the zero point is in the offset. `acc` is negative or not with the bias, and its shift, in it.
    const float *scale;
    const float *offset;
    const float *offset_negative;
    /// [O filled up / PK_REQUANTIZATION_BLOCK]
    const uint8_t *form;
    /// 0...255 each; minimum <= maximum.
    int32_t zero_point;
    int32_t minimum;
    int32_t maximum;
    uint8_t flip;
} pk_requantization;
