/// The scan for pairs near a threshold, included once for each ISA: the includer defines PK_NEAR_PAIRS, the function's name.
#include "elementwise_kernels.h"

size_t PK_NEAR_PAIRS(const uint32_t *first, const uint32_t *second, uint32_t margin, uint16_t *pairs, size_t capacity) {
    size_t found = 0;
    for (uint32_t x = 0; x < 256; x++) {
        uint32_t base = first[x] + margin, any = 0;
        for (size_t y = 0; y < 256; y++) any |= base + second[y] <= 2 * margin ? 1u : 0u;
        if (!any) continue;
        for (uint32_t y = 0; y < 256; y++) {
            if (base + second[y] > 2 * margin) continue;
            if (found < capacity) pairs[found] = (uint16_t)(256 * x + y);
            found++;
        }
    }
    return found;
}
