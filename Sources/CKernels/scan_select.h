/// Positions above a limit, 64 values at a time: most groups have none, so that a group costs its comparisons and one branch.
///
/// Include it after defining PK_SCAN_NAME(stem) and PK_SCAN_GROUP(values, limit): bit i of the result is values[i] > limit, i in 0..<64.
#include <stddef.h>
#include <stdint.h>

size_t PK_SCAN_NAME(pk_select_above_s32)(const int32_t *values, size_t count, int32_t limit, const uint64_t *filter, uint32_t *positions) {
    size_t found = 0;
    for (size_t i = 0; i < count; i += 64) {
        const uint64_t wanted = filter ? filter[i / 64] : ~(uint64_t)0;
        if (!wanted) continue;
        uint64_t above = 0;
        if (count - i >= 64) {
            above = PK_SCAN_GROUP(values + i, limit);
        } else {
            for (size_t j = 0; j < count - i; j++) above |= (uint64_t)(values[i + j] > limit) << j;
        }
        for (above &= wanted; above; above &= above - 1) positions[found++] = (uint32_t)(i + (size_t)__builtin_ctzll(above));
    }
    return found;
}
