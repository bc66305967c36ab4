// libgpiod 2.x. A request outlives its chip's handle here, so only the request is kept.
#include "CGPIO.h"
#include "gpio_names.h"

#include <gpiod.h>
#include <stdlib.h>

#ifndef GPIOD_LINE_BULK_MAX_LINES

struct pk_gpio_output {
    struct gpiod_line_request *request;
    unsigned int offset;
};

int pk_gpio_api_version(void) { return 2; }

int pk_gpio_read_chip(const char *path, struct pk_gpio_chip_info *out) {
    memset(out, 0, sizeof *out);
    pk_gpio_copy_name(out->path, sizeof out->path, path);
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) return out->error = pk_gpio_failure();
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
    if (info) {
        pk_gpio_copy_name(out->name, sizeof out->name, gpiod_chip_info_get_name(info));
        pk_gpio_copy_name(out->label, sizeof out->label, gpiod_chip_info_get_label(info));
        out->line_count = (uint32_t)gpiod_chip_info_get_num_lines(info);
        gpiod_chip_info_free(info);
    } else {
        out->error = pk_gpio_failure();
    }
    gpiod_chip_close(chip);
    return out->error;
}

int pk_gpio_read_lines(const char *path, struct pk_gpio_line_info *lines, uint32_t capacity) {
    struct pk_gpio_chip_info about;
    int failure = pk_gpio_read_chip(path, &about);
    if (failure != 0) return failure;
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) return pk_gpio_failure();
    uint32_t count = about.line_count < capacity ? about.line_count : capacity;
    for (uint32_t offset = 0; offset < count; offset++) {
        struct gpiod_line_info *line = gpiod_chip_get_line_info(chip, offset);
        if (!line) {
            failure = pk_gpio_failure();
            gpiod_chip_close(chip);
            return failure;
        }
        struct pk_gpio_line_info *info = &lines[offset];
        memset(info, 0, sizeof *info);
        info->offset = offset;
        info->is_used = gpiod_line_info_is_used(line);
        info->is_output = gpiod_line_info_get_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
        info->is_active_low = gpiod_line_info_is_active_low(line);
        pk_gpio_copy_name(info->name, sizeof info->name, gpiod_line_info_get_name(line));
        pk_gpio_copy_name(info->consumer, sizeof info->consumer, gpiod_line_info_get_consumer(line));
        gpiod_line_info_free(line);
    }
    gpiod_chip_close(chip);
    return (int)count;
}

static enum gpiod_line_bias bias_of(enum pk_gpio_bias bias) {
    switch (bias) {
    case PK_GPIO_BIAS_DISABLED: return GPIOD_LINE_BIAS_DISABLED;
    case PK_GPIO_BIAS_PULL_UP: return GPIOD_LINE_BIAS_PULL_UP;
    case PK_GPIO_BIAS_PULL_DOWN: return GPIOD_LINE_BIAS_PULL_DOWN;
    case PK_GPIO_BIAS_AS_IS: break;
    }
    return GPIOD_LINE_BIAS_AS_IS;
}

// Direction, polarity, bias and value in one settings object, so that the kernel applies them together.
static int request_line(struct gpiod_chip *chip, unsigned int offset, const char *consumer, int active_low, enum pk_gpio_bias bias,
                        int initial_active, struct gpiod_line_request **request) {
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    struct gpiod_line_config *lines = gpiod_line_config_new();
    struct gpiod_request_config *config = gpiod_request_config_new();
    int failure = -ENOMEM;
    if (settings && lines && config) {
        gpiod_request_config_set_consumer(config, consumer);
        gpiod_line_settings_set_active_low(settings, active_low != 0);
        enum gpiod_line_value value = initial_active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
        if (gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT) == 0
            && gpiod_line_settings_set_bias(settings, bias_of(bias)) == 0
            && gpiod_line_settings_set_output_value(settings, value) == 0
            && gpiod_line_config_add_line_settings(lines, &offset, 1, settings) == 0
            && (*request = gpiod_chip_request_lines(chip, config, lines)) != NULL) {
            failure = 0;
        } else {
            failure = pk_gpio_failure();
        }
    }
    if (config) gpiod_request_config_free(config);
    if (lines) gpiod_line_config_free(lines);
    if (settings) gpiod_line_settings_free(settings);
    return failure;
}

int pk_gpio_request_output(const char *path, const char *label, uint32_t offset, const char *consumer, int active_low,
                           enum pk_gpio_bias bias, int initial_active, struct pk_gpio_output **output) {
    *output = NULL;
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) return pk_gpio_failure();
    struct pk_gpio_output *handle = NULL;
    int failure = 0;
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
    if (!info) {
        failure = pk_gpio_failure();
    } else {
        if (strcmp(gpiod_chip_info_get_label(info), label) != 0) failure = -ESTALE;
        else if (offset >= gpiod_chip_info_get_num_lines(info)) failure = -ENOENT;
        gpiod_chip_info_free(info);
    }
    if (failure == 0 && !(handle = calloc(1, sizeof *handle))) failure = -ENOMEM;
    if (failure == 0) {
        handle->offset = offset;
        failure = request_line(chip, offset, consumer, active_low, bias, initial_active, &handle->request);
    }
    gpiod_chip_close(chip);
    if (failure != 0) {
        free(handle);
        return failure;
    }
    *output = handle;
    return 0;
}

int pk_gpio_set(struct pk_gpio_output *output, int active) {
    enum gpiod_line_value value = active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
    return gpiod_line_request_set_value(output->request, output->offset, value) == 0 ? 0 : pk_gpio_failure();
}

int pk_gpio_get(struct pk_gpio_output *output) {
    switch (gpiod_line_request_get_value(output->request, output->offset)) {
    case GPIOD_LINE_VALUE_INACTIVE: return 0;
    case GPIOD_LINE_VALUE_ACTIVE: return 1;
    default: return pk_gpio_failure();
    }
}

void pk_gpio_release(struct pk_gpio_output *output) {
    if (!output) return;
    gpiod_line_request_release(output->request);
    free(output);
}

#endif
