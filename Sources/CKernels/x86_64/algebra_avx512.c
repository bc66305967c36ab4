/// Eight lanes. Without fused multiply-add, whose results have other bits.
#if defined(__x86_64__)
#include "../algebra_kernels.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl"))), apply_to = function)
#define PK_VECTOR_BYTES 64
#define PK_TILE_VECTORS 4
#define PK_ALGEBRA_NAME(stem) stem##_avx512
#include "../algebra_body.h"
#pragma clang attribute pop
#endif
