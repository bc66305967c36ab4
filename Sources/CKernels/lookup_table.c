#include "lookup_kernels.h"

void pk_lookup_init(pk_lookup_kernels *kernels, uint32_t flags) {
    *kernels = (pk_lookup_kernels){pk_look_up_u8_generic, pk_quantize_f32_u8_generic, pk_dequantize_u8_f32_generic};
#if defined(__x86_64__)
    if (flags & PK_CPU_AVX2) *kernels = (pk_lookup_kernels){pk_look_up_u8_avx2, pk_quantize_f32_u8_avx2, pk_dequantize_u8_f32_avx2};
    if (flags & PK_CPU_AVX512VNNI) {
        *kernels = (pk_lookup_kernels){pk_look_up_u8_avx512vnni, pk_quantize_f32_u8_avx512vnni, pk_dequantize_u8_f32_avx512vnni};
    }
#elif defined(__aarch64__)
    *kernels = (pk_lookup_kernels){pk_look_up_u8_neon, pk_quantize_f32_u8_neon, pk_dequantize_u8_f32_neon};
#endif
    (void)flags;
}
