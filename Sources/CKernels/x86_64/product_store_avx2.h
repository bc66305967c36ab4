/// From the sums of a tile to stored bytes, for the product kernels on 32-byte vectors. Included behind convolution_body.h.
///
/// sums[i][v]: the 8 channels from 8 v on of row i; 1 or 2 vectors. Writes the channels that the panel has, no other byte.
#pragma once

#include "requantize_avx2.h"

/// Rounds 8 channels of all rows.
PK_INLINE_AVX2 void pk_round_column(__m256i sums[][2], size_t mr, size_t v, const pk_requantization *q, size_t channel) {
    const pk_lanes_avx2 lanes = pk_lanes_load_avx2(q, channel);
    if (lanes.form == PK_FORM_FLOAT) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < mr; i++) sums[i][v] = pk_round_form_avx2(&lanes, PK_FORM_FLOAT, sums[i][v]);
    } else if (lanes.form == PK_FORM_FLOAT_SIGNED) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < mr; i++) sums[i][v] = pk_round_form_avx2(&lanes, PK_FORM_FLOAT_SIGNED, sums[i][v]);
    } else if (lanes.form == PK_FORM_INTEGER_RIGHT) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < mr; i++) sums[i][v] = pk_round_form_avx2(&lanes, PK_FORM_INTEGER_RIGHT, sums[i][v]);
    } else {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < mr; i++) sums[i][v] = pk_round_form_avx2(&lanes, PK_FORM_INTEGER, sums[i][v]);
    }
}

/// Packs 32 bytes at a time: two rows of 16 channels or four of 8.
PK_INLINE_AVX2 void pk_store_tile(__m256i sums[][2], size_t mr, size_t vectors, const pk_operands *o, uint8_t *out) {
    const size_t channel = o->panel->channel, left = o->weights->channels - channel, stride = o->out_pixel_bytes;
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) pk_round_column(sums, mr, v, o->requantization, channel + 8 * v);
    const pk_limits_avx2 limits = pk_limits_load_avx2(o->requantization);
    const size_t last = mr - 1;
#pragma clang loop unroll(full)
    for (size_t i = 0; i < mr; i += 4 / vectors) {
        const size_t j = i + 1 < mr ? i + 1 : last, k = i + 2 < mr ? i + 2 : last, l = i + 3 < mr ? i + 3 : last;
        if (vectors == 2) {
            const __m256i bytes = pk_pack32_avx2(&limits, sums[i][0], sums[i][1], sums[j][0], sums[j][1]);
            pk_store16_avx2(out + i * stride, _mm256_castsi256_si128(bytes), left);
            if (j > i) pk_store16_avx2(out + j * stride, _mm256_extracti128_si256(bytes, 1), left);
        } else {
            const size_t count = left < 8 ? left : 8;
            const __m256i bytes = pk_pack32_avx2(&limits, sums[i][0], sums[j][0], sums[k][0], sums[l][0]);
            const __m128i low = _mm256_castsi256_si128(bytes), high = _mm256_extracti128_si256(bytes, 1);
            pk_store16_avx2(out + i * stride, low, count);
            if (j > i) pk_store16_avx2(out + j * stride, _mm_srli_si128(low, 8), count);
            if (k > j) pk_store16_avx2(out + k * stride, high, count);
            if (l > k) pk_store16_avx2(out + l * stride, _mm_srli_si128(high, 8), count);
        }
    }
}
