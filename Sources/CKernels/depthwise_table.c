#include "depthwise_kernels.h"

void pk_depthwise_init(pk_depthwise_kernels *kernels, uint32_t flags) {
    kernels->depthwise_u8_s16 = pk_depthwise_u8_s16_generic;
    kernels->lines = pk_depthwise_lines_generic;
    kernels->packing = PK_DEPTHWISE_PLAIN;
    kernels->follows_forms = 0;
#if defined(__x86_64__)
    if (flags & PK_CPU_AVX2) {
        kernels->depthwise_u8_s16 = pk_depthwise_u8_s16_avx2;
        kernels->lines = pk_depthwise_lines_avx2;
        kernels->packing = PK_DEPTHWISE_PAIRS;
        kernels->follows_forms = 1;
    }
    if (flags & PK_CPU_AVX512VNNI) {
        kernels->lines = pk_depthwise_lines_avx512vnni;
        kernels->packing = PK_DEPTHWISE_QUADS;
    }
#elif defined(__aarch64__)
    kernels->lines = pk_depthwise_lines_neon;
    kernels->packing = PK_DEPTHWISE_TAPS;
#endif
    (void)flags;
}
