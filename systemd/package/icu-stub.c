// The data of ICU, with nothing in it: in the place of 34 MB of names of languages, calendars and currencies that Foundation brings along and
// Picket never asks for. An empty set of data is what ICU itself is built with before its data are made; whoever asks is told that there is
// none. The linker is told to take it for the name of ICU's data (`--wrap`, see Makefile), so that the archive's own are never asked for.
//
// ICU_DATA is the name of the data of the toolchain's ICU after `__wrap_`: __wrap_icudt76_dat.
#include <stdint.h>

struct common_data {
    uint16_t header_size;
    uint8_t magic[2];
    struct {
        uint16_t size;
        uint16_t reserved;
        uint8_t is_big_endian, charset_family, size_of_char, reserved_byte;
        uint8_t format[4], format_version[4], data_version[4];
    } information;
    uint8_t padding[8];
    uint32_t entry_count;
    uint32_t after_the_last;
};

__attribute__((visibility("default"), aligned(16))) const struct common_data ICU_DATA = {
    .header_size = 32,
    .magic = {0xda, 0x27},
    .information = {.size = 20, .size_of_char = 2, .format = "CmnD", .format_version = {1, 0, 0, 0}},
};
