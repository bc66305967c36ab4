#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define PK_REDUCTION_NAME(stem) stem##_avx2
#include "../arg_max_body.h"
#include "../pool_body.h"
#include "../softmax_body.h"
#pragma clang attribute pop
#endif
