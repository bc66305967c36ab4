/// Multiplications in registers, in assembly, so that no compiler can do less. Registers 0...11 hold sums, 13...15 factors.
///
/// The widest latency is that of VPDPBUSD with 5 cycles, and cores begin at most two in a cycle: 12 sums are enough.
#if defined(__x86_64__)
#include "../peak_kernels.h"

/// Runs the instructions `rounds` times; VZEROUPPER spares the caller's SSE code.
#define PK_ROUNDS(BODY, END)                                                                                                       \
    if (rounds == 0) return;                                                                                                       \
    __asm__ volatile(".p2align 5\n1:\n" BODY "dec %0\njnz 1b\n" END                                                                \
                     : "+r"(rounds)                                                                                                \
                     :                                                                                                             \
                     : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", \
                       "xmm12", "xmm13", "xmm14", "xmm15")

#define PK_SIX(ONE) ONE(0) ONE(1) ONE(2) ONE(3) ONE(4) ONE(5)
#define PK_TWELVE(ONE) PK_SIX(ONE) ONE(6) ONE(7) ONE(8) ONE(9) ONE(10) ONE(11)

/// The product overwrites a factor, which is copied first.
#define PK_PAIR_SSE2(C)             \
    "movdqa %%xmm15, %%xmm12\n"     \
    "pmaddwd %%xmm14, %%xmm12\n"    \
    "paddd %%xmm12, %%xmm" #C "\n"
#define PK_PAIR_AVX2(C)                         \
    "vpmaddwd %%ymm14, %%ymm15, %%ymm12\n"      \
    "vpaddd %%ymm12, %%ymm" #C ", %%ymm" #C "\n"
#define PK_QUAD(ENCODING, V, C) "%{" ENCODING "%} vpdpbusd %%" V "14, %%" V "15, %%" V #C "\n"
#define PK_QUAD_VEX(C) PK_QUAD("vex", "ymm", C)
#define PK_QUAD_EVEX(C) PK_QUAD("evex", "ymm", C)
#define PK_QUAD_512(C) PK_QUAD("evex", "zmm", C)

void pk_peak_pairs_sse2(uint64_t rounds) { PK_ROUNDS(PK_TWELVE(PK_PAIR_SSE2), ""); }

void pk_peak_pairs_avx2(uint64_t rounds) { PK_ROUNDS(PK_TWELVE(PK_PAIR_AVX2), "vzeroupper\n"); }

/// Runs of products in int16, in registers 6...11: the first, the following ones, and their sums widened by ones in register 13.
#define PK_FIRST(S) "vpmaddubsw %%ymm14, %%ymm15, %%ymm" #S "\n"
#define PK_NEXT(S)                              \
    "vpmaddubsw %%ymm14, %%ymm15, %%ymm12\n"    \
    "vpaddw %%ymm12, %%ymm" #S ", %%ymm" #S "\n"
#define PK_WIDEN(S, C)                          \
    "vpmaddwd %%ymm13, %%ymm" #S ", %%ymm12\n"  \
    "vpaddd %%ymm12, %%ymm" #C ", %%ymm" #C "\n"
#define PK_FIRSTS PK_FIRST(6) PK_FIRST(7) PK_FIRST(8) PK_FIRST(9) PK_FIRST(10) PK_FIRST(11)
#define PK_NEXTS PK_NEXT(6) PK_NEXT(7) PK_NEXT(8) PK_NEXT(9) PK_NEXT(10) PK_NEXT(11)
#define PK_WIDENS PK_WIDEN(6, 0) PK_WIDEN(7, 1) PK_WIDEN(8, 2) PK_WIDEN(9, 3) PK_WIDEN(10, 4) PK_WIDEN(11, 5)

void pk_peak_runs_avx2(uint64_t rounds) {
    PK_ROUNDS(PK_FIRSTS PK_NEXTS PK_NEXTS PK_NEXTS PK_NEXTS PK_NEXTS PK_NEXTS PK_NEXTS PK_WIDENS, "vzeroupper\n");
}

void pk_peak_quads_avxvnni(uint64_t rounds) { PK_ROUNDS(PK_TWELVE(PK_QUAD_VEX), "vzeroupper\n"); }

void pk_peak_quads_avx512vl(uint64_t rounds) { PK_ROUNDS(PK_TWELVE(PK_QUAD_EVEX), "vzeroupper\n"); }

void pk_peak_quads_avx512vnni(uint64_t rounds) { PK_ROUNDS(PK_TWELVE(PK_QUAD_512), "vzeroupper\n"); }
#endif
