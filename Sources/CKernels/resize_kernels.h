/// The kernels of resizing by name, for the table only.
#pragma once

#include "CKernels.h"

#define PK_DECLARE_RESIZE(isa)                                                                                          \
    void pk_bilinear_u8_u16_##isa(const pk_resize *, const uint8_t *, uint8_t *, size_t, size_t, uint16_t *);           \
    void pk_bilinear_s8_s32_##isa(const pk_resize *, const int8_t *, int8_t *, size_t, size_t, int32_t *);              \
    void pk_bilinear_u8_f32_##isa(const pk_resize *, const uint8_t *, uint8_t *, size_t, size_t, float *);

void pk_nearest_u8_generic(const pk_resize *, const uint8_t *, uint8_t *, size_t, size_t);
PK_DECLARE_RESIZE(generic)
#if defined(__x86_64__)
PK_DECLARE_RESIZE(avx2)
PK_DECLARE_RESIZE(avx512vnni)
#endif
