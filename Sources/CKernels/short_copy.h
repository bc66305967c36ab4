/// Copies of less than a vector, without a call.
#pragma once

#include <stdint.h>
#include <string.h>

/// count: 0...63. The buffers do not overlap; exactly `count` bytes are read and written.
static inline __attribute__((always_inline)) void pk_short_copy(uint8_t *to, const uint8_t *from, size_t count) {
    if (count & 32) memcpy(to, from, 32), to += 32, from += 32;
    if (count & 16) memcpy(to, from, 16), to += 16, from += 16;
    if (count & 8) memcpy(to, from, 8), to += 8, from += 8;
    if (count & 4) memcpy(to, from, 4), to += 4, from += 4;
    if (count & 2) memcpy(to, from, 2), to += 2, from += 2;
    if (count & 1) *to = *from;
}
