/// Four lanes. Without fused multiply-add, whose results have other bits.
#if defined(__x86_64__)
#include "../algebra_kernels.h"

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define PK_VECTOR_BYTES 32
#define PK_TILE_VECTORS 2
#define PK_ALGEBRA_NAME(stem) stem##_avx2
#include "../algebra_body.h"
#pragma clang attribute pop
#endif
