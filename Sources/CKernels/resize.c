/// Baseline of the architecture: 16-byte vectors (SSE2, NEON).
#define PK_RESIZE_NAME(stem) stem##_generic
#define PK_VECTOR_BYTES 16
#include "resize_body.h"

void pk_nearest_u8_generic(const pk_resize *r, const uint8_t *x, uint8_t *out, size_t first, size_t end) {
    size_t pixel = r->channels, length = r->output_width * pixel;
    uint8_t *target = out + first * length, *limit = out + end * length;
    size_t before = SIZE_MAX;
    for (size_t line = first; line < end; line++) {
        size_t top = lines(r, line).top;
        if (top == before) {
            memcpy(target, target - length, length);
            target += length;
            continue;
        }
        before = top;
        const uint8_t *source = x + top, *source_end = source + r->input_width * pixel;
        for (size_t column = 0; column < r->output_width; column++, target += pixel) {
            const uint8_t *from = source + (size_t)r->columns[column].first * pixel;
            // Short pixels as one vector: the next pixel is written over what it has too much.
            if (pixel <= 16 && limit - target >= 16 && source_end - from >= 16) {
                memcpy(target, from, 16);
            } else {
                memcpy(target, from, pixel);
            }
        }
    }
}
