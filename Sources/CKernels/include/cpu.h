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
