#include "scan_kernels.h"

#define PK_SCANS(isa) (pk_scan_kernels){pk_dot_s8_##isa, pk_dot_s16_##isa, pk_select_above_s32_##isa, pk_read_u8_##isa}

void pk_scan_init(pk_scan_kernels *kernels, uint32_t flags) {
    *kernels = PK_SCANS(generic);
#if defined(__x86_64__)
    if (flags & PK_CPU_AVX2) *kernels = PK_SCANS(avx2);
    if (flags & PK_CPU_AVX512VNNI) *kernels = PK_SCANS(avx512vnni);
#elif defined(__aarch64__)
    *kernels = PK_SCANS(neon);
    if (flags & PK_CPU_DOTPROD) kernels->dot_s8 = pk_dot_s8_dotprod;
#endif
    (void)flags;
}
