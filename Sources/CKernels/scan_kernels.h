/// The kernels of scans by name, for the table only.
#pragma once

#include "CKernels.h"

#define PK_DECLARE_SCAN(isa)                                                                                   \
    void pk_dot_s8_##isa(const int8_t *, size_t, size_t, const int8_t *, int32_t *);                           \
    void pk_dot_s16_##isa(const int16_t *, size_t, size_t, const int16_t *, int32_t *);                        \
    size_t pk_select_above_s32_##isa(const int32_t *, size_t, int32_t, const uint64_t *, uint32_t *);          \
    uint64_t pk_read_u8_##isa(const uint8_t *, size_t);

PK_DECLARE_SCAN(generic)
#if defined(__x86_64__)
PK_DECLARE_SCAN(avx2)
PK_DECLARE_SCAN(avx512vnni)
#elif defined(__aarch64__)
PK_DECLARE_SCAN(neon)
void pk_dot_s8_dotprod(const int8_t *, size_t, size_t, const int8_t *, int32_t *);
#endif
