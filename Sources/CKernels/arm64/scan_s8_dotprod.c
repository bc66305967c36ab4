/// SDOT: 16 products an instruction, exact with any bytes.
#if defined(__aarch64__)
#include <arm_neon.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#include "../scan_kernels.h"

void pk_dot_s8_dotprod(const int8_t *rows, size_t row_count, size_t count, const int8_t *x, int32_t *sums) {
    for (size_t r = 0; r < row_count; r++, rows += count) {
        int32x4_t even = vdupq_n_s32(0), odd = even;
        size_t i = 0;
        for (; i + 32 <= count; i += 32) {
            even = vdotq_s32(even, vld1q_s8(rows + i), vld1q_s8(x + i));
            odd = vdotq_s32(odd, vld1q_s8(rows + i + 16), vld1q_s8(x + i + 16));
        }
        int32_t sum = vaddvq_s32(vaddq_s32(even, odd));
        for (; i < count; i++) sum += (int32_t)rows[i] * x[i];
        sums[r] = sum;
    }
}
#pragma clang attribute pop
#endif
