// What both versions share; not part of the module's interface.
#pragma once

#include <errno.h>
#include <stddef.h>
#include <string.h>

// The negative errno of the call that just failed; never 0, even if the library forgot to set errno.
static inline int pk_gpio_failure(void) { return errno > 0 ? -errno : -EIO; }

// Copies a name that may be NULL or too long; the result always ends with a zero byte.
static inline void pk_gpio_copy_name(char *to, size_t capacity, const char *from) {
    size_t length = from ? strnlen(from, capacity - 1) : 0;
    if (length > 0) memcpy(to, from, length);
    to[length] = 0;
}
