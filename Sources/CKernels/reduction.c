/// Baseline of the architecture (SSE2, NEON).
#define PK_REDUCTION_NAME(stem) stem##_generic
#include "arg_max_body.h"
#include "pool_body.h"
#include "softmax_body.h"
