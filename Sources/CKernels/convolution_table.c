#include "convolution_kernels.h"

void pk_convolution_init(pk_convolution_kernels *kernels, uint32_t flags) {
    kernels->pack_rows_u8_s16 = pk_pack_rows_u8_s16_generic;
    kernels->pack_transposed_rows_u8_s16 = pk_pack_transposed_rows_u8_s16_generic;
    kernels->gemm_s16 = pk_gemm_s16_generic;
#if defined(__x86_64__)
    if (flags & PK_CPU_AVX2) kernels->gemm_s16 = pk_gemm_s16_avx2;
#endif
    (void)flags;
}
