/// The first position of the largest byte of rows, included once for each ISA: the includer defines PK_REDUCTION_NAME(stem).
///
/// A row is seen as vectors of 16 bytes; the last one overlaps the one before, or has lanes of zeros behind a short row. The largest byte
/// comes out of a tree of maxima; where the vectors equal it, the first set bit is the position.
#include <string.h>

#include "reduction_kernels.h"

#define PK_INLINE static inline __attribute__((always_inline))

typedef uint8_t pk_sixteen __attribute__((vector_size(16)));

/// Bit i * PK_LANE_BITS is set where lane i of the comparison is.
#if defined(__aarch64__)
#include <arm_neon.h>
#define PK_LANE_BITS 4
PK_INLINE uint64_t lanes(pk_sixteen equal) {
    return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8((uint8x16_t)equal), 4)), 0);
}
PK_INLINE uint8_t largest(pk_sixteen v) { return vmaxvq_u8((uint8x16_t)v); }
#elif defined(__x86_64__)
#include <emmintrin.h>
#define PK_LANE_BITS 1
PK_INLINE uint64_t lanes(pk_sixteen equal) { return (uint64_t)(uint32_t)_mm_movemask_epi8((__m128i)equal); }
PK_INLINE uint8_t largest(pk_sixteen v) {
    __m128i x = (__m128i)v;
    x = _mm_max_epu8(x, _mm_srli_si128(x, 8));
    x = _mm_max_epu8(x, _mm_srli_si128(x, 4));
    x = _mm_max_epu8(x, _mm_srli_si128(x, 2));
    x = _mm_max_epu8(x, _mm_srli_si128(x, 1));
    return (uint8_t)_mm_cvtsi128_si32(x);
}
#else
#define PK_LANE_BITS 1
PK_INLINE uint64_t lanes(pk_sixteen equal) {
    uint64_t bits = 0;
    for (int i = 0; i < 16; i++) bits |= (uint64_t)(equal[i] & 1) << i;
    return bits;
}
PK_INLINE uint8_t largest(pk_sixteen v) { return __builtin_reduce_max(v); }
#endif

PK_INLINE pk_sixteen load_sixteen(const uint8_t *p, uint8_t flip) {
    pk_sixteen v;
    memcpy(&v, p, 16);
    return v ^ flip;
}

PK_INLINE int32_t position(pk_sixteen v, uint8_t wanted) {
    return (int32_t)((uint32_t)__builtin_ctzll(lanes((pk_sixteen)(v == wanted))) / PK_LANE_BITS);
}

PK_INLINE int32_t long_row(const uint8_t *x, uint8_t flip, size_t count) {
    pk_sixteen all = load_sixteen(x + count - 16, flip);
    for (size_t i = 0; i + 16 < count; i += 16) all = __builtin_elementwise_max(all, load_sixteen(x + i, flip));
    uint8_t wanted = largest(all);
    for (size_t i = 0; i + 16 < count; i += 16) {
        pk_sixteen v = load_sixteen(x + i, flip);
        if (lanes((pk_sixteen)(v == wanted))) return (int32_t)i + position(v, wanted);
    }
    return (int32_t)(count - 16) + position(load_sixteen(x + count - 16, flip), wanted);
}

/// The same for 17...32 bytes, without a branch.
PK_INLINE int32_t two_vectors(const uint8_t *x, uint8_t flip, size_t count) {
    pk_sixteen front = load_sixteen(x, flip), back = load_sixteen(x + count - 16, flip);
    uint8_t wanted = largest(__builtin_elementwise_max(front, back));
    uint64_t early = lanes((pk_sixteen)(front == wanted)), late = lanes((pk_sixteen)(back == wanted));
    size_t base = early ? 0 : count - 16;
    return (int32_t)base + (int32_t)((uint32_t)__builtin_ctzll(early ? early : late) / PK_LANE_BITS);
}

void PK_REDUCTION_NAME(pk_arg_max_u8)(const uint8_t *x, uint8_t flip, size_t rows, size_t count, size_t step,
                                      int32_t *positions) {
    if (count > 16 && count <= 32) {
        for (size_t row = 0; row < rows; row++, x += step) positions[row] = two_vectors(x, flip, count);
        return;
    }
    if (count >= 16) {
        for (size_t row = 0; row < rows; row++, x += step) positions[row] = long_row(x, flip, count);
        return;
    }
    if (rows == 0) return;
    pk_sixteen inside;
    for (size_t i = 0; i < 16; i++) inside[i] = i < count ? 0xff : 0;
    // Where the last row ends: no byte behind it is read.
    const uint8_t *end = x + (rows - 1) * step + count;
    for (size_t row = 0; row < rows; row++, x += step) {
        uint8_t last[16] = {0};
        const uint8_t *source = x;
        if (end - x < 16) {
            memcpy(last, x, count);
            source = last;
        }
        pk_sixteen v = load_sixteen(source, flip) & inside;
        positions[row] = position(v, largest(v));
    }
}
