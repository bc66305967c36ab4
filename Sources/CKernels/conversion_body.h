/// Conversions between bytes and single precision, included once for each ISA: the compiler vectorises the loops. The includer defines
/// PK_QUANTIZE and PK_DEQUANTIZE, the functions' names.
#include "lookup_kernels.h"

void PK_QUANTIZE(const float *x, float scale, float lower, float upper, int32_t zero_point, uint8_t *out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float steps = x[i] / scale;
        float raised = steps > lower ? steps : lower;
        float limited = raised < upper ? raised : upper;
        // The limits are whole numbers, so that rounding may come last. What the truncation drops is exact.
        int32_t whole = (int32_t)limited;
        float rest = limited - (float)whole;
        whole += (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0);
        out[i] = (uint8_t)(whole + zero_point);
    }
}

void PK_DEQUANTIZE(const uint8_t *x, uint8_t flip, int32_t zero_point, float scale, float *out, size_t count) {
    // The difference is exact in single precision, so that the product is rounded once.
    for (size_t i = 0; i < count; i++) out[i] = (float)((int32_t)(x[i] ^ flip) - zero_point) * scale;
}
