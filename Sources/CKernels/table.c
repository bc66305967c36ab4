#include "kernels.h"

uint32_t pk_cpu_flags(void) {
    uint32_t flags = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) flags |= PK_CPU_AVX2;
#endif
    return flags;
}

void pk_kernels_init(pk_kernels *kernels, uint32_t flags) {
    kernels->pack_rows_u8_s16 = pk_pack_rows_u8_s16_generic;
    kernels->pack_transposed_rows_u8_s16 = pk_pack_transposed_rows_u8_s16_generic;
    kernels->gemm_s16 = pk_gemm_s16_generic;
    kernels->depthwise_u8_s16 = pk_depthwise_u8_s16_generic;
#if defined(__x86_64__)
    if (flags & PK_CPU_AVX2) {
        kernels->gemm_s16 = pk_gemm_s16_avx2;
        kernels->depthwise_u8_s16 = pk_depthwise_u8_s16_avx2;
    }
#endif
    (void)flags;
}
