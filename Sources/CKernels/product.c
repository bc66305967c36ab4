/// Baseline of the architecture, in vectors of the compiler's own making.
///
/// A tile is 4 rows by 8 channels; pairs of neighbouring inputs meet pairs of weights, widened to int16 (one multiply-add instruction on
/// x86_64).
#include <string.h>

#define PK_PRODUCT pk_product_generic
#define PK_TILE_ROWS 4
#define PK_PANEL 8
#define PK_NARROW_PANEL 0
#define PK_COPIES_ROWS 0

#include "convolution_body.h"
#include "convolution_kernels.h"
#include "requantize.h"

typedef int8_t pk_bytes16 __attribute__((vector_size(16)));
typedef int16_t pk_halves16 __attribute__((vector_size(32)));
typedef int32_t pk_words16 __attribute__((vector_size(64)));
typedef int32_t pk_words8 __attribute__((vector_size(32)));

/// Adds a pair of inputs of each row, times the weights [8 channels][2].
static inline __attribute__((always_inline)) void pk_accumulate(pk_words8 *sums, const uint8_t *const *rows, size_t offset, size_t mr,
                                                                const int8_t *weights) {
    pk_bytes16 bytes;
    memcpy(&bytes, weights, sizeof bytes);
    const pk_halves16 w = __builtin_convertvector(bytes, pk_halves16);
    for (size_t i = 0; i < mr; i++) {
        const uint8_t *x = rows[i] + offset;
#if defined(__aarch64__)
        const int16_t a = (int8_t)x[0], b = (int8_t)x[1];
#else
        const int16_t a = x[0], b = x[1];
#endif
        const pk_halves16 pair = {a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b};
        const pk_words16 p = __builtin_convertvector(pair, pk_words16) * __builtin_convertvector(w, pk_words16);
        sums[i] += __builtin_shufflevector(p, p, 0, 2, 4, 6, 8, 10, 12, 14) + __builtin_shufflevector(p, p, 1, 3, 5, 7, 9, 11, 13, 15);
    }
}

static inline __attribute__((always_inline)) void pk_tile(const uint8_t *const *rows, size_t mr, size_t width, const pk_operands *o,
                                                          uint8_t *out) {
    const pk_panel *panel = o->panel;
    const int8_t *weights = o->weights->bytes + panel->bytes;
    pk_words8 sums[PK_TILE_ROWS];
    for (size_t i = 0; i < mr; i++) sums[i] = (pk_words8){0};
    for (size_t r = 0; r < o->runs; r++) {
        for (size_t k = 0; k < o->depth; k += 2, weights += 2 * width) pk_accumulate(sums, rows + r * mr, k, mr, weights);
    }
    const int8_t *extra = o->weights->extra_bytes + panel->extra_bytes;
    for (size_t e = panel->extra_first; e < panel->extra_end; e++, extra += 2 * width) {
        const pk_extra at = pk_extra_place(o, o->weights->extras[e]);
        pk_accumulate(sums, rows + at.tap * mr, at.offset, mr, extra);
    }
    const size_t left = o->weights->channels - panel->channel;
    for (size_t i = 0; i < mr; i++) {
        int32_t acc[PK_PANEL];
        memcpy(acc, &sums[i], sizeof acc);
        // Wraps around, as the bias may want.
        for (size_t c = 0; c < PK_PANEL; c++) {
            acc[c] = (int32_t)((uint32_t)acc[c] + (uint32_t)o->requantization->bias[panel->channel + c]);
        }
        pk_requantize_run(acc, left < PK_PANEL ? left : PK_PANEL, o->requantization, panel->channel, out + i * o->out_pixel_bytes);
    }
}
