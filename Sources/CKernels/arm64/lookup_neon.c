/// 16 bytes at a time, by TBL over four registers.
#if defined(__aarch64__)
#include <arm_neon.h>

#define PK_QUANTIZE pk_quantize_f32_u8_neon
#define PK_DEQUANTIZE pk_dequantize_u8_f32_neon
#include "../conversion_body.h"

void pk_look_up_u8_neon(const uint8_t *table, const uint8_t *x, size_t rows, size_t count, uint8_t *out, size_t out_step) {
    uint8x16x4_t t0 = vld1q_u8_x4(table), t1 = vld1q_u8_x4(table + 64), t2 = vld1q_u8_x4(table + 128), t3 = vld1q_u8_x4(table + 192);
    uint8x16_t quarter = vdupq_n_u8(64);
    for (size_t row = 0; row < rows; row++, x += count, out += out_step) {
        size_t i = 0;
        for (; i + 16 <= count; i += 16) {
            // An index outside of a quarter gives 0, so that the four results can be combined.
            uint8x16_t i0 = vld1q_u8(x + i), i1 = vsubq_u8(i0, quarter), i2 = vsubq_u8(i1, quarter), i3 = vsubq_u8(i2, quarter);
            uint8x16_t front = vorrq_u8(vqtbl4q_u8(t0, i0), vqtbl4q_u8(t1, i1));
            vst1q_u8(out + i, vorrq_u8(front, vorrq_u8(vqtbl4q_u8(t2, i2), vqtbl4q_u8(t3, i3))));
        }
        for (; i < count; i++) out[i] = table[x[i]];
    }
}
#endif
