/// Which groups of a panel pk_product_u8s8_avx2 may sum in int16, and in which company.
///
/// VPMADDUBSW adds two products, and a run adds further ones, all in one lane of int16. Inputs are at most 255, so a sum stays within
/// -32640...32640, whatever the inputs and whatever is added first, if the positive weights of its lane add up to 128 at most, and so do
/// the negative ones. The groups are put into runs first fit; which inputs meet in a run does not matter, so they need not be neighbours.
/// A group that exceeds this alone is summed as pairs.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "../convolution_kernels.h"

/// Most groups of a run; more gain next to nothing.
#define PK_LONGEST_RUN 15
/// Runs that are tried for a group, the newest ones.
#define PK_OPEN_RUNS 16
/// Tenths of a nanosecond for a tile, measured: a group as pairs where all are, as pairs beside runs, in a run, and a run itself.
#define PK_COST_PAIRS 45
#define PK_COST_PAIRS_BESIDE 47
#define PK_COST_GROUP 22
#define PK_COST_RUN 14

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

/// Sums of weights of each sign in each lane, up to 255.
typedef struct {
    __m256i positive, negative;
} pk_load;

/// The lanes of 8 channels.
static inline void pk_load_of_eight(const int8_t *weights, __m256i *positive, __m256i *negative) {
    const __m256i w = _mm256_loadu_si256((const __m256i *)weights), ones = _mm256_set1_epi8(1), zero = _mm256_setzero_si256();
    *positive = _mm256_maddubs_epi16(_mm256_max_epi8(w, zero), ones);
    *negative = _mm256_maddubs_epi16(_mm256_sub_epi8(zero, _mm256_min_epi8(w, zero)), ones);
}

static inline pk_load pk_load_of(const int8_t *weights, size_t width) {
    __m256i p[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()}, n[2] = {p[0], p[0]};
    for (size_t v = 0; v < width / 8; v++) pk_load_of_eight(weights + 32 * v, p + v, n + v);
    return (pk_load){_mm256_packus_epi16(p[0], p[1]), _mm256_packus_epi16(n[0], n[1])};
}

static inline pk_load pk_joined(pk_load a, pk_load b) {
    return (pk_load){_mm256_adds_epu8(a.positive, b.positive), _mm256_adds_epu8(a.negative, b.negative)};
}

static inline int pk_fits(pk_load a) {
    const __m256i excess = _mm256_subs_epu8(_mm256_max_epu8(a.positive, a.negative), _mm256_set1_epi8((char)128));
    return _mm256_testz_si256(excess, excess);
}

/// [width][4] to [2][width][2]
static inline void pk_copy_as_pairs(const int8_t *from, size_t width, int8_t *to) {
    for (size_t c = 0; c < width; c++) {
        memcpy(to + 2 * c, from + 4 * c, 2);
        memcpy(to + 2 * width + 2 * c, from + 4 * c + 2, 2);
    }
}

/// The run of each group, or PK_ALONE; the lengths of the runs. Returns their number.
#define PK_ALONE UINT32_MAX
static size_t pk_find_runs(const int8_t *weights, size_t groups, size_t width, uint32_t *run_of, uint8_t *lengths) {
    pk_load open[PK_OPEN_RUNS];
    size_t count = 0;
    for (size_t g = 0; g < groups; g++) {
        const pk_load load = pk_load_of(weights + g * width * 4, width);
        run_of[g] = PK_ALONE;
        if (!pk_fits(load)) continue;
        size_t r = count > PK_OPEN_RUNS ? count - PK_OPEN_RUNS : 0;
        for (; r < count; r++) {
            if (lengths[r] == PK_LONGEST_RUN) continue;
            const pk_load both = pk_joined(open[r % PK_OPEN_RUNS], load);
            if (!pk_fits(both)) continue;
            open[r % PK_OPEN_RUNS] = both;
            break;
        }
        if (r == count) {
            open[count % PK_OPEN_RUNS] = load;
            lengths[count++] = 0;
        }
        lengths[r]++;
        run_of[g] = (uint32_t)r;
    }
    return count;
}

void pk_arrange_u8s8_avx2(int8_t *weights, int8_t *copy, size_t groups, size_t width, uint32_t *places, uint8_t *runs, uint32_t *scratch,
                          pk_arrangement *result) {
    const size_t group_bytes = 4 * width;
    uint32_t *const run_of = scratch, *const next = scratch + groups;
    size_t run_count = pk_find_runs(weights, groups, width, run_of, runs);
    uint32_t with_length[PK_LONGEST_RUN + 1] = {0};
    size_t in_runs = 0;
    for (size_t r = 0; r < run_count; r++) {
        in_runs += runs[r];
        with_length[runs[r]]++;
    }
    const size_t pairs = groups - in_runs;
    if (pairs * PK_COST_PAIRS_BESIDE + in_runs * PK_COST_GROUP + run_count * PK_COST_RUN >= groups * PK_COST_PAIRS) run_count = 0;
    memcpy(copy, weights, groups * group_bytes);
    if (run_count == 0) {
        for (size_t g = 0; g < groups; g++) pk_copy_as_pairs(copy + g * group_bytes, width, weights + g * group_bytes);
        *result = (pk_arrangement){.pairs = (uint32_t)groups, .run_count = 0};
        return;
    }
    // The longest runs first: the end of a run is easily foreseen where the next one is as long.
    uint32_t first[PK_LONGEST_RUN + 1], place = (uint32_t)pairs;
    for (uint32_t length = PK_LONGEST_RUN; length > 0; length--) {
        first[length] = place;
        place += length * with_length[length];
    }
    for (size_t r = 0; r < run_count; r++) {
        next[r] = first[runs[r]];
        first[runs[r]] += runs[r];
    }
    place = 0;
    for (size_t g = 0; g < groups; g++) {
        const size_t target = run_of[g] == PK_ALONE ? place++ : next[run_of[g]]++;
        places[target] = (uint32_t)(4 * g);
        int8_t *to = weights + target * group_bytes;
        if (run_of[g] == PK_ALONE) {
            pk_copy_as_pairs(copy + g * group_bytes, width, to);
        } else {
            memcpy(to, copy + g * group_bytes, group_bytes);
        }
    }
    uint8_t *end = runs;
    for (size_t length = PK_LONGEST_RUN; length > 0; length--) {
        memset(end, (int)length, with_length[length]);
        end += with_length[length];
    }
    *result = (pk_arrangement){.pairs = (uint32_t)pairs, .run_count = (uint32_t)run_count};
}
#pragma clang attribute pop
#endif
