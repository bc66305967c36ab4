// GPIO output lines through libgpiod, whichever of its two incompatible interfaces this machine has.
//
// gpio_v1.c serves libgpiod 1.x (Debian 12), gpio_v2.c serves libgpiod 2.x (Debian 13); the header's own macros choose at compile time.
// Every function that can fail returns a negative errno. Nothing here keeps global state, so different handles may be used on different
// threads; one handle belongs to one thread at a time.
#pragma once

#include <stdint.h>

// The kernel's names have at most 31 characters; paths are "/dev/gpiochipN".
#define PK_GPIO_NAME_BYTES 32
#define PK_GPIO_PATH_BYTES 64

struct pk_gpio_chip_info {
    char path[PK_GPIO_PATH_BYTES];
    char name[PK_GPIO_NAME_BYTES];
    char label[PK_GPIO_NAME_BYTES];
    uint32_t line_count;
    // 0, or the negative errno with which the chip could not be opened or read; then only `path` is filled in.
    int32_t error;
};

struct pk_gpio_line_info {
    uint32_t offset;
    uint8_t is_used;
    uint8_t is_output;
    uint8_t is_active_low;
    char name[PK_GPIO_NAME_BYTES];
    char consumer[PK_GPIO_NAME_BYTES];
};

enum pk_gpio_bias {
    PK_GPIO_BIAS_AS_IS = 0,
    PK_GPIO_BIAS_DISABLED = 1,
    PK_GPIO_BIAS_PULL_UP = 2,
    PK_GPIO_BIAS_PULL_DOWN = 3,
};

// One requested output line.
struct pk_gpio_output;

// The major version of libgpiod's interface this was compiled for: 1 or 2.
int pk_gpio_api_version(void);

// Lists the character devices "gpiochip<number>" of a directory ("/dev"), not following links. Opens each one for its name and label;
// requests no line. Returns how many there are, which may be more than `capacity` entries were filled in for, or a negative errno.
int pk_gpio_list_chips(const char *directory, struct pk_gpio_chip_info *chips, uint32_t capacity);

// Fills in one chip's information. Returns 0 or a negative errno, which is also stored in `error`.
int pk_gpio_read_chip(const char *path, struct pk_gpio_chip_info *chip);

// Reads the lines of a chip in the order of their offsets, up to `capacity` of them. Returns how many were filled in or a negative errno.
int pk_gpio_read_lines(const char *path, struct pk_gpio_line_info *lines, uint32_t capacity);

// Requests one line as an output that has its value from the first moment: direction and value travel in one ioctl.
// `label` is what the chip must still be called (a chip can be unplugged and another take its number): -ESTALE if it is not.
// `initial_active` and later values are logical: `active_low` turns them round. Returns 0 or a negative errno.
int pk_gpio_request_output(const char *path, const char *label, uint32_t offset, const char *consumer, int active_low,
                           enum pk_gpio_bias bias, int initial_active, struct pk_gpio_output **output);

// Sets the logical value. Returns 0 or a negative errno.
int pk_gpio_set(struct pk_gpio_output *output, int active);

// Reads the logical value at the pin. Returns 0, 1 or a negative errno.
int pk_gpio_get(struct pk_gpio_output *output);

// Gives the line back to the kernel and frees the handle. What the pin does next is up to the kernel and to its pull resistor.
void pk_gpio_release(struct pk_gpio_output *output);
