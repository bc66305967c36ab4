/// Sums of rows and pools, included once for each ISA: the includer defines PK_REDUCTION_NAME(stem).
///
/// A window is walked for a block of channels at a time, whose results stay in registers: blocks of 32 or 16, then single channels.
#include <string.h>

#include "reduction_kernels.h"

#define PK_INLINE static inline __attribute__((always_inline))

typedef uint8_t pk_block __attribute__((vector_size(32)));
typedef uint8_t pk_half_block __attribute__((vector_size(16)));
typedef int32_t pk_block_sums __attribute__((vector_size(64)));
typedef float pk_block_floats __attribute__((vector_size(64)));

PK_INLINE pk_half_block load_half_block(const uint8_t *p, uint8_t flip) {
    pk_half_block v;
    memcpy(&v, p, sizeof v);
    return v ^ flip;
}

void PK_REDUCTION_NAME(pk_sum_rows_u8_s32)(const uint8_t *x, uint8_t flip, size_t rows, size_t count, int32_t *sums) {
    size_t c = 0;
    for (; c + 16 <= count; c += 16) {
        pk_block_sums sum = {0};
        for (size_t row = 0; row < rows; row++) {
            sum += __builtin_convertvector(load_half_block(x + row * count + c, flip), pk_block_sums);
        }
        memcpy(sums + c, &sum, sizeof sum);
    }
    for (; c < count; c++) {
        int32_t sum = 0;
        for (size_t row = 0; row < rows; row++) sum += x[row * count + c] ^ flip;
        sums[c] = sum;
    }
}

/// The part of a window that lies in the input.
typedef struct {
    const uint8_t *start;
    size_t rows, columns, row_step, column_step;
} window_part;

PK_INLINE void covered(size_t index, size_t stride, size_t pad, size_t window, size_t extent, size_t *from, size_t *count) {
    size_t origin = index * stride, start = origin > pad ? origin - pad : 0, end = origin + window - pad;
    // origin + window > pad, as padding never covers all of a window.
    *from = start;
    *count = (end < extent ? end : extent) - start;
}

PK_INLINE window_part part(const pk_pool *p, const uint8_t *x, size_t line, size_t column) {
    window_part w = {.row_step = p->input_width * p->channels, .column_step = p->channels};
    size_t top, left;
    covered(line % p->output_height, p->stride_height, p->pad_top, p->window_height, p->input_height, &top, &w.rows);
    covered(column, p->stride_width, p->pad_left, p->window_width, p->input_width, &left, &w.columns);
    w.start = x + (line / p->output_height * p->input_height + top) * w.row_step + left * w.column_step;
    return w;
}

void PK_REDUCTION_NAME(pk_maximum_pool_u8)(const pk_pool *p, const uint8_t *x, uint8_t *out, size_t first, size_t end) {
    size_t channels = p->channels;
    out += first * p->output_width * channels;
    for (size_t line = first; line < end; line++) {
        for (size_t column = 0; column < p->output_width; column++, out += channels) {
            window_part w = part(p, x, line, column);
            size_t c = 0;
            for (; c + 32 <= channels; c += 32) {
                pk_block largest = (pk_block){0} + p->minimum;
                for (size_t row = 0; row < w.rows; row++) {
                    const uint8_t *from = w.start + row * w.row_step + c;
                    for (size_t i = 0; i < w.columns; i++, from += w.column_step) {
                        pk_block v;
                        memcpy(&v, from, sizeof v);
                        largest = __builtin_elementwise_max(largest, v ^ p->flip);
                    }
                }
                largest = __builtin_elementwise_min(largest, (pk_block){0} + p->maximum) ^ p->flip;
                memcpy(out + c, &largest, sizeof largest);
            }
            for (; c < channels; c++) {
                uint8_t largest = p->minimum;
                for (size_t row = 0; row < w.rows; row++) {
                    const uint8_t *from = w.start + row * w.row_step + c;
                    for (size_t i = 0; i < w.columns; i++, from += w.column_step) {
                        uint8_t v = *from ^ p->flip;
                        largest = v > largest ? v : largest;
                    }
                }
                out[c] = (largest > p->maximum ? p->maximum : largest) ^ p->flip;
            }
        }
    }
}

/// sum / count rounded half away from zero, in the domain that `zero` is the zero of, and back. Exact: the numerator is below 2^24, where
/// a rounded quotient reaches a whole number only if the exact one does.
PK_INLINE int32_t rounded_average(int32_t sum, int32_t count, int32_t zero) {
    int32_t offset = sum - zero * count, half = count / 2;
    return (offset > 0 ? offset + half : offset - half) / count + zero;
}

void PK_REDUCTION_NAME(pk_average_pool_u8)(const pk_pool *p, const uint8_t *x, uint8_t *out, size_t first, size_t end) {
    size_t channels = p->channels;
    int32_t zero = p->flip;
    out += first * p->output_width * channels;
    for (size_t line = first; line < end; line++) {
        for (size_t column = 0; column < p->output_width; column++, out += channels) {
            window_part w = part(p, x, line, column);
            int32_t count = (int32_t)(w.rows * w.columns), half = count / 2;
            size_t c = 0;
            for (; c + 16 <= channels; c += 16) {
                pk_block_sums sum = {0};
                for (size_t row = 0; row < w.rows; row++) {
                    const uint8_t *from = w.start + row * w.row_step + c;
                    for (size_t i = 0; i < w.columns; i++, from += w.column_step) {
                        sum += __builtin_convertvector(load_half_block(from, p->flip), pk_block_sums);
                    }
                }
                pk_block_sums offset = sum - zero * count, is_above = offset > 0;
                pk_block_sums numerator = offset + ((is_above & half) | (~is_above & -half));
                pk_block_floats quotient = __builtin_convertvector(numerator, pk_block_floats) / (float)count;
                pk_block_sums average = __builtin_convertvector(quotient, pk_block_sums) + zero;
                average = __builtin_elementwise_max(average, (pk_block_sums){0} + p->minimum);
                average = __builtin_elementwise_min(average, (pk_block_sums){0} + p->maximum);
                pk_half_block bytes = __builtin_convertvector(average, pk_half_block) ^ p->flip;
                memcpy(out + c, &bytes, sizeof bytes);
            }
            for (; c < channels; c++) {
                int32_t sum = 0;
                for (size_t row = 0; row < w.rows; row++) {
                    const uint8_t *from = w.start + row * w.row_step + c;
                    for (size_t i = 0; i < w.columns; i++, from += w.column_step) sum += *from ^ p->flip;
                }
                int32_t average = rounded_average(sum, count, zero);
                average = average < p->minimum ? p->minimum : average > p->maximum ? p->maximum : average;
                out[c] = (uint8_t)(average ^ p->flip);
            }
        }
    }
}
