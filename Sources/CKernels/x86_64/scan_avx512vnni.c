/// VPDPBUSD on 64-byte vectors: rows are taken as uint8 (stored ^ 0x80), which adds 128 * x to each product; that sum is subtracted in the
/// end. Exact with any bytes. Tails are loaded under a mask.
#if defined(__x86_64__)
#include "../scan_kernels.h"

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), apply_to = function)

/// Adds the products of one row to four sums; `tail` is the mask of the last 1...64 bytes, which begin at `last`.
static inline int32_t pk_row(const int8_t *row, size_t last, __mmask64 tail, const int8_t *x) {
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    __m512i even = _mm512_setzero_si512(), odd = even;
    size_t i = 0;
    for (; i + 128 <= last; i += 128) {
        even = _mm512_dpbusd_epi32(even, _mm512_xor_si512(_mm512_loadu_si512(row + i), flip), _mm512_loadu_si512(x + i));
        odd = _mm512_dpbusd_epi32(odd, _mm512_xor_si512(_mm512_loadu_si512(row + i + 64), flip), _mm512_loadu_si512(x + i + 64));
    }
    if (i < last) even = _mm512_dpbusd_epi32(even, _mm512_xor_si512(_mm512_loadu_si512(row + i), flip), _mm512_loadu_si512(x + i));
    // Bytes that are not loaded are 0 in x, whatever the flip makes of them in the row.
    const __m512i end = _mm512_xor_si512(_mm512_maskz_loadu_epi8(tail, row + last), flip);
    odd = _mm512_dpbusd_epi32(odd, end, _mm512_maskz_loadu_epi8(tail, x + last));
    return _mm512_reduce_add_epi32(_mm512_add_epi32(even, odd));
}

void pk_dot_s8_avx512vnni(const int8_t *rows, size_t row_count, size_t count, const int8_t *x, int32_t *sums) {
    if (count == 0) {
        for (size_t r = 0; r < row_count; r++) sums[r] = 0;
        return;
    }
    int32_t offset = 0;
    for (size_t i = 0; i < count; i++) offset += 128 * x[i];
    const size_t last = (count - 1) / 64 * 64;
    const __mmask64 tail = ~(__mmask64)0 >> (64 - (count - last));
    size_t r = 0;
    if (count == 128) {
        // The width that searches are made for: the vector stays in registers, and four rows share their last additions.
        const __m512i flip = _mm512_set1_epi8((char)0x80), low = _mm512_loadu_si512(x), high = _mm512_loadu_si512(x + 64);
        for (; r + 4 <= row_count; r += 4, rows += 4 * 128) {
            __m256i half[4];
            for (int i = 0; i < 4; i++) {
                const int8_t *row = rows + 128 * i;
                __m512i sum = _mm512_dpbusd_epi32(_mm512_setzero_si512(), _mm512_xor_si512(_mm512_loadu_si512(row), flip), low);
                sum = _mm512_dpbusd_epi32(sum, _mm512_xor_si512(_mm512_loadu_si512(row + 64), flip), high);
                half[i] = _mm256_add_epi32(_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64(sum, 1));
            }
            const __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(half[0], half[1]), _mm256_hadd_epi32(half[2], half[3]));
            const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
            _mm_storeu_si128((__m128i *)(sums + r), _mm_sub_epi32(four, _mm_set1_epi32(offset)));
        }
    }
    for (; r < row_count; r++, rows += count) sums[r] = pk_row(rows, last, tail, x) - offset;
}

void pk_dot_s16_avx512vnni(const int16_t *rows, size_t row_count, size_t count, const int16_t *x, int32_t *sums) {
    for (size_t r = 0; r < row_count; r++, rows += count) {
        __m512i even = _mm512_setzero_si512(), odd = even;
        size_t i = 0;
        for (; i + 64 <= count; i += 64) {
            even = _mm512_dpwssd_epi32(even, _mm512_loadu_si512(rows + i), _mm512_loadu_si512(x + i));
            odd = _mm512_dpwssd_epi32(odd, _mm512_loadu_si512(rows + i + 32), _mm512_loadu_si512(x + i + 32));
        }
        for (; i < count; i += 32) {
            const __mmask32 mask = count - i >= 32 ? ~(__mmask32)0 : ~(__mmask32)0 >> (32 - (count - i));
            even = _mm512_dpwssd_epi32(even, _mm512_maskz_loadu_epi16(mask, rows + i), _mm512_maskz_loadu_epi16(mask, x + i));
        }
        sums[r] = _mm512_reduce_add_epi32(_mm512_add_epi32(even, odd));
    }
}

static inline uint64_t pk_above(const int32_t *values, int32_t limit) {
    const __m512i limits = _mm512_set1_epi32(limit);
    uint64_t above = 0;
    for (int i = 0; i < 4; i++) above |= (uint64_t)_mm512_cmpgt_epi32_mask(_mm512_loadu_si512(values + 16 * i), limits) << (16 * i);
    return above;
}

#define PK_SCAN_NAME(stem) stem##_avx512vnni
#define PK_SCAN_GROUP(VALUES, LIMIT) pk_above(VALUES, LIMIT)
#include "../scan_select.h"

uint64_t pk_read_u8_avx512vnni(const uint8_t *bytes, size_t count) {
    __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
    size_t i = 0;
    for (; i + 256 <= count; i += 256) {
        a = _mm512_xor_si512(a, _mm512_loadu_si512(bytes + i));
        b = _mm512_xor_si512(b, _mm512_loadu_si512(bytes + i + 64));
        c = _mm512_xor_si512(c, _mm512_loadu_si512(bytes + i + 128));
        d = _mm512_xor_si512(d, _mm512_loadu_si512(bytes + i + 192));
    }
    uint64_t words[8], digest = 0;
    a = _mm512_xor_si512(_mm512_xor_si512(a, b), _mm512_xor_si512(c, d));
    memcpy(words, &a, sizeof words);
    for (int j = 0; j < 8; j++) digest ^= words[j];
    for (; i < count; i++) digest ^= (uint64_t)bytes[i] << (8 * (i % 8));
    return digest;
}
#pragma clang attribute pop
#endif
