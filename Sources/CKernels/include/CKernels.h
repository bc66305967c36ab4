/// The integer micro-kernels of the engine, behind one table of functions.
///
/// Kernels hold no policy, allocate nothing and touch no global. Their callers (Inference/Kernels.swift) prove every extent before the
/// first call. Bytes may be uint8 or int8: `input_flip` is 0x80 for int8 and 0 for uint8, and `input_zero` is the zero point after the
/// flip, so one kernel serves both; results are stored as the low byte of a clamped int32, which is right for both.
#pragma once

#include "algebra.h"
#include "convolution.h"
#include "copy.h"
#include "cpu.h"
#include "depthwise.h"
#include "elementwise.h"
#include "lookup.h"
#include "peak.h"
#include "reduction.h"
#include "packing.h"
#include "requantization.h"
#include "resize.h"
#include "scan.h"
#include "thresholds.h"
#include "window.h"
