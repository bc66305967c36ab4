// For LD_PRELOAD: lets a camera's driver refuse what it would not refuse here, such as the bandwidth that a USB bus lacks.
// /run/rig-refuse holds the name of a request and an error number: "STREAMON 28". No file, no refusal.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int refused(unsigned long request) {
    char name[32];
    int number = 0;
    FILE *file = fopen("/run/rig-refuse", "re");
    if (!file) return 0;
    int read = fscanf(file, "%31s %d", name, &number);
    fclose(file);
    if (read != 2) return 0;
    if (request == VIDIOC_STREAMON && !strcmp(name, "STREAMON")) return number;
    if (request == VIDIOC_S_FMT && !strcmp(name, "S_FMT")) return number;
    if (request == VIDIOC_REQBUFS && !strcmp(name, "REQBUFS")) return number;
    if (request == VIDIOC_DQBUF && !strcmp(name, "DQBUF")) return number;
    return 0;
}

int v4l2_ioctl(int fd, unsigned long request, ...) {
    static int (*next)(int, unsigned long, ...);
    if (!next) next = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "v4l2_ioctl");
    va_list list;
    va_start(list, request);
    void *argument = va_arg(list, void *);
    va_end(list);
    int number = refused(request);
    if (number) {
        errno = number;
        return -1;
    }
    return next(fd, request, argument);
}
