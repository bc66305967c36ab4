#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl"))), apply_to = function)
#define PK_FILL pk_threshold_fill_avx512vnni
#define PK_BOUNDS pk_threshold_bounds_avx512vnni
#include "../thresholds_body.h"
#pragma clang attribute pop
#endif
