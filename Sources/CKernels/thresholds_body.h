/// Eight thresholds at a time, in as many registers as the ISA takes for them. The including file names the functions: PK_FILL, PK_BOUNDS.
#include <string.h>

#include "thresholds_kernels.h"

typedef double pk_eight __attribute__((ext_vector_type(8)));
typedef int64_t pk_eight_masks __attribute__((ext_vector_type(8)));

void PK_FILL(double *sums, size_t count, double first, double factor, double addend) {
    // Adding and taking away this number rounds to the nearest whole one.
    const pk_eight rounder = 0x1.8p52;
    const pk_eight_masks one = (int64_t)0x3ff0000000000000;
    const double inverse = 1 / factor;
    pk_eight goal = (pk_eight){0, 1, 2, 3, 4, 5, 6, 7} + (first + addend);
    for (size_t i = 0; i < count; i += 8, goal += 8) {
        // T is the whole number nearest to goal / factor, or the next one.
        pk_eight nearest = goal * inverse + rounder - rounder;
        pk_eight_masks next = (nearest * factor < goal) & one;
        pk_eight step;
        memcpy(&step, &next, sizeof step);
        nearest += step;
        memcpy(sums + i, &nearest, sizeof nearest);
    }
}

void PK_BOUNDS(const double *sums, const double *limits, size_t count, double scale, double *least, double *greatest) {
    double low = limits[0] - sums[0] * scale, high = low;
    if (count < 8) {
        for (size_t i = 1; i < count; i++) {
            double need = limits[i] - sums[i] * scale;
            low = need < low ? need : low;
            high = need > high ? need : high;
        }
    } else {
        pk_eight lows = low, highs = high;
        for (size_t i = 0; i < count; i += 8) {
            // The last eight may be among those before.
            size_t start = i < count - 8 ? i : count - 8;
            pk_eight sum, limit;
            memcpy(&sum, sums + start, sizeof sum);
            memcpy(&limit, limits + start, sizeof limit);
            pk_eight need = limit - sum * scale;
            lows = need < lows ? need : lows;
            highs = need > highs ? need : highs;
        }
        for (int i = 0; i < 8; i++) {
            low = lows[i] < low ? lows[i] : low;
            high = highs[i] > high ? highs[i] : high;
        }
    }
    *least = low;
    *greatest = high;
}
