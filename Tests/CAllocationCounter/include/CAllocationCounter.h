/// Counts heap allocations, by standing in front of the C library's functions. Tests only.
#pragma once

#include <stddef.h>

/// Allocations (malloc, calloc, realloc, aligned ones) that this thread made since it started; -1 when a sanitizer owns the functions.
long allocation_count(void);

/// The same of all threads that ever were. Other tests run at the same time, so only a count that did not change says something.
long allocation_count_of_all_threads(void);
