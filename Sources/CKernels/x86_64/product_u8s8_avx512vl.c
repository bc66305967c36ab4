/// VPDPBUSD on 32-byte vectors in the encoding of AVX-512; see product_u8s8_vnni256_body.h.
#if defined(__x86_64__)
#include <immintrin.h>

#define PK_PRODUCT pk_product_u8s8_avx512vl
#define pk_dot(sums, inputs, weights) _mm256_dpbusd_epi32(sums, inputs, weights)

#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512vl,avx512vnni"))), apply_to = function)
#include "product_u8s8_vnni256_body.h"
#pragma clang attribute pop
#endif
