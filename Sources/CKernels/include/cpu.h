/// What a CPU can do, and what of it a caller wants used.
#pragma once

#include <stdint.h>

#define PK_EXPORT __attribute__((visibility("default")))

/// x86_64: 32-byte integer vectors and fused multiply-add.
#define PK_CPU_AVX2 (1u << 0)
/// x86_64: VPDPBUSD on 32-byte vectors, in either encoding (AVX-VNNI, or AVX-512 VNNI with VL).
#define PK_CPU_VNNI256 (1u << 1)
/// x86_64: AVX-512 F, BW, DQ, VL, VBMI and VNNI.
#define PK_CPU_AVX512VNNI (1u << 2)
/// arm64: SDOT and UDOT.
#define PK_CPU_DOTPROD (1u << 3)
/// arm64: SMMLA, UMMLA, USDOT.
#define PK_CPU_I8MM (1u << 4)

/// What this CPU and its kernel support.
PK_EXPORT uint32_t pk_cpu_flags(void);

/// CPUs that the calling thread may run on, by its affinity mask; 0 when the system does not say.
PK_EXPORT uint32_t pk_cpu_count(void);

/// For loops that wait for another thread's store: spares power, and the other hardware thread of the core.
static inline void pk_cpu_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    // What `yield` is meant for, but that is no more than a NOP on Arm's cores; this one waits for the pipeline to drain.
    __asm__ volatile("isb" ::: "memory");
#endif
}
