/// Wider multiplications, and variable shifts in the requantisation.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define PK_WIDE_REQUANTIZATION
#define PK_DEPTHWISE pk_depthwise_u8_s16_avx2
#include "../depthwise_u8_s16_body.h"
#pragma clang attribute pop
#endif
