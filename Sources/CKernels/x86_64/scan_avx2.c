/// 32-byte vectors: int8 is widened to int16, pairs of products are added up by VPMADDWD, which is exact.
#if defined(__x86_64__)
#include "../scan_kernels.h"

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

static inline int32_t pk_total(__m256i sums) {
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(four, _mm_shuffle_epi32(four, 0xB1)));
}

static inline __m256i pk_wide(const int8_t *x) { return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)x)); }

void pk_dot_s8_avx2(const int8_t *rows, size_t row_count, size_t count, const int8_t *x, int32_t *sums) {
    for (size_t r = 0; r < row_count; r++, rows += count) {
        __m256i even = _mm256_setzero_si256(), odd = even;
        size_t i = 0;
        for (; i + 32 <= count; i += 32) {
            even = _mm256_add_epi32(even, _mm256_madd_epi16(pk_wide(rows + i), pk_wide(x + i)));
            odd = _mm256_add_epi32(odd, _mm256_madd_epi16(pk_wide(rows + i + 16), pk_wide(x + i + 16)));
        }
        int32_t sum = pk_total(_mm256_add_epi32(even, odd));
        for (; i < count; i++) sum += (int32_t)rows[i] * x[i];
        sums[r] = sum;
    }
}

void pk_dot_s16_avx2(const int16_t *rows, size_t row_count, size_t count, const int16_t *x, int32_t *sums) {
    for (size_t r = 0; r < row_count; r++, rows += count) {
        __m256i even = _mm256_setzero_si256(), odd = even;
        size_t i = 0;
        for (; i + 32 <= count; i += 32) {
            const __m256i *a = (const __m256i *)(rows + i), *b = (const __m256i *)(x + i);
            even = _mm256_add_epi32(even, _mm256_madd_epi16(_mm256_loadu_si256(a), _mm256_loadu_si256(b)));
            odd = _mm256_add_epi32(odd, _mm256_madd_epi16(_mm256_loadu_si256(a + 1), _mm256_loadu_si256(b + 1)));
        }
        int32_t sum = pk_total(_mm256_add_epi32(even, odd));
        for (; i < count; i++) sum += (int32_t)rows[i] * x[i];
        sums[r] = sum;
    }
}

static inline uint64_t pk_above(const int32_t *values, int32_t limit) {
    const __m256i limits = _mm256_set1_epi32(limit);
    uint64_t above = 0;
    for (int i = 0; i < 8; i++) {
        const __m256i is_above = _mm256_cmpgt_epi32(_mm256_loadu_si256((const __m256i *)values + i), limits);
        above |= (uint64_t)(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(is_above)) << (8 * i);
    }
    return above;
}

#define PK_SCAN_NAME(stem) stem##_avx2
#define PK_SCAN_GROUP(VALUES, LIMIT) pk_above(VALUES, LIMIT)
#include "../scan_select.h"

uint64_t pk_read_u8_avx2(const uint8_t *bytes, size_t count) {
    __m256i digests[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
    size_t i = 0;
    for (; i + sizeof digests <= count; i += sizeof digests) {
        const __m256i *at = (const __m256i *)(bytes + i);
        for (int j = 0; j < 4; j++) digests[j] = _mm256_xor_si256(digests[j], _mm256_loadu_si256(at + j));
    }
    digests[0] = _mm256_xor_si256(_mm256_xor_si256(digests[0], digests[1]), _mm256_xor_si256(digests[2], digests[3]));
    uint64_t words[4];
    memcpy(words, digests, sizeof words);
    uint64_t digest = words[0] ^ words[1] ^ words[2] ^ words[3];
    for (; i < count; i++) digest ^= (uint64_t)bytes[i] << (8 * (i % 8));
    return digest;
}
#pragma clang attribute pop
#endif
