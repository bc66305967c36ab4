#include "peak_kernels.h"

void pk_peak_init(pk_peak_kernels *kernels, uint32_t flags) {
    *kernels = (pk_peak_kernels){0};
#if defined(__x86_64__)
    kernels->any = (pk_peak_scheme){"PMADDWD xmm", 12 * 8, pk_peak_pairs_sse2};
    if (flags & PK_CPU_AVX2) {
        kernels->any = (pk_peak_scheme){"VPMADDWD ymm", 12 * 16, pk_peak_pairs_avx2};
        kernels->proven = (pk_peak_scheme){"8 VPMADDUBSW ymm, VPMADDWD", 6 * 8 * 32, pk_peak_runs_avx2};
    }
    if (flags & PK_CPU_VNNI256) {
        // The instruction has two encodings, and a CPU may know either one alone.
        const int is_vex = __builtin_cpu_supports("avxvnni");
        kernels->any = (pk_peak_scheme){"VPDPBUSD ymm", 12 * 32, is_vex ? pk_peak_quads_avxvnni : pk_peak_quads_avx512vl};
        kernels->proven = (pk_peak_scheme){0};
    }
    if (flags & PK_CPU_AVX512VNNI) kernels->any = (pk_peak_scheme){"VPDPBUSD zmm", 12 * 64, pk_peak_quads_avx512vnni};
#elif defined(__aarch64__)
    kernels->any = (pk_peak_scheme){"SMULL, SMLAL2, SADALP", 8 * 16, pk_peak_pairs_neon};
    kernels->proven = (pk_peak_scheme){"SMULL, 7 SMLAL, SADALP", 8 * 64, pk_peak_runs_neon};
    if (flags & PK_CPU_DOTPROD) kernels->any = (pk_peak_scheme){"SDOT", 16 * 16, pk_peak_quads_dotprod};
    if (flags & PK_CPU_I8MM) kernels->any = (pk_peak_scheme){"SMMLA", 16 * 32, pk_peak_eighths_i8mm};
    if (flags & (PK_CPU_DOTPROD | PK_CPU_I8MM)) kernels->proven = (pk_peak_scheme){0};
#else
    kernels->any = (pk_peak_scheme){"int32", 64, pk_peak_generic};
#endif
    (void)flags;
}
