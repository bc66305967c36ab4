/// The kernels of lookups and conversions by name, for the table only.
#pragma once

#include "CKernels.h"

#define PK_DECLARE_LOOKUP(isa)                                                                           \
    void pk_look_up_u8_##isa(const uint8_t *, const uint8_t *, size_t, size_t, uint8_t *, size_t);       \
    void pk_quantize_f32_u8_##isa(const float *, float, float, float, int32_t, uint8_t *, size_t);       \
    void pk_dequantize_u8_f32_##isa(const uint8_t *, uint8_t, int32_t, float, float *, size_t);

PK_DECLARE_LOOKUP(generic)
#if defined(__x86_64__)
PK_DECLARE_LOOKUP(avx2)
PK_DECLARE_LOOKUP(avx512vnni)
#elif defined(__aarch64__)
PK_DECLARE_LOOKUP(neon)
#endif
