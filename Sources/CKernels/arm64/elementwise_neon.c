/// 16 elements at a time.
#if defined(__aarch64__)
#include <arm_neon.h>

#define PK_NEAR_PAIRS pk_near_pairs_neon
#include "../near_pairs_body.h"

#define PK_JOIN(a, b) a##b
#define PK_NAME(a, b) PK_JOIN(a, b)
#define PK_BLOCK_BYTES 16
#define PK_INLINE static inline __attribute__((always_inline))

typedef struct {
    pk_linear_sum facts;
    int32x4_t offset_high, offset_low, shift;
    uint8x16_t minimum, maximum, flip;
} sum_state;

PK_INLINE sum_state begin_sum(const pk_linear_sum *s) {
    return (sum_state){*s,
                       vdupq_n_s32(s->offset_high),
                       vdupq_n_s32(s->offset_low),
                       vdupq_n_s32(-s->shift),
                       vdupq_n_u8(s->minimum),
                       vdupq_n_u8(s->maximum),
                       vdupq_n_u8(s->flip)};
}

PK_INLINE int16x4_t sum_four(const sum_state *s, int16x4_t x, int16x4_t y) {
    int32x4_t low = vmlal_n_s16(vmlal_n_s16(s->offset_low, x, s->facts.first_low), y, s->facts.second_low);
    int32x4_t high = vmlal_n_s16(vmlal_n_s16(s->offset_high, x, s->facts.first_high), y, s->facts.second_high);
    return vqmovn_s32(vshlq_s32(vsraq_n_s32(high, low, 15), s->shift));
}

PK_INLINE int16x8_t widened(uint8x8_t x) { return vreinterpretq_s16_u16(vmovl_u8(x)); }

PK_INLINE void store_limited(uint8_t *out, int16x8_t r0, int16x8_t r1, uint8x16_t minimum, uint8x16_t maximum, uint8x16_t flip) {
    uint8x16_t bytes = vcombine_u8(vqmovun_s16(r0), vqmovun_s16(r1));
    vst1q_u8(out, veorq_u8(vminq_u8(vmaxq_u8(bytes, minimum), maximum), flip));
}

PK_INLINE void sum_block(const sum_state *s, const uint8_t *a, const uint8_t *b, uint8_t *out) {
    uint8x16_t x = veorq_u8(vld1q_u8(a), s->flip), y = veorq_u8(vld1q_u8(b), s->flip);
    int16x8_t x0 = widened(vget_low_u8(x)), x1 = widened(vget_high_u8(x)), y0 = widened(vget_low_u8(y)), y1 = widened(vget_high_u8(y));
    store_limited(out,
                  vcombine_s16(sum_four(s, vget_low_s16(x0), vget_low_s16(y0)), sum_four(s, vget_high_s16(x0), vget_high_s16(y0))),
                  vcombine_s16(sum_four(s, vget_low_s16(x1), vget_low_s16(y1)), sum_four(s, vget_high_s16(x1), vget_high_s16(y1))),
                  s->minimum, s->maximum, s->flip);
}

#define PK_PAIRS pk_linear_sum_u8_neon
#define PK_FACTS pk_linear_sum
#define PK_STATE sum_state
#define PK_BEGIN begin_sum
#define PK_BLOCK sum_block
#include "../pairs_body.h"

typedef struct {
    int16x8_t first_zero, second_zero;
    float32x4_t scale, offset, offset_negative;
    uint8x16_t minimum, maximum, flip;
} product_state;

PK_INLINE product_state begin_product(const pk_float_product *s) {
    return (product_state){vdupq_n_s16(s->first_zero), vdupq_n_s16(s->second_zero), vdupq_n_f32(s->scale),
                           vdupq_n_f32(s->offset),     vdupq_n_f32(s->offset_negative), vdupq_n_u8(s->minimum),
                           vdupq_n_u8(s->maximum),     vdupq_n_u8(s->flip)};
}

PK_INLINE int16x4_t product_four(const product_state *s, int16x4_t x, int16x4_t y) {
#pragma clang fp contract(off)
    int32x4_t product = vmull_s16(x, y);
    float32x4_t offset = vbslq_f32(vcltzq_s32(product), s->offset_negative, s->offset);
    return vqmovn_s32(vcvtnq_s32_f32(vaddq_f32(vmulq_f32(vcvtq_f32_s32(product), s->scale), offset)));
}

PK_INLINE int16x8_t product_eight(const product_state *s, uint8x8_t a, uint8x8_t b) {
    int16x8_t x = vsubq_s16(widened(a), s->first_zero), y = vsubq_s16(widened(b), s->second_zero);
    return vcombine_s16(product_four(s, vget_low_s16(x), vget_low_s16(y)), product_four(s, vget_high_s16(x), vget_high_s16(y)));
}

PK_INLINE void product_block(const product_state *s, const uint8_t *a, const uint8_t *b, uint8_t *out) {
    uint8x16_t x = veorq_u8(vld1q_u8(a), s->flip), y = veorq_u8(vld1q_u8(b), s->flip);
    store_limited(out, product_eight(s, vget_low_u8(x), vget_low_u8(y)), product_eight(s, vget_high_u8(x), vget_high_u8(y)), s->minimum,
                  s->maximum, s->flip);
}

#define PK_PAIRS pk_float_product_u8_neon
#define PK_FACTS pk_float_product
#define PK_STATE product_state
#define PK_BEGIN begin_product
#define PK_BLOCK product_block
#include "../pairs_body.h"
#endif
