/// 16 bytes at a time: SMULL and SADALP for int8, SMLAL for int16.
#if defined(__aarch64__)
#include "../scan_kernels.h"

#include <arm_neon.h>

void pk_dot_s8_neon(const int8_t *rows, size_t row_count, size_t count, const int8_t *x, int32_t *sums) {
    for (size_t r = 0; r < row_count; r++, rows += count) {
        int32x4_t even = vdupq_n_s32(0), odd = even;
        size_t i = 0;
        for (; i + 16 <= count; i += 16) {
            // -128 * -128 fits int16; two such products would not, so that each is widened by itself.
            const int8x16_t a = vld1q_s8(rows + i), b = vld1q_s8(x + i);
            even = vpadalq_s16(even, vmull_s8(vget_low_s8(a), vget_low_s8(b)));
            odd = vpadalq_s16(odd, vmull_high_s8(a, b));
        }
        int32_t sum = vaddvq_s32(vaddq_s32(even, odd));
        for (; i < count; i++) sum += (int32_t)rows[i] * x[i];
        sums[r] = sum;
    }
}

void pk_dot_s16_neon(const int16_t *rows, size_t row_count, size_t count, const int16_t *x, int32_t *sums) {
    for (size_t r = 0; r < row_count; r++, rows += count) {
        int32x4_t even = vdupq_n_s32(0), odd = even;
        size_t i = 0;
        for (; i + 8 <= count; i += 8) {
            const int16x8_t a = vld1q_s16(rows + i), b = vld1q_s16(x + i);
            even = vmlal_s16(even, vget_low_s16(a), vget_low_s16(b));
            odd = vmlal_high_s16(odd, a, b);
        }
        int32_t sum = vaddvq_s32(vaddq_s32(even, odd));
        for (; i < count; i++) sum += (int32_t)rows[i] * x[i];
        sums[r] = sum;
    }
}

static inline uint64_t pk_above(const int32_t *values, int32_t limit) {
    const int32x4_t limits = vdupq_n_s32(limit);
    uint32x4_t any = vdupq_n_u32(0);
    for (int i = 0; i < 64; i += 4) any = vorrq_u32(any, vcgtq_s32(vld1q_s32(values + i), limits));
    if (vmaxvq_u32(any) == 0) return 0;
    uint64_t above = 0;
    for (int i = 0; i < 64; i++) above |= (uint64_t)(values[i] > limit) << i;
    return above;
}

#define PK_SCAN_NAME(stem) stem##_neon
#define PK_SCAN_GROUP(VALUES, LIMIT) pk_above(VALUES, LIMIT)
#include "../scan_select.h"

uint64_t pk_read_u8_neon(const uint8_t *bytes, size_t count) {
    uint8x16_t a = vdupq_n_u8(0), b = a, c = a, d = a;
    size_t i = 0;
    for (; i + 64 <= count; i += 64) {
        a = veorq_u8(a, vld1q_u8(bytes + i));
        b = veorq_u8(b, vld1q_u8(bytes + i + 16));
        c = veorq_u8(c, vld1q_u8(bytes + i + 32));
        d = veorq_u8(d, vld1q_u8(bytes + i + 48));
    }
    const uint64x2_t words = vreinterpretq_u64_u8(veorq_u8(veorq_u8(a, b), veorq_u8(c, d)));
    uint64_t digest = vgetq_lane_u64(words, 0) ^ vgetq_lane_u64(words, 1);
    for (; i < count; i++) digest ^= (uint64_t)bytes[i] << (8 * (i % 8));
    return digest;
}
#endif
