// rig-feed DEVICE WIDTHxHEIGHT FOURCC FPS FILE [DAMAGE EVERY] : plays a file into a v4l2loopback camera for ever, in real time.
//
// FILE: for MJPG JPEGs one after another; for YUYV raw frames. DAMAGE, done to every EVERYth frame: `cut` (half of it), `flip` (64 bytes of
// it), `noise` (no picture at all), `empty` (three bytes). Writes how many frames it gave to /run/rig-feed.count.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static unsigned char *content;
static size_t size;

static void load(const char *path) {
    struct stat facts;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &facts) || !(content = malloc(facts.st_size))) {
        perror(path);
        exit(1);
    }
    while (size < (size_t)facts.st_size) {
        ssize_t part = read(file, content + size, facts.st_size - size);
        if (part <= 0) exit(1);
        size += part;
    }
    close(file);
}

// The end of the JPEG that starts at `start`: after an end marker that another picture, or nothing, follows.
static size_t jpeg_end(size_t start) {
    for (size_t i = start + 2; i + 1 < size; i++)
        if (content[i] == 0xff && content[i + 1] == 0xd9 && (i + 3 >= size || (content[i + 2] == 0xff && content[i + 3] == 0xd8))) return i + 2;
    return size;
}

static size_t damage(const char *kind, unsigned char *frame, size_t length) {
    static unsigned state = 1;
    if (!strcmp(kind, "cut")) return length / 2;
    if (!strcmp(kind, "empty")) return 3;
    size_t bytes = !strcmp(kind, "noise") ? length : 64;
    for (size_t i = 0; i < bytes; i++) {
        state = state * 1664525 + 1013904223;
        frame[bytes == length ? i : state % length] ^= (state >> 24) | 1;
    }
    return length;
}

int main(int count, char **arguments) {
    unsigned width, height, every = count > 7 ? atoi(arguments[7]) : 0;
    if (count < 6 || sscanf(arguments[2], "%ux%u", &width, &height) != 2 || strlen(arguments[3]) != 4) return 64;
    double rate = atof(arguments[4]);
    int compressed = !strcmp(arguments[3], "MJPG");
    load(arguments[5]);
    int device = -1;
    // While a reader lets go of the stream of a producer that is gone, the driver takes no other format; a fresh descriptor may have one.
    for (int tries = 0; device < 0; tries++) {
        device = open(arguments[1], O_RDWR | O_CLOEXEC);
        struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
        format.fmt.pix.width = width;
        format.fmt.pix.height = height;
        memcpy(&format.fmt.pix.pixelformat, arguments[3], 4);
        format.fmt.pix.field = V4L2_FIELD_NONE;
        format.fmt.pix.sizeimage = width * height * 2;
        format.fmt.pix.bytesperline = compressed ? 0 : width * 2;
        format.fmt.pix.colorspace = V4L2_COLORSPACE_SRGB;
        // Asking for its abilities makes the driver offer its output again, after a reader saw it as a camera.
        struct v4l2_capability abilities;
        if (device >= 0 && ioctl(device, VIDIOC_QUERYCAP, &abilities) == 0 && ioctl(device, VIDIOC_S_FMT, &format) == 0) break;
        if (tries == 300) {
            perror(arguments[1]);
            return 1;
        }
        if (device >= 0) close(device);
        device = -1;
        nanosleep(&(struct timespec){0, 100000000}, NULL);
    }
    struct v4l2_streamparm timing = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
    timing.parm.output.timeperframe = (struct v4l2_fract){1000, (unsigned)(rate * 1000)};
    ioctl(device, VIDIOC_S_PARM, &timing);
    unsigned char *frame = malloc(size);
    int counter = open("/run/rig-feed.count", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    size_t start = 0;
    for (unsigned long number = 1;; number++) {
        size_t end = compressed ? jpeg_end(start) : start + (size_t)width * height * 2;
        if (end > size) return 65;
        size_t length = end - start;
        memcpy(frame, content + start, length);
        if (every && number % every == 0) length = damage(arguments[6], frame, length);
        if (write(device, frame, length) < 0) {
            perror("write");
            return 1;
        }
        char text[24];
        int digits = snprintf(text, sizeof text, "%lu\n", number);
        if (pwrite(counter, text, digits, 0) < 0) return 1;
        start = end >= size ? 0 : end;
        next.tv_nsec += (long)(1e9 / rate);
        next.tv_sec += next.tv_nsec / 1000000000;
        next.tv_nsec %= 1000000000;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    }
}
