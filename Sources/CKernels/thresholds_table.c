#include "thresholds_kernels.h"

void pk_threshold_init(pk_threshold_kernels *kernels, uint32_t flags) {
    *kernels = (pk_threshold_kernels){pk_threshold_fill_generic, pk_threshold_bounds_generic};
#if defined(__x86_64__)
    if (flags & PK_CPU_AVX2) *kernels = (pk_threshold_kernels){pk_threshold_fill_avx2, pk_threshold_bounds_avx2};
    if (flags & PK_CPU_AVX512VNNI) *kernels = (pk_threshold_kernels){pk_threshold_fill_avx512vnni, pk_threshold_bounds_avx512vnni};
#endif
    (void)flags;
}
