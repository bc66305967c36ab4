#include "CAllocationCounter.h"

#include <errno.h>
#include <stdatomic.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OWNED_BY_SANITIZER 1
#endif
#endif

#if !defined(OWNED_BY_SANITIZER) && defined(__GLIBC__)

// The names under which glibc keeps its own functions reachable.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static __thread long count;
static _Atomic long count_of_all;

static void count_one(void) {
    count++;
    atomic_fetch_add_explicit(&count_of_all, 1, memory_order_relaxed);
}

void *malloc(size_t size) {
    count_one();
    return __libc_malloc(size);
}

void *calloc(size_t members, size_t size) {
    count_one();
    return __libc_calloc(members, size);
}

void *realloc(void *block, size_t size) {
    count_one();
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count_one();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    count_one();
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}

long allocation_count(void) { return count; }

long allocation_count_of_all_threads(void) { return atomic_load_explicit(&count_of_all, memory_order_relaxed); }

#else

long allocation_count(void) { return -1; }

long allocation_count_of_all_threads(void) { return -1; }

#endif
