/// Sums to stored bytes with AVX-512 (F, BW, DQ, VL), 16 channels a register; the same bytes as pk_requantize.
///
/// Use: `pk_lanes_load_avx512` once per tile for each group of 16 channels, `pk_round_avx512` on each register of sums, then one of the
/// `pk_pack*` functions. The form is a predictable branch in each call of `pk_round_avx512`; callers with a hot loop over rows branch
/// once and call `pk_round_form_avx512` with a constant. Reads 16 numbers of each array of pk_requantization that the form needs, no alignment.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>

#include "../include/CKernels.h"

#define PK_INLINE_AVX512 \
    static inline __attribute__((always_inline, target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")))

/// PK_FORM_INTEGER where no channel is shifted left and all are shifted right by 1...22, as all but odd layers are: the zero point is part
/// of the rounding.
#define PK_FORM_INTEGER_RIGHT 3

/// The parameters of 16 lanes.
typedef struct {
    /// PK_FORM_INTEGER...; lanes of INTEGER_RIGHT serve as lanes of INTEGER too.
    int form;
    /// The float forms: scale and the two offsets, equal for PK_FORM_FLOAT.
    __m512 scale, offset, offset_negative;
    /// The integer form. The products of the even and of the odd lanes are 64 bits wide, and so is all that follows:
    /// (product + up) >> shift, one step of the first rounding less for negative sums that a right shift follows.
    __m512i multiplier, left, shift_even, shift_odd, up_even, up_odd, down_even, down_odd, zero_point;
    /// `up` with the zero point in it, for INTEGER_RIGHT.
    __m512i all_even, all_odd;
} pk_lanes_avx512;

/// What all channels of a layer share.
typedef struct {
    __m512i minimum, maximum, flip;
} pk_limits_avx512;

PK_INLINE_AVX512 pk_limits_avx512 pk_limits_load_avx512(const pk_requantization *r) {
    return (pk_limits_avx512){_mm512_set1_epi8((char)r->minimum), _mm512_set1_epi8((char)r->maximum), _mm512_set1_epi8((char)r->flip)};
}

/// From 16 multipliers and shifts in the order of the lanes.
PK_INLINE_AVX512 pk_lanes_avx512 pk_lanes_integer_avx512(__m512i multiplier, __m512i left, __m512i right, int32_t zero_point) {
    pk_lanes_avx512 lanes;
    // A multiplier of 0 gives 0 whatever the shifts.
    __mmask16 none = _mm512_testn_epi32_mask(multiplier, multiplier);
    left = _mm512_mask_mov_epi32(left, none, _mm512_setzero_si512());
    right = _mm512_mask_mov_epi32(right, none, _mm512_set1_epi32(1));
    __mmask16 other = _mm512_test_epi32_mask(left, left);
    other |= _mm512_cmpgt_epu32_mask(_mm512_sub_epi32(right, _mm512_set1_epi32(1)), _mm512_set1_epi32(21));
    __m512i one = _mm512_set1_epi64(1), right_even = _mm512_and_si512(right, _mm512_set1_epi64(0xFFFFFFFF));
    __m512i right_odd = _mm512_srli_epi64(right, 32), rounding = _mm512_set1_epi64(31), nudge = _mm512_set1_epi64(1ll << 30);
    lanes.form = other ? PK_FORM_INTEGER : PK_FORM_INTEGER_RIGHT;
    lanes.scale = lanes.offset = lanes.offset_negative = _mm512_setzero_ps();
    lanes.multiplier = multiplier;
    lanes.left = left;
    lanes.shift_even = _mm512_add_epi64(right_even, rounding);
    lanes.shift_odd = _mm512_add_epi64(right_odd, rounding);
    // Half of 2^right, in units of 2^31, is 2^(30 + right): nothing when right is 0.
    __mmask8 even = _mm512_test_epi64_mask(right_even, right_even), odd = _mm512_test_epi64_mask(right_odd, right_odd);
    __m512i thirty = _mm512_set1_epi64(30), step = _mm512_set1_epi64(1ll << 31);
    lanes.up_even = _mm512_mask_add_epi64(nudge, even, nudge, _mm512_sllv_epi64(one, _mm512_add_epi64(right_even, thirty)));
    lanes.up_odd = _mm512_mask_add_epi64(nudge, odd, nudge, _mm512_sllv_epi64(one, _mm512_add_epi64(right_odd, thirty)));
    lanes.down_even = _mm512_maskz_mov_epi64(even, step);
    lanes.down_odd = _mm512_maskz_mov_epi64(odd, step);
    lanes.zero_point = _mm512_set1_epi32(zero_point);
    // Below 2^61 + 2^53, so that the sum with a product of 62 bits fits.
    __m512i zero = _mm512_set1_epi64(zero_point);
    lanes.all_even = _mm512_add_epi64(lanes.up_even, _mm512_sllv_epi64(zero, lanes.shift_even));
    lanes.all_odd = _mm512_add_epi64(lanes.up_odd, _mm512_sllv_epi64(zero, lanes.shift_odd));
    return lanes;
}

PK_INLINE_AVX512 pk_lanes_avx512 pk_lanes_float_avx512(int form, __m512 scale, __m512 offset, __m512 offset_negative) {
    pk_lanes_avx512 lanes;
    __m512i none = _mm512_setzero_si512();
    lanes.form = form;
    lanes.scale = scale;
    lanes.offset = offset;
    lanes.offset_negative = offset_negative;
    lanes.multiplier = lanes.left = lanes.shift_even = lanes.shift_odd = lanes.up_even = lanes.up_odd = none;
    lanes.down_even = lanes.down_odd = lanes.zero_point = lanes.all_even = lanes.all_odd = none;
    return lanes;
}

/// The 16 channels from `channel` on, a multiple of 16.
PK_INLINE_AVX512 pk_lanes_avx512 pk_lanes_load_avx512(const pk_requantization *r, size_t channel) {
    int form = r->form[channel / PK_REQUANTIZATION_BLOCK];
    if (form == PK_FORM_INTEGER) {
        return pk_lanes_integer_avx512(_mm512_loadu_si512(r->multiplier + channel), _mm512_loadu_si512(r->left + channel),
                                       _mm512_loadu_si512(r->right + channel), r->zero_point);
    }
    __m512 offset = _mm512_loadu_ps(r->offset + channel);
    return pk_lanes_float_avx512(form, _mm512_loadu_ps(r->scale + channel), offset,
                                 form == PK_FORM_FLOAT_SIGNED ? _mm512_loadu_ps(r->offset_negative + channel) : offset);
}

/// The rounded result with the zero point, before the clamp. `form` is the lanes' own, or FLOAT_SIGNED for lanes of FLOAT, or INTEGER
/// for lanes of INTEGER_RIGHT.
PK_INLINE_AVX512 __m512i pk_round_form_avx512(const pk_lanes_avx512 *lanes, int form, __m512i sums) {
    if (form == PK_FORM_INTEGER) {
        // Exact: the product has at most 62 bits, and floor((floor(p / 2^31) + n) / 2^right) = floor((p + n * 2^31) / 2^(31 + right)).
        // The second rounding takes ties away from zero: one step less for negative sums. The sign of the sum serves for that of the
        // high half, since where they differ the high half is 0, and half a unit less a step still gives 0.
        __m512i x = _mm512_sllv_epi32(sums, lanes->left), x_odd = _mm512_srli_epi64(x, 32);
        __m512i even = _mm512_mul_epi32(x, lanes->multiplier), odd = _mm512_mul_epi32(x_odd, _mm512_srli_epi64(lanes->multiplier, 32));
        __mmask8 negative_even = _mm512_movepi64_mask(even), negative_odd = _mm512_movepi64_mask(x);
        even = _mm512_add_epi64(even, lanes->up_even);
        odd = _mm512_add_epi64(odd, lanes->up_odd);
        even = _mm512_mask_sub_epi64(even, negative_even, even, lanes->down_even);
        odd = _mm512_mask_sub_epi64(odd, negative_odd, odd, lanes->down_odd);
        even = _mm512_srav_epi64(even, lanes->shift_even);
        odd = _mm512_srav_epi64(odd, lanes->shift_odd);
        even = _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, (_MM_PERM_ENUM)0xA0);
        return _mm512_add_epi32(even, lanes->zero_point);
    }
    if (form == PK_FORM_INTEGER_RIGHT) {
        __m512i even = _mm512_mul_epi32(sums, lanes->multiplier), step = _mm512_set1_epi64(1ll << 31);
        __m512i odd = _mm512_mul_epi32(_mm512_srli_epi64(sums, 32), _mm512_srli_epi64(lanes->multiplier, 32));
        __mmask8 negative_even = _mm512_movepi64_mask(even), negative_odd = _mm512_movepi64_mask(sums);
        even = _mm512_add_epi64(even, lanes->all_even);
        odd = _mm512_add_epi64(odd, lanes->all_odd);
        even = _mm512_srav_epi64(_mm512_mask_sub_epi64(even, negative_even, even, step), lanes->shift_even);
        odd = _mm512_srav_epi64(_mm512_mask_sub_epi64(odd, negative_odd, odd, step), lanes->shift_odd);
        return _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, (_MM_PERM_ENUM)0xA0);
    }
    __m512 value = _mm512_cvtepi32_ps(sums), offset = lanes->offset;
    if (form == PK_FORM_FLOAT_SIGNED) offset = _mm512_mask_mov_ps(offset, _mm512_movepi32_mask(sums), lanes->offset_negative);
    return _mm512_cvttps_epi32(_mm512_fmadd_ps(value, lanes->scale, offset));
}

PK_INLINE_AVX512 __m512i pk_round_avx512(const pk_lanes_avx512 *lanes, __m512i sums) {
    if (__builtin_expect(lanes->form == PK_FORM_FLOAT, 1)) return pk_round_form_avx512(lanes, PK_FORM_FLOAT, sums);
    if (__builtin_expect(lanes->form == PK_FORM_INTEGER_RIGHT, 1)) return pk_round_form_avx512(lanes, PK_FORM_INTEGER_RIGHT, sums);
    if (lanes->form == PK_FORM_FLOAT_SIGNED) return pk_round_form_avx512(lanes, PK_FORM_FLOAT_SIGNED, sums);
    return pk_round_form_avx512(lanes, PK_FORM_INTEGER, sums);
}

PK_INLINE_AVX512 __m512i pk_limit_avx512(const pk_limits_avx512 *limits, __m512i bytes) {
    bytes = _mm512_min_epu8(_mm512_max_epu8(bytes, limits->minimum), limits->maximum);
    return _mm512_xor_si512(bytes, limits->flip);
}

/// Four registers whose 16-byte quarters interleave: quarter q of register i becomes bytes 16 q + 4 i and on. What unpacked rows give.
PK_INLINE_AVX512 __m512i pk_pack_quarters_avx512(const pk_limits_avx512 *limits, __m512i a, __m512i b, __m512i c, __m512i d) {
    return pk_limit_avx512(limits, _mm512_packus_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d)));
}

/// Four registers of rounded results to 64 bytes in order.
PK_INLINE_AVX512 __m512i pk_pack64_avx512(const pk_limits_avx512 *limits, __m512i a, __m512i b, __m512i c, __m512i d) {
    __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return _mm512_permutexvar_epi32(order, pk_pack_quarters_avx512(limits, a, b, c, d));
}

/// Two registers to 32 bytes in order.
PK_INLINE_AVX512 __m256i pk_pack32_avx512(const pk_limits_avx512 *limits, __m512i a, __m512i b) {
    __m512i words = _mm512_packs_epi32(a, b);
    __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 0, 4, 8, 12, 1, 5, 9, 13);
    __m512i bytes = _mm512_permutexvar_epi32(order, _mm512_packus_epi16(words, words));
    return _mm512_castsi512_si256(pk_limit_avx512(limits, bytes));
}

/// One register to 16 bytes.
PK_INLINE_AVX512 __m128i pk_pack16_avx512(const pk_limits_avx512 *limits, __m512i a) {
    __m128i bytes = _mm512_cvtusepi32_epi8(_mm512_max_epi32(a, _mm512_setzero_si512()));
    bytes = _mm_min_epu8(_mm_max_epu8(bytes, _mm512_castsi512_si128(limits->minimum)), _mm512_castsi512_si128(limits->maximum));
    return _mm_xor_si128(bytes, _mm512_castsi512_si128(limits->flip));
}

/// Stores the first `count` of 64, 32 or 16 bytes; writes no other. In halves rather than under a mask: Zen 4 takes some ten times as long
/// for a masked store of bytes.
PK_INLINE_AVX512 void pk_store16_avx512(uint8_t *out, __m128i bytes, size_t count) {
    if (count >= 16) {
        _mm_storeu_si128((__m128i *)out, bytes);
        return;
    }
    if (count & 8) {
        _mm_storeu_si64(out, bytes);
        bytes = _mm_srli_si128(bytes, 8);
        out += 8;
    }
    if (count & 4) {
        _mm_storeu_si32(out, bytes);
        bytes = _mm_srli_si128(bytes, 4);
        out += 4;
    }
    if (count & 2) {
        _mm_storeu_si16(out, bytes);
        bytes = _mm_srli_si128(bytes, 2);
        out += 2;
    }
    if (count & 1) *out = (uint8_t)_mm_extract_epi8(bytes, 0);
}

PK_INLINE_AVX512 void pk_store32_avx512(uint8_t *out, __m256i bytes, size_t count) {
    if (count >= 32) {
        _mm256_storeu_si256((__m256i *)out, bytes);
    } else if (count >= 16) {
        _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(bytes));
        pk_store16_avx512(out + 16, _mm256_extracti128_si256(bytes, 1), count - 16);
    } else {
        pk_store16_avx512(out, _mm256_castsi256_si128(bytes), count);
    }
}

PK_INLINE_AVX512 void pk_store64_avx512(uint8_t *out, __m512i bytes, size_t count) {
    if (count >= 64) {
        _mm512_storeu_si512(out, bytes);
    } else if (count >= 32) {
        _mm256_storeu_si256((__m256i *)out, _mm512_castsi512_si256(bytes));
        pk_store32_avx512(out + 32, _mm512_extracti64x4_epi64(bytes, 1), count - 32);
    } else {
        pk_store32_avx512(out, _mm512_castsi512_si256(bytes), count);
    }
}
#endif
