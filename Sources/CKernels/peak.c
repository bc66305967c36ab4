/// For CPUs without a loop of their own: what the compiler makes of 64 multiplications.
#if !defined(__x86_64__) && !defined(__aarch64__)
#include "peak_kernels.h"

void pk_peak_generic(uint64_t rounds) {
    int32_t sums[64] = {0};
    for (uint64_t round = 0; round < rounds; round++) {
        for (int i = 0; i < 64; i++) sums[i] += (int32_t)(uint8_t)(sums[i] + i) * (int8_t)i;
        __asm__ volatile("" : : "r"(sums) : "memory");
    }
}
#endif
