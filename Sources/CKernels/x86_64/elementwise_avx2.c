/// 32 elements at a time.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define PK_NEAR_PAIRS pk_near_pairs_avx2
#include "../near_pairs_body.h"

#define PK_TERM_SUM pk_term_sum_u8_avx2
#include "../term_sum_body.h"

#define PK_JOIN(a, b) a##b
#define PK_NAME(a, b) PK_JOIN(a, b)
#define PK_BLOCK_BYTES 32
#define PK_INLINE static inline __attribute__((always_inline))

typedef struct {
    __m256i high, low, offset_high, offset_low, minimum, maximum, flip;
    __m128i shift;
} sum_state;

/// A pair of 16-bit factors for VPMADDWD on interleaved inputs.
PK_INLINE __m256i factors(int16_t first, int16_t second) {
    return _mm256_set1_epi32((int32_t)((uint32_t)(uint16_t)first | (uint32_t)(uint16_t)second << 16));
}

PK_INLINE sum_state begin_sum(const pk_linear_sum *s) {
    return (sum_state){
        factors(s->first_high, s->second_high), factors(s->first_low, s->second_low), _mm256_set1_epi32(s->offset_high),
        _mm256_set1_epi32(s->offset_low),       _mm256_set1_epi8((char)s->minimum),   _mm256_set1_epi8((char)s->maximum),
        _mm256_set1_epi8((char)s->flip),        _mm_cvtsi32_si128(s->shift)};
}

/// Eight sums from eight pairs of 16-bit elements.
PK_INLINE __m256i sum_eight(const sum_state *s, __m256i pairs) {
    __m256i low = _mm256_add_epi32(_mm256_madd_epi16(pairs, s->low), s->offset_low);
    __m256i high = _mm256_add_epi32(_mm256_madd_epi16(pairs, s->high), s->offset_high);
    return _mm256_sra_epi32(_mm256_add_epi32(high, _mm256_srai_epi32(low, 15)), s->shift);
}

PK_INLINE __m256i load_flipped(const uint8_t *p, __m256i flip) { return _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)p), flip); }

/// Clamped bytes of 4 x 8 results; packing undoes the order that unpacking made.
PK_INLINE void store_limited(uint8_t *out, __m256i r0, __m256i r1, __m256i r2, __m256i r3, __m256i minimum, __m256i maximum, __m256i flip) {
    __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(r0, r1), _mm256_packs_epi32(r2, r3));
    bytes = _mm256_min_epu8(_mm256_max_epu8(bytes, minimum), maximum);
    _mm256_storeu_si256((__m256i *)out, _mm256_xor_si256(bytes, flip));
}

PK_INLINE void sum_block(const sum_state *s, const uint8_t *a, const uint8_t *b, uint8_t *out) {
    __m256i x = load_flipped(a, s->flip), y = load_flipped(b, s->flip), zero = _mm256_setzero_si256();
    __m256i low = _mm256_unpacklo_epi8(x, y), high = _mm256_unpackhi_epi8(x, y);
    store_limited(out, sum_eight(s, _mm256_unpacklo_epi8(low, zero)), sum_eight(s, _mm256_unpackhi_epi8(low, zero)),
                  sum_eight(s, _mm256_unpacklo_epi8(high, zero)), sum_eight(s, _mm256_unpackhi_epi8(high, zero)), s->minimum,
                  s->maximum, s->flip);
}

#define PK_PAIRS pk_linear_sum_u8_avx2
#define PK_FACTS pk_linear_sum
#define PK_STATE sum_state
#define PK_BEGIN begin_sum
#define PK_BLOCK sum_block
#include "../pairs_body.h"

typedef struct {
    __m256i first_zero, second_zero, minimum, maximum, flip;
    __m256 scale, offset, offset_negative;
} product_state;

PK_INLINE product_state begin_product(const pk_float_product *s) {
    return (product_state){_mm256_set1_epi16(s->first_zero),         _mm256_set1_epi16(s->second_zero),
                           _mm256_set1_epi8((char)s->minimum),       _mm256_set1_epi8((char)s->maximum),
                           _mm256_set1_epi8((char)s->flip),          _mm256_set1_ps(s->scale),
                           _mm256_set1_ps(s->offset),               _mm256_set1_ps(s->offset_negative)};
}

PK_INLINE __m256i scaled(const product_state *s, __m256i products) {
    __m256 numbers = _mm256_cvtepi32_ps(products), offset = _mm256_blendv_ps(s->offset, s->offset_negative, numbers);
    return _mm256_cvtps_epi32(_mm256_add_ps(_mm256_mul_ps(numbers, s->scale), offset));
}

PK_INLINE void product_block(const product_state *s, const uint8_t *a, const uint8_t *b, uint8_t *out) {
    __m256i x = load_flipped(a, s->flip), y = load_flipped(b, s->flip), zero = _mm256_setzero_si256();
    __m256i x0 = _mm256_sub_epi16(_mm256_unpacklo_epi8(x, zero), s->first_zero);
    __m256i x1 = _mm256_sub_epi16(_mm256_unpackhi_epi8(x, zero), s->first_zero);
    __m256i y0 = _mm256_sub_epi16(_mm256_unpacklo_epi8(y, zero), s->second_zero);
    __m256i y1 = _mm256_sub_epi16(_mm256_unpackhi_epi8(y, zero), s->second_zero);
    __m256i low0 = _mm256_mullo_epi16(x0, y0), high0 = _mm256_mulhi_epi16(x0, y0);
    __m256i low1 = _mm256_mullo_epi16(x1, y1), high1 = _mm256_mulhi_epi16(x1, y1);
    store_limited(out, scaled(s, _mm256_unpacklo_epi16(low0, high0)), scaled(s, _mm256_unpackhi_epi16(low0, high0)),
                  scaled(s, _mm256_unpacklo_epi16(low1, high1)), scaled(s, _mm256_unpackhi_epi16(low1, high1)), s->minimum, s->maximum,
                  s->flip);
}

#define PK_PAIRS pk_float_product_u8_avx2
#define PK_FACTS pk_float_product
#define PK_STATE product_state
#define PK_BEGIN begin_product
#define PK_BLOCK product_block
#include "../pairs_body.h"
#pragma clang attribute pop
#endif
