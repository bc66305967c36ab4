/// Baseline of the architecture: 16-byte vectors (SSE2, NEON).
#define PK_GEMM pk_gemm_s16_generic
#define PK_VECTOR_BYTES 16
#include "gemm_s16_body.h"
