/// The loops over rows of two inputs, included once for each ISA and operation.
///
/// The includer defines PK_PAIRS (the function's name), PK_FACTS (its struct), PK_STATE (vectors made of the struct), PK_BEGIN (makes
/// them), PK_BLOCK (computes PK_BLOCK_BYTES elements: PK_BLOCK_BYTES bytes are read of each input and written).
///
/// PK_REST, where the ISA has masks, computes the elements that a mask names. Elsewhere the last part of a row goes through copies on the
/// stack: nothing behind the row is touched, and an output in an input's place is right.
#include <string.h>

#include "short_copy.h"

static inline __attribute__((always_inline)) void PK_NAME(PK_PAIRS, _row)(const PK_STATE *state, const uint8_t *a, const uint8_t *b,
                                                                          uint8_t *out, size_t count, int is_single) {
    uint8_t rest[3][PK_BLOCK_BYTES];
    if (is_single) memset(rest[1], *b, PK_BLOCK_BYTES);
    size_t i = 0;
    for (; i + PK_BLOCK_BYTES <= count; i += PK_BLOCK_BYTES) PK_BLOCK(state, a + i, is_single ? rest[1] : b + i, out + i);
    if (i == count) return;
#if defined(PK_REST)
    PK_REST(state, a + i, is_single ? rest[1] : b + i, out + i, (1ull << (count - i)) - 1);
#else
    pk_short_copy(rest[0], a + i, count - i);
    if (!is_single) pk_short_copy(rest[1], b + i, count - i);
    PK_BLOCK(state, rest[0], rest[1], rest[2]);
    pk_short_copy(out + i, rest[2], count - i);
#endif
}

void PK_PAIRS(const PK_FACTS *facts, const pk_pairing *pairing, const uint8_t *a, const uint8_t *b, uint8_t *out) {
    const PK_STATE state = PK_BEGIN(facts);
    for (size_t row = 0; row < pairing->rows; row++) {
        if (pairing->second_is_single) {
            PK_NAME(PK_PAIRS, _row)(&state, a, b, out, pairing->count, 1);
        } else {
            PK_NAME(PK_PAIRS, _row)(&state, a, b, out, pairing->count, 0);
        }
        a += pairing->first_step, b += pairing->second_step, out += pairing->count;
    }
}

#undef PK_PAIRS
#undef PK_FACTS
#undef PK_STATE
#undef PK_BEGIN
#undef PK_BLOCK
#undef PK_REST
