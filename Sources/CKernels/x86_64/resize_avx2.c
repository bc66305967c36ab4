#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define PK_RESIZE_NAME(stem) stem##_avx2
#define PK_VECTOR_BYTES 32
#include "../resize_body.h"
#pragma clang attribute pop
#endif
