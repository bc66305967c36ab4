/// The kernels of depthwise convolutions by name, for the table only.
#pragma once

#include "CKernels.h"

void pk_depthwise_u8_s16_generic(const pk_window *, const uint8_t *, const int16_t *, const int32_t *, const pk_requantization *, uint8_t *,
                                 size_t, size_t);
void pk_depthwise_lines_generic(const pk_depthwise_lines *);

#if defined(__aarch64__)
void pk_depthwise_lines_neon(const pk_depthwise_lines *);
#elif defined(__x86_64__)
void pk_depthwise_u8_s16_avx2(const pk_window *, const uint8_t *, const int16_t *, const int32_t *, const pk_requantization *, uint8_t *,
                              size_t, size_t);
void pk_depthwise_lines_avx2(const pk_depthwise_lines *);
void pk_depthwise_lines_avx512vnni(const pk_depthwise_lines *);
#endif
