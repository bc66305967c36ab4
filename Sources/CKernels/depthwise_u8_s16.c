/// Baseline of the architecture: what the compiler makes of the vectors without extensions (SSE2, NEON).
#define PK_DEPTHWISE pk_depthwise_u8_s16_generic
#include "depthwise_u8_s16_body.h"
