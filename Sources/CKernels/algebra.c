/// Baseline of the architecture (SSE2, NEON): two lanes.
#include "algebra_kernels.h"

#define PK_VECTOR_BYTES 16
#if defined(__aarch64__)
#define PK_TILE_VECTORS 4
#else
#define PK_TILE_VECTORS 2
#endif
#define PK_ALGEBRA_NAME(stem) stem##_generic
#include "algebra_body.h"
