#pragma once

#include "thresholds.h"

#define PK_THRESHOLDS(ISA)                                                                                 \
    void pk_threshold_fill_##ISA(double *sums, size_t count, double first, double factor, double addend); \
    void pk_threshold_bounds_##ISA(const double *sums, const double *limits, size_t count, double scale, double *least, double *greatest);

PK_THRESHOLDS(generic)
#if defined(__x86_64__)
PK_THRESHOLDS(avx2)
PK_THRESHOLDS(avx512vnni)
#endif
