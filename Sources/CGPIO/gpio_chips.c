// The list of a machine's GPIO chips: the same for both versions of libgpiod.
#include "CGPIO.h"
#include "gpio_names.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

// "gpiochip" and a number, nothing else: udev's and users' links have other names or are links.
static int is_chip_name(const char *name) {
    static const char prefix[] = "gpiochip";
    if (strncmp(name, prefix, sizeof prefix - 1) != 0) return 0;
    const char *number = name + sizeof prefix - 1;
    size_t digits = strspn(number, "0123456789");
    return digits > 0 && digits < 10 && number[digits] == 0;
}

int pk_gpio_list_chips(const char *directory, struct pk_gpio_chip_info *chips, uint32_t capacity) {
    DIR *entries = opendir(directory);
    if (!entries) return pk_gpio_failure();
    int count = 0;
    for (const struct dirent *entry = readdir(entries); entry; entry = readdir(entries)) {
        char path[PK_GPIO_PATH_BYTES];
        struct stat status;
        if (!is_chip_name(entry->d_name)) continue;
        int length = snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        if (length < 0 || (size_t)length >= sizeof path) continue;
        if (lstat(path, &status) != 0 || !S_ISCHR(status.st_mode)) continue;
        // A chip that cannot be opened is listed too, with its error: "no permission" must not read as "no such chip".
        if ((uint32_t)count < capacity) (void)pk_gpio_read_chip(path, &chips[count]);
        count++;
    }
    closedir(entries);
    return count;
}
