#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PK_FILL pk_threshold_fill_avx2
#define PK_BOUNDS pk_threshold_bounds_avx2
#include "../thresholds_body.h"
#pragma clang attribute pop
#endif
