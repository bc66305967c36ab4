/// Sums to stored bytes with AVX2 and FMA, 8 channels a register; the same bytes as pk_requantize.
///
/// Use: `pk_lanes_load_avx2` once per tile for each group of 8 channels, `pk_round_avx2` on each register of sums, then one of the
/// `pk_pack*` functions. The form is a predictable branch in each call of `pk_round_avx2`; callers with a hot loop over rows branch
/// once and call `pk_round_form_avx2` with a constant. Reads 8 numbers of each array of pk_requantization that the form needs, no alignment.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "../include/CKernels.h"

#define PK_INLINE_AVX2 static inline __attribute__((always_inline, target("avx2,fma")))

/// PK_FORM_INTEGER where no channel is shifted left and all are shifted right by 1...22, as all but odd layers are: the zero point is part
/// of the rounding.
#define PK_FORM_INTEGER_RIGHT 3

/// The parameters of 8 lanes.
typedef struct {
    /// PK_FORM_INTEGER...; lanes of INTEGER_RIGHT serve as lanes of INTEGER too.
    int form;
    /// The float forms: scale and the two offsets, equal for PK_FORM_FLOAT.
    __m256 scale, offset, offset_negative;
    /// The integer form; mask is 2^right - 1.
    __m256i multiplier, left, right, mask, zero_point;
    /// For INTEGER_RIGHT: half and the zero point, and what they may be added to.
    __m256i all, limit;
} pk_lanes_avx2;

/// What all channels of a layer share.
typedef struct {
    __m256i minimum, maximum, flip;
} pk_limits_avx2;

PK_INLINE_AVX2 pk_limits_avx2 pk_limits_load_avx2(const pk_requantization *r) {
    return (pk_limits_avx2){_mm256_set1_epi8((char)r->minimum), _mm256_set1_epi8((char)r->maximum), _mm256_set1_epi8((char)r->flip)};
}

/// From 8 multipliers and shifts in the order of the lanes.
PK_INLINE_AVX2 pk_lanes_avx2 pk_lanes_integer_avx2(__m256i multiplier, __m256i left, __m256i right, int32_t zero_point) {
    pk_lanes_avx2 lanes;
    __m256i one = _mm256_set1_epi32(1);
    // A multiplier of 0 gives 0 whatever the shifts.
    __m256i none = _mm256_cmpeq_epi32(multiplier, _mm256_setzero_si256());
    left = _mm256_andnot_si256(none, left);
    right = _mm256_blendv_epi8(right, one, none);
    __m256i other = _mm256_or_si256(left, _mm256_cmpgt_epi32(right, _mm256_set1_epi32(22)));
    other = _mm256_or_si256(other, _mm256_cmpgt_epi32(one, right));
    lanes.form = _mm256_testz_si256(other, other) ? PK_FORM_INTEGER_RIGHT : PK_FORM_INTEGER;
    lanes.scale = lanes.offset = lanes.offset_negative = _mm256_setzero_ps();
    lanes.multiplier = multiplier;
    lanes.left = left;
    lanes.right = right;
    lanes.mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, right), one);
    lanes.zero_point = _mm256_set1_epi32(zero_point);
    lanes.all = _mm256_sllv_epi32(lanes.zero_point, right);
    lanes.all = _mm256_add_epi32(lanes.all, _mm256_srli_epi32(_mm256_sllv_epi32(one, right), 1));
    lanes.limit = _mm256_sub_epi32(_mm256_set1_epi32(0x7FFFFFFF), lanes.all);
    return lanes;
}

PK_INLINE_AVX2 pk_lanes_avx2 pk_lanes_float_avx2(int form, __m256 scale, __m256 offset, __m256 offset_negative) {
    pk_lanes_avx2 lanes;
    lanes.form = form;
    lanes.scale = scale;
    lanes.offset = offset;
    lanes.offset_negative = offset_negative;
    lanes.multiplier = lanes.left = lanes.right = lanes.mask = lanes.zero_point = lanes.all = lanes.limit =
        _mm256_setzero_si256();
    return lanes;
}

/// The 8 channels from `channel` on, a multiple of 8.
PK_INLINE_AVX2 pk_lanes_avx2 pk_lanes_load_avx2(const pk_requantization *r, size_t channel) {
    int form = r->form[channel / PK_REQUANTIZATION_BLOCK];
    if (form == PK_FORM_INTEGER) {
        return pk_lanes_integer_avx2(_mm256_loadu_si256((const __m256i *)(r->multiplier + channel)),
                                     _mm256_loadu_si256((const __m256i *)(r->left + channel)),
                                     _mm256_loadu_si256((const __m256i *)(r->right + channel)), r->zero_point);
    }
    __m256 offset = _mm256_loadu_ps(r->offset + channel);
    return pk_lanes_float_avx2(form, _mm256_loadu_ps(r->scale + channel), offset,
                               form == PK_FORM_FLOAT_SIGNED ? _mm256_loadu_ps(r->offset_negative + channel) : offset);
}

/// The rounded result with the zero point, before the clamp. `form` is the lanes' own, or FLOAT_SIGNED for lanes of FLOAT, or INTEGER
/// for lanes of INTEGER_RIGHT.
PK_INLINE_AVX2 __m256i pk_round_form_avx2(const pk_lanes_avx2 *lanes, int form, __m256i sums) {
    if (form == PK_FORM_INTEGER) {
        __m256i x = _mm256_sllv_epi32(sums, lanes->left), nudge = _mm256_set1_epi64x(1ll << 30);
        __m256i even = _mm256_mul_epi32(x, lanes->multiplier);
        __m256i odd = _mm256_mul_epi32(_mm256_srli_epi64(x, 32), _mm256_srli_epi64(lanes->multiplier, 32));
        // Bits 31...62 of the nudged products: in the low halves of the even ones, in the high halves of the odd ones.
        even = _mm256_srli_epi64(_mm256_add_epi64(even, nudge), 31);
        odd = _mm256_slli_epi64(_mm256_add_epi64(odd, nudge), 1);
        __m256i high = _mm256_blend_epi32(even, odd, 0xAA);
        __m256i threshold = _mm256_sub_epi32(_mm256_srli_epi32(lanes->mask, 1), _mm256_srai_epi32(high, 31));
        __m256i up = _mm256_cmpgt_epi32(_mm256_and_si256(high, lanes->mask), threshold);
        return _mm256_add_epi32(_mm256_sub_epi32(_mm256_srav_epi32(high, lanes->right), up), lanes->zero_point);
    }
    if (form == PK_FORM_INTEGER_RIGHT) {
        __m256i nudge = _mm256_set1_epi64x(1ll << 30), even = _mm256_mul_epi32(sums, lanes->multiplier);
        __m256i odd = _mm256_mul_epi32(_mm256_srli_epi64(sums, 32), _mm256_srli_epi64(lanes->multiplier, 32));
        even = _mm256_srli_epi64(_mm256_add_epi64(even, nudge), 31);
        odd = _mm256_slli_epi64(_mm256_add_epi64(odd, nudge), 1);
        __m256i high = _mm256_blend_epi32(even, odd, 0xAA);
        // One less for negative numbers sends ties away from zero. Numbers above the limit give 511 or more with it or without.
        __m256i sum = _mm256_add_epi32(_mm256_min_epi32(high, lanes->limit), lanes->all);
        return _mm256_srav_epi32(_mm256_add_epi32(sum, _mm256_srai_epi32(high, 31)), lanes->right);
    }
    __m256 value = _mm256_cvtepi32_ps(sums), offset = lanes->offset;
    if (form == PK_FORM_FLOAT_SIGNED) offset = _mm256_blendv_ps(offset, lanes->offset_negative, _mm256_castsi256_ps(sums));
    return _mm256_cvttps_epi32(_mm256_fmadd_ps(value, lanes->scale, offset));
}

PK_INLINE_AVX2 __m256i pk_round_avx2(const pk_lanes_avx2 *lanes, __m256i sums) {
    if (__builtin_expect(lanes->form == PK_FORM_FLOAT, 1)) return pk_round_form_avx2(lanes, PK_FORM_FLOAT, sums);
    if (__builtin_expect(lanes->form == PK_FORM_INTEGER_RIGHT, 1)) return pk_round_form_avx2(lanes, PK_FORM_INTEGER_RIGHT, sums);
    if (lanes->form == PK_FORM_FLOAT_SIGNED) return pk_round_form_avx2(lanes, PK_FORM_FLOAT_SIGNED, sums);
    return pk_round_form_avx2(lanes, PK_FORM_INTEGER, sums);
}

PK_INLINE_AVX2 __m256i pk_limit_avx2(const pk_limits_avx2 *limits, __m256i bytes) {
    bytes = _mm256_min_epu8(_mm256_max_epu8(bytes, limits->minimum), limits->maximum);
    return _mm256_xor_si256(bytes, limits->flip);
}

/// Four registers whose 16-byte halves interleave: half h of register i becomes bytes 16 h + 4 i and on. What unpacked rows give.
PK_INLINE_AVX2 __m256i pk_pack_halves_avx2(const pk_limits_avx2 *limits, __m256i a, __m256i b, __m256i c, __m256i d) {
    return pk_limit_avx2(limits, _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d)));
}

/// Four registers of rounded results to 32 bytes in order.
PK_INLINE_AVX2 __m256i pk_pack32_avx2(const pk_limits_avx2 *limits, __m256i a, __m256i b, __m256i c, __m256i d) {
    return _mm256_permutevar8x32_epi32(pk_pack_halves_avx2(limits, a, b, c, d), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

/// Two registers to 16 bytes in order.
PK_INLINE_AVX2 __m128i pk_pack16_avx2(const pk_limits_avx2 *limits, __m256i a, __m256i b) {
    __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xD8);
    __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    bytes = _mm_min_epu8(_mm_max_epu8(bytes, _mm256_castsi256_si128(limits->minimum)), _mm256_castsi256_si128(limits->maximum));
    return _mm_xor_si128(bytes, _mm256_castsi256_si128(limits->flip));
}

/// One register to 8 bytes, the low half of the result; the high half repeats them.
PK_INLINE_AVX2 __m128i pk_pack8_avx2(const pk_limits_avx2 *limits, __m256i a) {
    __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    __m128i bytes = _mm_packus_epi16(words, words);
    bytes = _mm_min_epu8(_mm_max_epu8(bytes, _mm256_castsi256_si128(limits->minimum)), _mm256_castsi256_si128(limits->maximum));
    return _mm_xor_si128(bytes, _mm256_castsi256_si128(limits->flip));
}

/// Stores the first `count` of 16 bytes; writes no other.
PK_INLINE_AVX2 void pk_store16_avx2(uint8_t *out, __m128i bytes, size_t count) {
    if (count >= 16) {
        _mm_storeu_si128((__m128i *)out, bytes);
        return;
    }
    if (count & 8) {
        _mm_storel_epi64((__m128i *)out, bytes);
        bytes = _mm_srli_si128(bytes, 8);
        out += 8;
    }
    uint32_t four = (uint32_t)_mm_cvtsi128_si32(bytes);
    if (count & 4) {
        memcpy(out, &four, 4);
        four = (uint32_t)_mm_extract_epi32(bytes, 1);
        out += 4;
    }
    if (count & 2) {
        memcpy(out, &four, 2);
        four >>= 16;
        out += 2;
    }
    if (count & 1) *out = (uint8_t)four;
}

/// Stores the first `count` of 32 bytes; writes no other.
PK_INLINE_AVX2 void pk_store32_avx2(uint8_t *out, __m256i bytes, size_t count) {
    if (count >= 32) {
        _mm256_storeu_si256((__m256i *)out, bytes);
    } else if (count > 16) {
        _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(bytes));
        pk_store16_avx2(out + 16, _mm256_extracti128_si256(bytes, 1), count - 16);
    } else {
        pk_store16_avx2(out, _mm256_castsi256_si128(bytes), count);
    }
}
#endif
