/// Portable. Lookups go through scalar registers: the x86_64 baseline has no instruction that looks up bytes.
#define PK_QUANTIZE pk_quantize_f32_u8_generic
#define PK_DEQUANTIZE pk_dequantize_u8_f32_generic
#include "conversion_body.h"

void pk_look_up_u8_generic(const uint8_t *table, const uint8_t *x, size_t rows, size_t count, uint8_t *out, size_t out_step) {
    for (size_t row = 0; row < rows; row++, x += count, out += out_step) {
        size_t i = 0;
        for (; i + 4 <= count; i += 4) {
            uint8_t a = table[x[i]], b = table[x[i + 1]], c = table[x[i + 2]], d = table[x[i + 3]];
            out[i] = a, out[i + 1] = b, out[i + 2] = c, out[i + 3] = d;
        }
        for (; i < count; i++) out[i] = table[x[i]];
    }
}
