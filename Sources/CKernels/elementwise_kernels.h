/// The kernels of sums and products by name, for the table only.
#pragma once

#include "CKernels.h"

#define PK_DECLARE_ELEMENTWISE(isa)                                                                                              \
    void pk_linear_sum_u8_##isa(const pk_linear_sum *, const pk_pairing *, const uint8_t *, const uint8_t *, uint8_t *);         \
    void pk_float_product_u8_##isa(const pk_float_product *, const pk_pairing *, const uint8_t *, const uint8_t *, uint8_t *);   \
    void pk_term_sum_u8_##isa(const pk_term_sum *, const pk_pairing *, const uint8_t *, const uint8_t *, uint8_t *);             \
    size_t pk_near_pairs_##isa(const uint32_t *, const uint32_t *, uint32_t, uint16_t *, size_t);

PK_DECLARE_ELEMENTWISE(generic)
#if defined(__x86_64__)
PK_DECLARE_ELEMENTWISE(avx2)
PK_DECLARE_ELEMENTWISE(avx512vnni)
#elif defined(__aarch64__)
PK_DECLARE_ELEMENTWISE(neon)
#endif
