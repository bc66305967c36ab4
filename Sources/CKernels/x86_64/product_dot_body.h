/// A tile of a product with an instruction that adds four products to each lane of 32 bits, for vectors of any width.
///
/// The includer defines before, and includes convolution_body.h:
///   pk_vector                     a register of PK_LANES sums
///   pk_load(p), pk_add(a, b)      of any address, of int32 lanes
///   pk_broadcast(x)               four inputs in each lane
///   pk_dot(sums, inputs, weights) the instruction
///   pk_phases(mr, vectors)        into how many sums each is split: few sums do not hide the instruction's latency
///   pk_store_tile(sums, mr, vectors, operands, out)

/// Adds one group of inputs of every row, times one group of weights, to `sums`.
static inline __attribute__((always_inline)) void pk_accumulate(pk_vector sums[][2], const uint8_t *const *rows, size_t offset, size_t mr,
                                                                size_t vectors, const int8_t *weights) {
    pk_vector w[2];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) w[v] = pk_load(weights + 4 * PK_LANES * v);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < mr; i++) {
        const pk_vector a = pk_broadcast(rows[i] + offset);
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) sums[i][v] = pk_dot(sums[i][v], a, w[v]);
    }
}

/// The bias in the first phase, nothing in the others.
static inline __attribute__((always_inline)) void pk_begin(pk_vector sums[][2], size_t mr, size_t vectors, const pk_operands *o) {
#pragma clang loop unroll(full)
    for (size_t i = 0; i < mr * pk_phases(mr, vectors); i++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            sums[i][v] = i < mr ? pk_load(o->requantization->bias + o->panel->channel + PK_LANES * v) : (pk_vector){0};
        }
    }
}

/// Adds the phases, requantises and stores.
static inline __attribute__((always_inline)) void pk_end(pk_vector sums[][2], size_t mr, size_t vectors, const pk_operands *o,
                                                         uint8_t *out) {
#pragma clang loop unroll(full)
    for (size_t i = mr; i < mr * pk_phases(mr, vectors); i++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) sums[i % mr][v] = pk_add(sums[i % mr][v], sums[i][v]);
    }
    pk_store_tile(sums, mr, vectors, o, out);
}

static inline __attribute__((always_inline)) void pk_tile(const uint8_t *const *rows, size_t mr, size_t width, const pk_operands *o,
                                                          uint8_t *out) {
    const size_t vectors = width / PK_LANES, phases = pk_phases(mr, vectors), step = 4 * phases;
    const pk_panel *panel = o->panel;
    const int8_t *weights = o->weights->bytes + panel->bytes;
    const size_t depth = o->depth, runs = o->runs;
    pk_vector sums[PK_TILE_ROWS * 4][2];
    pk_begin(sums, mr, vectors, o);
    for (size_t r = 0; r < runs; r++) {
        const uint8_t *run[PK_TILE_ROWS];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < mr; i++) run[i] = rows[r * mr + i];
        size_t k = 0;
        for (; k + step <= depth; k += step, weights += step * width) {
#pragma clang loop unroll(full)
            for (size_t p = 0; p < phases; p++) {
                pk_accumulate(sums + p * mr, run, k + 4 * p, mr, vectors, weights + 4 * p * width);
            }
        }
        for (; phases > 1 && k < depth; k += 4, weights += 4 * width) pk_accumulate(sums, run, k, mr, vectors, weights);
    }
    const int8_t *extra = o->weights->extra_bytes + panel->extra_bytes;
    for (size_t e = panel->extra_first; e < panel->extra_end; e++, extra += 4 * width) {
        const pk_extra at = pk_extra_place(o, o->weights->extras[e]);
        pk_accumulate(sums, rows + at.tap * mr, at.offset, mr, vectors, extra);
    }
    pk_end(sums, mr, vectors, o, out);
}

/// Every third row of an even tile; those between are one and two steps away, which addresses of x86 add without an instruction.
typedef struct {
    const uint8_t *third[(PK_MOST_EVEN_ROWS + 2) / 3];
    size_t step;
} pk_even_run;

/// Run r of an even tile: all rows read the same bytes where it lies outside of the image.
static inline __attribute__((always_inline)) pk_even_run pk_even_run_at(const uint8_t *first, size_t mr, const pk_operands *o) {
    pk_even_run run = {.step = first == o->outside ? 0 : o->row_step};
#pragma clang loop unroll(full)
    for (size_t i = 0; i < mr; i += 3) run.third[i / 3] = first + i * run.step;
    return run;
}

static inline __attribute__((always_inline)) void pk_accumulate_even(pk_vector sums[][2], const pk_even_run *run, size_t offset, size_t mr,
                                                                     size_t vectors, const int8_t *weights) {
    pk_vector w[2];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) w[v] = pk_load(weights + 4 * PK_LANES * v);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < mr; i++) {
        const pk_vector a = pk_broadcast(run->third[i / 3] + i % 3 * run->step + offset);
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) sums[i][v] = pk_dot(sums[i][v], a, w[v]);
    }
}

static inline __attribute__((always_inline)) void pk_move(pk_even_run *run, size_t mr, size_t bytes) {
#pragma clang loop unroll(full)
    for (size_t i = 0; i < mr; i += 3) run->third[i / 3] += bytes;
}

/// As pk_tile, for rows that lie at equal steps.
static inline __attribute__((always_inline)) void pk_even_tile(const uint8_t *const *first, size_t mr, size_t width, const pk_operands *o,
                                                               uint8_t *out) {
    const size_t vectors = width / PK_LANES, phases = pk_phases(mr, vectors), step = 4 * phases;
    const pk_panel *panel = o->panel;
    const int8_t *weights = o->weights->bytes + panel->bytes;
    pk_vector sums[PK_MOST_EVEN_ROWS + 12][2];
    pk_begin(sums, mr, vectors, o);
    for (size_t r = 0; r < o->runs; r++) {
        pk_even_run run = pk_even_run_at(first[r], mr, o);
        size_t left = o->depth;
        for (; left >= step; left -= step, weights += step * width) {
#pragma clang loop unroll(full)
            for (size_t p = 0; p < phases; p++) pk_accumulate_even(sums + p * mr, &run, 4 * p, mr, vectors, weights + 4 * p * width);
            pk_move(&run, mr, step);
        }
        for (; phases > 1 && left > 0; left -= 4, weights += 4 * width) {
            pk_accumulate_even(sums, &run, 0, mr, vectors, weights);
            pk_move(&run, mr, 4);
        }
    }
    const int8_t *extra = o->weights->extra_bytes + panel->extra_bytes;
    for (size_t e = panel->extra_first; e < panel->extra_end; e++, extra += 4 * width) {
        const pk_extra at = pk_extra_place(o, o->weights->extras[e]);
        const pk_even_run run = pk_even_run_at(first[at.tap], mr, o);
        pk_accumulate_even(sums, &run, at.offset, mr, vectors, extra);
    }
    pk_end(sums, mr, vectors, o, out);
}
