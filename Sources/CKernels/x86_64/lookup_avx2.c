/// 32 bytes at a time.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define PK_QUANTIZE pk_quantize_f32_u8_avx2
#define PK_DEQUANTIZE pk_dequantize_u8_f32_avx2
#include "../conversion_body.h"

/// The 16 parts of the table; each but the first of a half is stored as the difference (XOR) to the one before.
///
/// VPSHUFB gives 0 for an index with the top bit set and looks at the low four bits otherwise. For i in 0..<128 the lookups of i, i - 16,
/// i - 32, ... in these differences add up (by XOR) to the entry of the part that i lies in: parts behind i see negative indices.
typedef struct {
    __m256i parts[16];
} parts;

static inline __attribute__((always_inline)) __m256i look_up(const parts *t, __m256i x) {
    __m256i index = _mm256_and_si256(x, _mm256_set1_epi8(0x7f)), step = _mm256_set1_epi8(16);
    __m256i low = _mm256_shuffle_epi8(t->parts[0], index), high = _mm256_shuffle_epi8(t->parts[8], index);
#pragma clang loop unroll(full)
    for (int part = 1; part < 8; part++) {
        index = _mm256_sub_epi8(index, step);
        low = _mm256_xor_si256(low, _mm256_shuffle_epi8(t->parts[part], index));
        high = _mm256_xor_si256(high, _mm256_shuffle_epi8(t->parts[8 + part], index));
    }
    return _mm256_blendv_epi8(low, high, x);
}

void pk_look_up_u8_avx2(const uint8_t *table, const uint8_t *x, size_t rows, size_t count, uint8_t *out, size_t out_step) {
    parts t;
    __m256i before = _mm256_setzero_si256();
    for (int part = 0; part < 16; part++) {
        __m256i entries = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(table + 16 * part)));
        t.parts[part] = part == 8 ? entries : _mm256_xor_si256(entries, before);
        before = entries;
    }
    for (size_t row = 0; row < rows; row++, x += count, out += out_step) {
        size_t i = 0;
        for (; i + 32 <= count; i += 32) {
            _mm256_storeu_si256((__m256i *)(out + i), look_up(&t, _mm256_loadu_si256((const __m256i *)(x + i))));
        }
        for (; i < count; i++) out[i] = table[x[i]];
    }
}
#pragma clang attribute pop
#endif
