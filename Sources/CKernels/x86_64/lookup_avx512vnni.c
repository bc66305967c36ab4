/// 64 bytes at a time, by VPERMI2B; rests of rows are masked.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi"))), apply_to = function)
#define PK_QUANTIZE pk_quantize_f32_u8_avx512vnni
#define PK_DEQUANTIZE pk_dequantize_u8_f32_avx512vnni
#include "../conversion_body.h"

/// The permutations look at the low seven bits; the top bit chooses between them.
static inline __attribute__((always_inline)) __m512i look_up(const __m512i table[4], __m512i index) {
    __m512i low = _mm512_permutex2var_epi8(table[0], index, table[1]), high = _mm512_permutex2var_epi8(table[2], index, table[3]);
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high);
}

void pk_look_up_u8_avx512vnni(const uint8_t *table, const uint8_t *x, size_t rows, size_t count, uint8_t *out, size_t out_step) {
    const __m512i t[4] = {_mm512_loadu_si512(table), _mm512_loadu_si512(table + 64), _mm512_loadu_si512(table + 128),
                          _mm512_loadu_si512(table + 192)};
    for (size_t row = 0; row < rows; row++, x += count, out += out_step) {
        size_t i = 0;
        // Without masks as long as it goes: masked stores are slow.
        for (; i + 64 <= count; i += 64) _mm512_storeu_si512(out + i, look_up(t, _mm512_loadu_si512(x + i)));
        if (i < count) {
            __mmask64 mask = (1ull << (count - i)) - 1;
            _mm512_mask_storeu_epi8(out + i, mask, look_up(t, _mm512_maskz_loadu_epi8(mask, x + i)));
        }
    }
}
#pragma clang attribute pop
#endif
