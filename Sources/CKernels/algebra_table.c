#include "algebra_kernels.h"

void pk_algebra_init(pk_algebra_kernels *kernels, uint32_t flags) {
    *kernels = (pk_algebra_kernels){pk_product_f64_generic, pk_moment_s16_generic};
#if defined(__x86_64__)
    if (flags & PK_CPU_AVX2) *kernels = (pk_algebra_kernels){pk_product_f64_avx2, pk_moment_s16_avx2};
    if (flags & PK_CPU_AVX512VNNI) *kernels = (pk_algebra_kernels){pk_product_f64_avx512, pk_moment_s16_avx512};
#endif
    (void)flags;
}
