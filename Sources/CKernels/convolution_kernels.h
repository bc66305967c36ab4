/// The kernels of convolutions by name, for the table only.
#pragma once

#include "CKernels.h"

void pk_pack_rows_u8_s16_generic(const pk_window *, const uint8_t *, int16_t *, size_t, size_t);
void pk_pack_transposed_rows_u8_s16_generic(const pk_window *, const uint8_t *, int16_t *, size_t, size_t);
void pk_gemm_s16_generic(const int16_t *, size_t, const int16_t *, size_t, size_t, const pk_requantization *, uint8_t *);

#if defined(__x86_64__)
void pk_gemm_s16_avx2(const int16_t *, size_t, const int16_t *, size_t, size_t, const pk_requantization *, uint8_t *);
#endif
