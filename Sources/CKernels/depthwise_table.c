#include "depthwise_kernels.h"

void pk_depthwise_init(pk_depthwise_kernels *kernels, uint32_t flags) {
    kernels->depthwise_u8_s16 = pk_depthwise_u8_s16_generic;
#if defined(__x86_64__)
    if (flags & PK_CPU_AVX2) kernels->depthwise_u8_s16 = pk_depthwise_u8_s16_avx2;
#endif
    (void)flags;
}
