/// The kernels of reductions by name, for the table only.
#pragma once

#include "CKernels.h"

#define PK_DECLARE_REDUCTION(isa)                                                                                                     \
    void pk_arg_max_u8_##isa(const uint8_t *, uint8_t, size_t, size_t, size_t, int32_t *);                                            \
    void pk_softmax_u8_##isa(const uint8_t *, uint8_t, const int32_t *, const int32_t *, size_t, size_t, uint8_t *);                  \
    void pk_sum_rows_u8_s32_##isa(const uint8_t *, uint8_t, size_t, size_t, int32_t *);                                               \
    void pk_maximum_pool_u8_##isa(const pk_pool *, const uint8_t *, uint8_t *, size_t, size_t);                                       \
    void pk_average_pool_u8_##isa(const pk_pool *, const uint8_t *, uint8_t *, size_t, size_t);

PK_DECLARE_REDUCTION(generic)
#if defined(__x86_64__)
PK_DECLARE_REDUCTION(avx2)
PK_DECLARE_REDUCTION(avx512vnni)
#endif
