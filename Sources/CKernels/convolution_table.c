#include "convolution_kernels.h"

void pk_convolution_init(pk_convolution_kernels *kernels, uint32_t flags) {
    kernels->pack_rows = pk_pack_rows_generic;
    kernels->pack_transposed_rows = pk_pack_transposed_rows_generic;
    kernels->pack_lines = pk_pack_lines_generic;
    kernels->product = pk_product_generic;
    kernels->layout = (pk_layout){.panel = 8, .group = 2, .tile_rows = 4, .runs = PK_RUNS_NONE, .lowest = -128};
    kernels->arrange = NULL;
#if defined(__x86_64__)
    if (flags & PK_CPU_AVX2) {
        kernels->product = pk_product_u8s8_avx2;
        kernels->arrange = pk_arrange_u8s8_avx2;
        kernels->layout = (pk_layout){
            .panel = 16, .narrow_panel = 8, .group = 4, .tile_rows = 6, .runs = PK_RUNS_PAIRS, .lowest = -128, .follows_forms = 1};
    }
    if (flags & PK_CPU_VNNI256) {
        // Either encoding will do where a CPU has both.
        __builtin_cpu_init();
        kernels->product = __builtin_cpu_supports("avxvnni") ? pk_product_u8s8_avxvnni : pk_product_u8s8_avx512vl;
        kernels->arrange = NULL;
        kernels->layout = (pk_layout){
            .panel = 16, .narrow_panel = 8, .group = 4, .tile_rows = 6, .reads_lines = 1, .runs = PK_RUNS_NONE, .lowest = -128,
            .follows_forms = 1};
    }
    if (flags & PK_CPU_AVX512VNNI) {
        kernels->product = pk_product_u8s8_avx512vnni;
        kernels->layout = (pk_layout){
            .panel = 32, .narrow_panel = 16, .group = 4, .tile_rows = 12, .reads_lines = 1, .runs = PK_RUNS_NONE, .lowest = -128,
            .follows_forms = 1};
    }
#elif defined(__aarch64__)
    kernels->product = pk_product_s8_neon;
    kernels->layout = (pk_layout){.panel = 4, .group = 8, .tile_rows = 4, .runs = PK_RUNS_NONE, .lowest = -127};
    if (flags & PK_CPU_DOTPROD) {
        kernels->product = pk_product_s8_dotprod;
        kernels->layout = (pk_layout){.panel = 8, .group = 4, .tile_rows = 8, .runs = PK_RUNS_NONE, .lowest = -128};
    }
    if (flags & PK_CPU_I8MM) {
        kernels->product = pk_product_s8_i8mm;
        kernels->layout = (pk_layout){.panel = 8, .group = 8, .tile_rows = 8, .runs = PK_RUNS_NONE, .lowest = -128};
    }
#endif
    (void)flags;
}
