/// 64 elements at a time, rests of rows masked; 16-bit products are added by VPDPWSSD.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), apply_to = function)
#define PK_NEAR_PAIRS pk_near_pairs_avx512vnni
#include "../near_pairs_body.h"

#define PK_TERM_SUM pk_term_sum_u8_avx512vnni
#include "../term_sum_body.h"

#define PK_JOIN(a, b) a##b
#define PK_NAME(a, b) PK_JOIN(a, b)
#define PK_BLOCK_BYTES 64
#define PK_INLINE static inline __attribute__((always_inline))

typedef struct {
    __m512i high, low, offset_high, offset_low, minimum, maximum, flip;
    __m128i shift;
} sum_state;

/// A pair of 16-bit factors for VPDPWSSD on interleaved inputs.
PK_INLINE __m512i factors(int16_t first, int16_t second) {
    return _mm512_set1_epi32((int32_t)((uint32_t)(uint16_t)first | (uint32_t)(uint16_t)second << 16));
}

PK_INLINE sum_state begin_sum(const pk_linear_sum *s) {
    return (sum_state){
        factors(s->first_high, s->second_high), factors(s->first_low, s->second_low), _mm512_set1_epi32(s->offset_high),
        _mm512_set1_epi32(s->offset_low),       _mm512_set1_epi8((char)s->minimum),   _mm512_set1_epi8((char)s->maximum),
        _mm512_set1_epi8((char)s->flip),        _mm_cvtsi32_si128(s->shift)};
}

/// Sixteen sums from sixteen pairs of 16-bit elements.
PK_INLINE __m512i sum_sixteen(const sum_state *s, __m512i pairs) {
    __m512i low = _mm512_dpwssd_epi32(s->offset_low, pairs, s->low);
    __m512i high = _mm512_dpwssd_epi32(s->offset_high, pairs, s->high);
    return _mm512_sra_epi32(_mm512_add_epi32(high, _mm512_srai_epi32(low, 15)), s->shift);
}

/// The bytes that `mask` names; 0 ^ flip elsewhere.
PK_INLINE __m512i load_flipped(const uint8_t *p, __m512i flip, __mmask64 mask) {
    return _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, p), flip);
}

/// Clamped bytes of 4 x 16 results; packing undoes the order that unpacking made.
PK_INLINE void store_limited(uint8_t *out, __m512i r0, __m512i r1, __m512i r2, __m512i r3, __m512i minimum, __m512i maximum, __m512i flip,
                             __mmask64 mask) {
    __m512i bytes = _mm512_packus_epi16(_mm512_packs_epi32(r0, r1), _mm512_packs_epi32(r2, r3));
    bytes = _mm512_min_epu8(_mm512_max_epu8(bytes, minimum), maximum);
    _mm512_mask_storeu_epi8(out, mask, _mm512_xor_si512(bytes, flip));
}

PK_INLINE void sum_block(const sum_state *s, const uint8_t *a, const uint8_t *b, uint8_t *out, __mmask64 mask) {
    __m512i x = load_flipped(a, s->flip, mask), y = load_flipped(b, s->flip, mask), zero = _mm512_setzero_si512();
    __m512i low = _mm512_unpacklo_epi8(x, y), high = _mm512_unpackhi_epi8(x, y);
    store_limited(out, sum_sixteen(s, _mm512_unpacklo_epi8(low, zero)), sum_sixteen(s, _mm512_unpackhi_epi8(low, zero)),
                  sum_sixteen(s, _mm512_unpacklo_epi8(high, zero)), sum_sixteen(s, _mm512_unpackhi_epi8(high, zero)), s->minimum,
                  s->maximum, s->flip, mask);
}

#define PK_PAIRS pk_linear_sum_u8_avx512vnni
#define PK_FACTS pk_linear_sum
#define PK_STATE sum_state
#define PK_BEGIN begin_sum
#define PK_BLOCK(s, a, b, out) sum_block(s, a, b, out, ~0ull)
#define PK_REST sum_block
#include "../pairs_body.h"

typedef struct {
    __m512i first_zero, second_zero, minimum, maximum, flip;
    __m512 scale, offset, offset_negative;
} product_state;

PK_INLINE product_state begin_product(const pk_float_product *s) {
    return (product_state){_mm512_set1_epi16(s->first_zero),         _mm512_set1_epi16(s->second_zero),
                           _mm512_set1_epi8((char)s->minimum),       _mm512_set1_epi8((char)s->maximum),
                           _mm512_set1_epi8((char)s->flip),          _mm512_set1_ps(s->scale),
                           _mm512_set1_ps(s->offset),               _mm512_set1_ps(s->offset_negative)};
}

PK_INLINE __m512i scaled(const product_state *s, __m512i products) {
    __m512 numbers = _mm512_cvtepi32_ps(products);
    __m512 offset = _mm512_mask_blend_ps(_mm512_movepi32_mask(products), s->offset, s->offset_negative);
    return _mm512_cvtps_epi32(_mm512_add_ps(_mm512_mul_ps(numbers, s->scale), offset));
}

PK_INLINE void product_block(const product_state *s, const uint8_t *a, const uint8_t *b, uint8_t *out, __mmask64 mask) {
    __m512i x = load_flipped(a, s->flip, mask), y = load_flipped(b, s->flip, mask), zero = _mm512_setzero_si512();
    __m512i x0 = _mm512_sub_epi16(_mm512_unpacklo_epi8(x, zero), s->first_zero);
    __m512i x1 = _mm512_sub_epi16(_mm512_unpackhi_epi8(x, zero), s->first_zero);
    __m512i y0 = _mm512_sub_epi16(_mm512_unpacklo_epi8(y, zero), s->second_zero);
    __m512i y1 = _mm512_sub_epi16(_mm512_unpackhi_epi8(y, zero), s->second_zero);
    __m512i low0 = _mm512_mullo_epi16(x0, y0), high0 = _mm512_mulhi_epi16(x0, y0);
    __m512i low1 = _mm512_mullo_epi16(x1, y1), high1 = _mm512_mulhi_epi16(x1, y1);
    store_limited(out, scaled(s, _mm512_unpacklo_epi16(low0, high0)), scaled(s, _mm512_unpackhi_epi16(low0, high0)),
                  scaled(s, _mm512_unpacklo_epi16(low1, high1)), scaled(s, _mm512_unpackhi_epi16(low1, high1)), s->minimum,
                  s->maximum, s->flip, mask);
}

#define PK_PAIRS pk_float_product_u8_avx512vnni
#define PK_FACTS pk_float_product
#define PK_STATE product_state
#define PK_BEGIN begin_product
#define PK_BLOCK(s, a, b, out) product_block(s, a, b, out, ~0ull)
#define PK_REST product_block
#include "../pairs_body.h"
#pragma clang attribute pop
#endif
