/// The kernels of convolutions by name, for the table only.
#pragma once

#include "CKernels.h"

void pk_pack_rows_generic(const pk_window *, const uint8_t *, size_t, uint8_t *, size_t, size_t, size_t);
void pk_pack_transposed_rows_generic(const pk_window *, const uint8_t *, size_t, uint8_t *, size_t, size_t, size_t);

void pk_pack_lines_generic(const pk_window *, const uint8_t *, uint8_t *, size_t, int32_t, size_t);

#define PK_PRODUCT_PROTOTYPE(NAME)                                                                                             \
    void NAME(const pk_rows *, const pk_weights *, const pk_requantization *, const pk_part *, const uint8_t **, uint8_t *, size_t)

PK_PRODUCT_PROTOTYPE(pk_product_generic);
#if defined(__aarch64__)
PK_PRODUCT_PROTOTYPE(pk_product_s8_neon);
PK_PRODUCT_PROTOTYPE(pk_product_s8_dotprod);
PK_PRODUCT_PROTOTYPE(pk_product_s8_i8mm);
#elif defined(__x86_64__)
PK_PRODUCT_PROTOTYPE(pk_product_u8s8_avx2);
PK_PRODUCT_PROTOTYPE(pk_product_u8s8_avxvnni);
PK_PRODUCT_PROTOTYPE(pk_product_u8s8_avx512vl);
PK_PRODUCT_PROTOTYPE(pk_product_u8s8_avx512vnni);
void pk_arrange_u8s8_avx2(int8_t *, int8_t *, size_t, size_t, uint32_t *, uint8_t *, uint32_t *, pk_arrangement *);
#endif
