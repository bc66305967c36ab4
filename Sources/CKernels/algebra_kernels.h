/// The kernels of linear algebra by name, for the table only.
#pragma once

#include "CKernels.h"

#define PK_DECLARE_ALGEBRA(isa)                                                                                       \
    void pk_product_f64_##isa(pk_rows_f64, pk_rows_f64, double *, size_t, size_t, size_t, size_t, double);            \
    void pk_moment_s16_##isa(const int16_t *, size_t, size_t, int64_t, int64_t *);

PK_DECLARE_ALGEBRA(generic)
#if defined(__x86_64__)
PK_DECLARE_ALGEBRA(avx2)
PK_DECLARE_ALGEBRA(avx512)
#endif
