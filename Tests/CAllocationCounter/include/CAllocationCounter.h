/// Counts the heap allocations of the calling thread, by standing in front of the C library's functions. Tests only.
#pragma once

#include <stddef.h>

/// Allocations (malloc, calloc, realloc, aligned ones) that this thread made since it started; -1 when a sanitizer owns the functions.
long allocation_count(void);
