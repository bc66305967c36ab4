/// Baseline of the architecture (SSE2, NEON), as the compiler vectorises it.
#include "scan_kernels.h"

#include <string.h>

void pk_dot_s8_generic(const int8_t *rows, size_t row_count, size_t count, const int8_t *x, int32_t *sums) {
    for (size_t r = 0; r < row_count; r++, rows += count) {
        int32_t sum = 0;
        for (size_t i = 0; i < count; i++) sum += (int32_t)rows[i] * x[i];
        sums[r] = sum;
    }
}

void pk_dot_s16_generic(const int16_t *rows, size_t row_count, size_t count, const int16_t *x, int32_t *sums) {
    for (size_t r = 0; r < row_count; r++, rows += count) {
        int32_t sum = 0;
        for (size_t i = 0; i < count; i++) sum += (int32_t)rows[i] * x[i];
        sums[r] = sum;
    }
}

static inline uint64_t pk_above(const int32_t *values, int32_t limit) {
    uint64_t above = 0;
    int32_t any = 0;
    for (int i = 0; i < 64; i++) any |= values[i] > limit;
    if (!any) return 0;
    for (int i = 0; i < 64; i++) above |= (uint64_t)(values[i] > limit) << i;
    return above;
}

#define PK_SCAN_NAME(stem) stem##_generic
#define PK_SCAN_GROUP(VALUES, LIMIT) pk_above(VALUES, LIMIT)
#include "scan_select.h"

uint64_t pk_read_u8_generic(const uint8_t *bytes, size_t count) {
    uint64_t digests[8] = {0};
    size_t i = 0;
    for (; i + sizeof digests <= count; i += sizeof digests) {
        uint64_t words[8];
        memcpy(words, bytes + i, sizeof words);
        for (int j = 0; j < 8; j++) digests[j] ^= words[j];
    }
    uint64_t digest = 0;
    for (int j = 0; j < 8; j++) digest ^= digests[j];
    for (; i < count; i++) digest ^= (uint64_t)bytes[i] << (8 * (i % 8));
    return digest;
}
