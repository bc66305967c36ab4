#include "resize_kernels.h"

void pk_resize_init(pk_resize_kernels *kernels, uint32_t flags) {
    *kernels = (pk_resize_kernels){pk_bilinear_u8_u16_generic, pk_bilinear_s8_s32_generic, pk_bilinear_u8_f32_generic,
                                   pk_nearest_u8_generic};
#if defined(__x86_64__)
    if (flags & PK_CPU_AVX2) {
        *kernels = (pk_resize_kernels){pk_bilinear_u8_u16_avx2, pk_bilinear_s8_s32_avx2, pk_bilinear_u8_f32_avx2, pk_nearest_u8_generic};
    }
    if (flags & PK_CPU_AVX512VNNI) {
        *kernels = (pk_resize_kernels){pk_bilinear_u8_u16_avx512vnni, pk_bilinear_s8_s32_avx512vnni, pk_bilinear_u8_f32_avx512vnni,
                                       pk_nearest_u8_generic};
    }
#endif
    (void)flags;
}
