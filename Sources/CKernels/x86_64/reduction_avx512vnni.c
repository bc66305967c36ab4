#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#define PK_REDUCTION_NAME(stem) stem##_avx512vnni
#include "../arg_max_body.h"
#include "../pool_body.h"
#include "../softmax_body.h"
#pragma clang attribute pop
#endif
