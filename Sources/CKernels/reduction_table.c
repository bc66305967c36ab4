#include "reduction_kernels.h"

#define PK_REDUCTIONS(isa)                                                                                                \
    (pk_reduction_kernels) {                                                                                              \
        pk_arg_max_u8_##isa, pk_softmax_u8_##isa, pk_sum_rows_u8_s32_##isa, pk_maximum_pool_u8_##isa, pk_average_pool_u8_##isa \
    }

void pk_reduction_init(pk_reduction_kernels *kernels, uint32_t flags) {
    *kernels = PK_REDUCTIONS(generic);
#if defined(__x86_64__)
    if (flags & PK_CPU_AVX2) *kernels = PK_REDUCTIONS(avx2);
    if (flags & PK_CPU_AVX512VNNI) *kernels = PK_REDUCTIONS(avx512vnni);
#endif
    (void)flags;
}
