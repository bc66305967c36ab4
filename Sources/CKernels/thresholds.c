#define PK_FILL pk_threshold_fill_generic
#define PK_BOUNDS pk_threshold_bounds_generic
#include "thresholds_body.h"
