/// 64 bytes at a time, by VPERMI2B; rests of rows are masked.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi"))), apply_to = function)
#define PK_QUANTIZE pk_quantize_f32_u8_avx512vnni
#define PK_DEQUANTIZE pk_dequantize_u8_f32_avx512vnni
#include "../conversion_body.h"

void pk_look_up_u8_avx512vnni(const uint8_t *table, const uint8_t *x, size_t rows, size_t count, uint8_t *out, size_t out_step) {
    __m512i t0 = _mm512_loadu_si512(table), t1 = _mm512_loadu_si512(table + 64);
    __m512i t2 = _mm512_loadu_si512(table + 128), t3 = _mm512_loadu_si512(table + 192);
    for (size_t row = 0; row < rows; row++, x += count, out += out_step) {
        for (size_t i = 0; i < count; i += 64) {
            __mmask64 mask = count - i >= 64 ? ~0ull : (1ull << (count - i)) - 1;
            __m512i index = _mm512_maskz_loadu_epi8(mask, x + i);
            // The permutations look at the low seven bits; the top bit chooses between them.
            __m512i low = _mm512_permutex2var_epi8(t0, index, t1), high = _mm512_permutex2var_epi8(t2, index, t3);
            _mm512_mask_storeu_epi8(out + i, mask, _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high));
        }
    }
}
#pragma clang attribute pop
#endif
