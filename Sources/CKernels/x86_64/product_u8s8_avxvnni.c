/// VPDPBUSD in the encoding of AVX-VNNI; see product_u8s8_vnni256_body.h.
#if defined(__x86_64__)
#include <immintrin.h>

#define PK_PRODUCT pk_product_u8s8_avxvnni
#define pk_dot(sums, inputs, weights) _mm256_dpbusd_avx_epi32(sums, inputs, weights)

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#include "product_u8s8_vnni256_body.h"
#pragma clang attribute pop
#endif
