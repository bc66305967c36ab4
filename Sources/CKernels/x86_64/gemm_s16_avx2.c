/// 32-byte vectors.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define PK_WIDE_REQUANTIZATION
#define PK_GEMM pk_gemm_s16_avx2
#define PK_VECTOR_BYTES 32
#include "../gemm_s16_body.h"
#pragma clang attribute pop
#endif
