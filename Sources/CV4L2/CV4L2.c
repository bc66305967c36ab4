#define _GNU_SOURCE
#include "CV4L2.h"

#include <errno.h>
#include <fcntl.h>
#include <libv4l2.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

int pk_v4l2_open(const char *path) {
    int descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return -errno;
    // Anything else than a capture node (metadata, output, no video at all) stays a plain descriptor, on which the calls below work as well:
    // libv4l2 would complain about it on the standard error.
    struct v4l2_capability answer = {0};
    if (ioctl(descriptor, VIDIOC_QUERYCAP, &answer) < 0) return descriptor;
    uint32_t flags = answer.capabilities & V4L2_CAP_DEVICE_CAPS ? answer.device_caps : answer.capabilities;
    if (flags & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE)) (void)v4l2_fd_open(descriptor, V4L2_DISABLE_CONVERSION);
    return descriptor;
}

int pk_v4l2_close(int descriptor) {
    return v4l2_close(descriptor) < 0 ? -errno : 0;
}

int pk_v4l2_ioctl(int descriptor, unsigned long request, void *argument) {
    int result;
    do {
        result = v4l2_ioctl(descriptor, request, argument);
    } while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : result;
}

void *pk_v4l2_map(int descriptor, size_t byte_count, int64_t offset, int *failure) {
    void *address = v4l2_mmap(NULL, byte_count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset);
    if (address == MAP_FAILED || address == NULL) {
        *failure = -errno;
        return NULL;
    }
    *failure = 0;
    return address;
}

int pk_v4l2_unmap(void *address, size_t byte_count) {
    return v4l2_munmap(address, byte_count) < 0 ? -errno : 0;
}
