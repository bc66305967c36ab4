/// The integer double rounding on four lanes of NEON, equal to pk_requantize of requantize.h for every sum.
///
/// Needs baseline ARMv8-A only. Loads are unaligned; every array of pk_requantization is filled up, so whole vectors may be read at any
/// channel that is a multiple of four.
#pragma once

#include <arm_neon.h>
#include <stddef.h>
#include <string.h>

#include "../include/requantization.h"

/// What four neighbouring channels share over all rows.
typedef struct {
    int32x4_t multiplier;
    /// The right shifts, negated: SRSHL shifts right by negative counts.
    int32x4_t down;
} pk_scale4;

static inline __attribute__((always_inline)) pk_scale4 pk_load_scale4(const pk_requantization *r, size_t channel) {
    return (pk_scale4){.multiplier = vld1q_s32(r->multiplier + channel), .down = vnegq_s32(vld1q_s32(r->right + channel))};
}

/// Whether any of four channels is shifted left: few are, and SSHL is slow on Cortex-A72. Decided in general registers, which are idle.
static inline __attribute__((always_inline)) int pk_any_left4(const pk_requantization *r, size_t channel) {
    uint64_t pairs[2];
    memcpy(pairs, r->left + channel, sizeof pairs);
    return (pairs[0] | pairs[1]) != 0;
}

/// The first step, for channels with a left shift.
static inline __attribute__((always_inline)) int32x4_t pk_shift_left4(int32x4_t x, const pk_requantization *r, size_t channel) {
    return vshlq_s32(x, vld1q_s32(r->left + channel));
}

/// round(x * multiplier / 2^31 / 2^right), each rounding on its own; x has been shifted left.
///
/// SQRDMULH doubles, rounds half up and keeps the high half: (x * m + 2^30) >> 31; it saturates for m = -2^31 only. SRSHL rounds halves up,
/// the rule wants them away from zero, so negative numbers that are about to be shifted lose one first (the AND's sign bit is set for
/// these alone, and SSRA adds its arithmetic shift, -1).
static inline __attribute__((always_inline)) int32x4_t pk_rescale4(int32x4_t x, pk_scale4 s) {
    int32x4_t high = vqrdmulhq_s32(x, s.multiplier);
    return vrshlq_s32(vsraq_n_s32(high, vandq_s32(high, s.down), 31), s.down);
}

/// What all channels share.
typedef struct {
    int16x8_t zero_point;
    uint8x16_t minimum, maximum, flip;
} pk_clamp;

static inline __attribute__((always_inline)) pk_clamp pk_load_clamp(const pk_requantization *r) {
    return (pk_clamp){
        .zero_point = vdupq_n_s16((int16_t)r->zero_point),
        .minimum = vdupq_n_u8((uint8_t)r->minimum),
        .maximum = vdupq_n_u8((uint8_t)r->maximum),
        .flip = vdupq_n_u8(r->flip),
    };
}

/// Sixteen scaled sums to stored bytes. Saturating to int16 before the zero point is added changes nothing: what saturates ends at an end
/// of 0...255 in either order.
static inline __attribute__((always_inline)) uint8x16_t pk_store16(int32x4_t a, int32x4_t b, int32x4_t c, int32x4_t d, pk_clamp clamp) {
    int16x8_t low = vqaddq_s16(vqmovn_high_s32(vqmovn_s32(a), b), clamp.zero_point);
    int16x8_t high = vqaddq_s16(vqmovn_high_s32(vqmovn_s32(c), d), clamp.zero_point);
    uint8x16_t bytes = vqmovun_high_s16(vqmovun_s16(low), high);
    return veorq_u8(vminq_u8(vmaxq_u8(bytes, clamp.minimum), clamp.maximum), clamp.flip);
}

/// Eight scaled sums to stored bytes.
static inline __attribute__((always_inline)) uint8x8_t pk_store8(int32x4_t a, int32x4_t b, pk_clamp clamp) {
    uint8x8_t bytes = vqmovun_s16(vqaddq_s16(vqmovn_high_s32(vqmovn_s32(a), b), clamp.zero_point));
    bytes = vmin_u8(vmax_u8(bytes, vget_low_u8(clamp.minimum)), vget_low_u8(clamp.maximum));
    return veor_u8(bytes, vget_low_u8(clamp.flip));
}
