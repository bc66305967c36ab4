/// Multiplications in registers, in assembly, so that no compiler can do less.
///
/// Instructions on the same sum stand as far apart as the registers allow: cores that run in order wait for none of them.
#if defined(__aarch64__)
#include "../peak_kernels.h"

#define PK_ROUNDS(BODY)                                                                                                             \
    if (rounds == 0) return;                                                                                                        \
    __asm__ volatile(".p2align 5\n1:\n" BODY "subs %0, %0, #1\nb.ne 1b\n"                                                           \
                     : "+r"(rounds)                                                                                                 \
                     :                                                                                                              \
                     : "cc", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", \
                       "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31")

#define PK_EIGHT(ONE) ONE(0, 8) ONE(1, 9) ONE(2, 10) ONE(3, 11) ONE(4, 12) ONE(5, 13) ONE(6, 14) ONE(7, 15)
/// Products of int16 in registers 0...7, sums of int32 in 8...15, factors in 30 and 31.
#define PK_FIRST(P, S) "smull v" #P ".8h, v30.8b, v31.8b\n"
#define PK_LOW(P, S) "smlal v" #P ".8h, v30.8b, v31.8b\n"
#define PK_HIGH(P, S) "smlal2 v" #P ".8h, v30.16b, v31.16b\n"
#define PK_WIDEN(P, S) "sadalp v" #S ".4s, v" #P ".8h\n"

void pk_peak_pairs_neon(uint64_t rounds) { PK_ROUNDS(PK_EIGHT(PK_FIRST) PK_EIGHT(PK_HIGH) PK_EIGHT(PK_WIDEN)); }

#define PK_MORE PK_EIGHT(PK_LOW) PK_EIGHT(PK_HIGH)

void pk_peak_runs_neon(uint64_t rounds) {
    PK_ROUNDS(PK_EIGHT(PK_FIRST) PK_EIGHT(PK_HIGH) PK_MORE PK_MORE PK_MORE PK_EIGHT(PK_WIDEN));
}

#define PK_SIXTEEN(ONE)                                                                                                \
    ONE(0) ONE(1) ONE(2) ONE(3) ONE(4) ONE(5) ONE(6) ONE(7) ONE(8) ONE(9) ONE(10) ONE(11) ONE(12) ONE(13) ONE(14) ONE(15)
#define PK_DOT(C) "sdot v" #C ".4s, v30.16b, v31.16b\n"
#define PK_MATRIX(C) "smmla v" #C ".4s, v30.16b, v31.16b\n"

__attribute__((target("dotprod"))) void pk_peak_quads_dotprod(uint64_t rounds) { PK_ROUNDS(PK_SIXTEEN(PK_DOT)); }

__attribute__((target("i8mm"))) void pk_peak_eighths_i8mm(uint64_t rounds) { PK_ROUNDS(PK_SIXTEEN(PK_MATRIX)); }
#endif
