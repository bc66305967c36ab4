#include "elementwise_kernels.h"

void pk_elementwise_init(pk_elementwise_kernels *kernels, uint32_t flags) {
    *kernels = (pk_elementwise_kernels){
        pk_linear_sum_u8_generic, pk_float_product_u8_generic, pk_term_sum_u8_generic, pk_near_pairs_generic};
#if defined(__x86_64__)
    if (flags & PK_CPU_AVX2) {
        *kernels = (pk_elementwise_kernels){pk_linear_sum_u8_avx2, pk_float_product_u8_avx2, pk_term_sum_u8_avx2, pk_near_pairs_avx2};
    }
    if (flags & PK_CPU_AVX512VNNI) {
        *kernels = (pk_elementwise_kernels){
            pk_linear_sum_u8_avx512vnni, pk_float_product_u8_avx512vnni, pk_term_sum_u8_avx512vnni, pk_near_pairs_avx512vnni};
    }
#elif defined(__aarch64__)
    *kernels = (pk_elementwise_kernels){pk_linear_sum_u8_neon, pk_float_product_u8_neon, pk_term_sum_u8_generic, pk_near_pairs_neon};
#endif
    (void)flags;
}
