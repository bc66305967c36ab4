/// The loops of multiplications by name, for the table only.
#pragma once

#include "peak.h"

#if defined(__x86_64__)
void pk_peak_pairs_sse2(uint64_t rounds);
void pk_peak_pairs_avx2(uint64_t rounds);
void pk_peak_runs_avx2(uint64_t rounds);
void pk_peak_quads_avxvnni(uint64_t rounds);
void pk_peak_quads_avx512vl(uint64_t rounds);
void pk_peak_quads_avx512vnni(uint64_t rounds);
#elif defined(__aarch64__)
void pk_peak_pairs_neon(uint64_t rounds);
void pk_peak_runs_neon(uint64_t rounds);
void pk_peak_quads_dotprod(uint64_t rounds);
void pk_peak_eighths_i8mm(uint64_t rounds);
#else
void pk_peak_generic(uint64_t rounds);
#endif
