// rig-pinwatch OUTPUT NAME=PATH... : writes every change of a simulated pin's level, as the simulator sees it, with the time of its discovery
// on the monotonic clock: "<nanoseconds> <name> <level>". Looks every half millisecond.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { maximum_pins = 16 };

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int count, char **arguments) {
    int files[maximum_pins], levels[maximum_pins], pins = count - 2;
    if (pins < 1 || pins > maximum_pins) return 64;
    FILE *output = fopen(arguments[1], "a");
    if (!output) return 1;
    setvbuf(output, NULL, _IOLBF, 0);
    for (int i = 0; i < pins; i++) {
        char *path = strchr(arguments[i + 2], '=');
        if (!path) return 64;
        *path++ = 0;
        files[i] = open(path, O_RDONLY | O_CLOEXEC);
        if (files[i] < 0) {
            perror(path);
            return 1;
        }
        levels[i] = -1;
    }
    for (;;) {
        for (int i = 0; i < pins; i++) {
            char text[8];
            if (pread(files[i], text, sizeof text, 0) < 1) return 1;
            int level = text[0] == '1';
            if (level != levels[i]) fprintf(output, "%lld %s %d\n", now(), arguments[i + 2], level);
            levels[i] = level;
        }
        struct timespec pause = {0, 500000};
        nanosleep(&pause, NULL);
    }
}
