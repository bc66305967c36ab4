/// How fast a CPU multiplies when nothing has to be loaded, stored or requantised: what the product kernels are measured against.
#pragma once

#include <stdint.h>

#include "cpu.h"

/// A way of multiplying 8-bit integers and adding up the products in int32.
typedef struct {
    /// The instructions, for people; lives as long as the program.
    const char *name;
    /// Products of one round, in the registers of one core.
    uint32_t products;
    /// Runs the rounds on whatever the registers hold, with enough independent sums to hide the latency of each. Touches no memory.
    void (*run)(uint64_t rounds);
} pk_peak_scheme;

typedef struct {
    /// Exact with any weights.
    pk_peak_scheme any;
    /// Exact with weights whose products are proven to fit 16 bits for a while; faster. Without a function where there is none.
    pk_peak_scheme proven;
} pk_peak_kernels;

/// Fills the table with the schemes of the tier that the flags are those of.
PK_EXPORT void pk_peak_init(pk_peak_kernels *kernels, uint32_t flags);
