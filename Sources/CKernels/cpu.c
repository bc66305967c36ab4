// For sched_getaffinity.
#define _GNU_SOURCE

#include "cpu.h"

#include <sched.h>

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

uint32_t pk_cpu_flags(void) {
    uint32_t flags = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) flags |= PK_CPU_AVX2;
    if ((flags & PK_CPU_AVX2) && __builtin_cpu_supports("avxvnni")) flags |= PK_CPU_VNNI256;
    if ((flags & PK_CPU_AVX2) && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vbmi") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")) {
        flags |= PK_CPU_VNNI256 | PK_CPU_AVX512VNNI;
    }
#elif defined(__aarch64__)
    // Linux, arch/arm64/include/uapi/asm/hwcap.h: HWCAP_ASIMDDP and HWCAP2_I8MM.
    if (getauxval(AT_HWCAP) & (1ul << 20)) flags |= PK_CPU_DOTPROD;
    if ((flags & PK_CPU_DOTPROD) && (getauxval(AT_HWCAP2) & (1ul << 13))) flags |= PK_CPU_I8MM;
#endif
    return flags;
}

uint32_t pk_cpu_count(void) {
    cpu_set_t set;
    CPU_ZERO(&set);
    // The set has room for 1024 CPUs; on a larger machine the call fails.
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (uint32_t)CPU_COUNT(&set) : 0;
}
