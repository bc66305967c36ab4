// libgpiod 1.x. Its header defines GPIOD_LINE_BULK_MAX_LINES, which 2.x does not.
#include "CGPIO.h"
#include "gpio_names.h"

#include <gpiod.h>
#include <stdlib.h>

#ifdef GPIOD_LINE_BULK_MAX_LINES

// A line of libgpiod 1 belongs to its chip, which has to stay open as long as the line is held.
struct pk_gpio_output {
    struct gpiod_chip *chip;
    struct gpiod_line *line;
};

int pk_gpio_api_version(void) { return 1; }

int pk_gpio_read_chip(const char *path, struct pk_gpio_chip_info *info) {
    memset(info, 0, sizeof *info);
    pk_gpio_copy_name(info->path, sizeof info->path, path);
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) return info->error = pk_gpio_failure();
    pk_gpio_copy_name(info->name, sizeof info->name, gpiod_chip_name(chip));
    pk_gpio_copy_name(info->label, sizeof info->label, gpiod_chip_label(chip));
    info->line_count = gpiod_chip_num_lines(chip);
    gpiod_chip_close(chip);
    return 0;
}

int pk_gpio_read_lines(const char *path, struct pk_gpio_line_info *lines, uint32_t capacity) {
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) return pk_gpio_failure();
    uint32_t count = gpiod_chip_num_lines(chip);
    if (count > capacity) count = capacity;
    for (uint32_t offset = 0; offset < count; offset++) {
        struct gpiod_line *line = gpiod_chip_get_line(chip, offset);
        if (!line) {
            int failure = pk_gpio_failure();
            gpiod_chip_close(chip);
            return failure;
        }
        struct pk_gpio_line_info *info = &lines[offset];
        memset(info, 0, sizeof *info);
        info->offset = offset;
        info->is_used = gpiod_line_is_used(line);
        info->is_output = gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
        info->is_active_low = gpiod_line_active_state(line) == GPIOD_LINE_ACTIVE_STATE_LOW;
        pk_gpio_copy_name(info->name, sizeof info->name, gpiod_line_name(line));
        pk_gpio_copy_name(info->consumer, sizeof info->consumer, gpiod_line_consumer(line));
    }
    gpiod_chip_close(chip);
    return (int)count;
}

static int flags_of(int active_low, enum pk_gpio_bias bias) {
    int flags = active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
    switch (bias) {
    case PK_GPIO_BIAS_AS_IS: break;
    case PK_GPIO_BIAS_DISABLED: flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE; break;
    case PK_GPIO_BIAS_PULL_UP: flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP; break;
    case PK_GPIO_BIAS_PULL_DOWN: flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN; break;
    }
    return flags;
}

int pk_gpio_request_output(const char *path, const char *label, uint32_t offset, const char *consumer, int active_low,
                           enum pk_gpio_bias bias, int initial_active, struct pk_gpio_output **output) {
    *output = NULL;
    struct pk_gpio_output *handle = calloc(1, sizeof *handle);
    if (!handle) return -ENOMEM;
    int failure;
    handle->chip = gpiod_chip_open(path);
    if (!handle->chip) {
        failure = pk_gpio_failure();
        free(handle);
        return failure;
    }
    struct gpiod_line_request_config config = {
        .consumer = consumer,
        .request_type = GPIOD_LINE_REQUEST_DIRECTION_OUTPUT,
        .flags = flags_of(active_low, bias),
    };
    if (strcmp(gpiod_chip_label(handle->chip), label) != 0) {
        failure = -ESTALE;
    } else if (offset >= gpiod_chip_num_lines(handle->chip)) {
        failure = -ENOENT;
    } else if (!(handle->line = gpiod_chip_get_line(handle->chip, offset))) {
        failure = pk_gpio_failure();
    } else if (gpiod_line_request(handle->line, &config, initial_active ? 1 : 0) != 0) {
        failure = pk_gpio_failure();
    } else {
        *output = handle;
        return 0;
    }
    gpiod_chip_close(handle->chip);
    free(handle);
    return failure;
}

int pk_gpio_set(struct pk_gpio_output *output, int active) {
    return gpiod_line_set_value(output->line, active ? 1 : 0) == 0 ? 0 : pk_gpio_failure();
}

int pk_gpio_get(struct pk_gpio_output *output) {
    int value = gpiod_line_get_value(output->line);
    return value < 0 ? pk_gpio_failure() : value != 0;
}

void pk_gpio_release(struct pk_gpio_output *output) {
    if (!output) return;
    gpiod_line_release(output->line);
    gpiod_chip_close(output->chip);
    free(output);
}

#endif
