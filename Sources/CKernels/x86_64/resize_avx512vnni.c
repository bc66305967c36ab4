#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#define PK_RESIZE_NAME(stem) stem##_avx512vnni
#define PK_VECTOR_BYTES 64
#include "../resize_body.h"
#pragma clang attribute pop
#endif
