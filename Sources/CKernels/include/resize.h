/// Images of bytes in another size.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

/// The two neighbours of an output position along one axis and their weights: in units of 2^-bits, or as single precision.
typedef struct {
    int32_t first, second;
    union {
        int32_t fraction;
        float number;
    } first_weight, second_weight;
} pk_sample;

/// From [N,H,W,C] to [N,OH,OW,C]. rows: [OH], columns: [OW]; their positions lie within H and W.
typedef struct {
    const pk_sample *rows, *columns;
    size_t input_height, input_width, output_height, output_width, channels;
    /// Bits behind the point of the weights of an axis; not for single precision.
    uint32_t bits;
    /// 0x80 for int8.
    uint8_t flip;
} pk_resize;

/// Elements that the scratch memory of a bilinear kernel holds more than 2 * W * C.
#define PK_RESIZE_FILL 64

/// All write the output lines first..<end of the N * OH, and read lines of x that they name; no alignment. The output does not overlap x.
typedef struct {
    /// Weights are 0...2^bits and add up to 2^bits, bits is 1...4. The sum of the four products, rounded half up for uint8, half away from
    /// zero for int8. scratch: [W * C + PK_RESIZE_FILL].
    void (*bilinear_short)(const pk_resize *resize, const uint8_t *x, uint8_t *out, size_t first, size_t end, uint16_t *scratch);
    /// The same for int8 with any weights whose sum of four products fits int32, bits 10. scratch: [W * C + PK_RESIZE_FILL].
    void (*bilinear_fractions)(const pk_resize *resize, const int8_t *x, int8_t *out, size_t first, size_t end, int32_t *scratch);
    /// uint8 in single precision: (top left + bottom left) + top right + bottom right, each times the row's and then the column's weight,
    /// no fused multiply-add; half is added and the fraction dropped. scratch: [2 * W * C + PK_RESIZE_FILL].
    void (*bilinear_float)(const pk_resize *resize, const uint8_t *x, uint8_t *out, size_t first, size_t end, float *scratch);
    /// Pixels of `channels` bytes (any element type) at the first position of each sample.
    void (*nearest)(const pk_resize *resize, const uint8_t *x, uint8_t *out, size_t first, size_t end);
} pk_resize_kernels;

/// Fills the table: the generic kernels first, then those of every feature in `flags`, newest last.
PK_EXPORT void pk_resize_init(pk_resize_kernels *kernels, uint32_t flags);
