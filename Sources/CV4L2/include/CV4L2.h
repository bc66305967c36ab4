// What Swift cannot call directly of V4L2: ioctl numbers (macros with casts), libv4l2's variadic functions. Nothing more.
#pragma once

#include <linux/videodev2.h>
#include <stddef.h>
#include <stdint.h>

static const unsigned long pk_vidioc_querycap = VIDIOC_QUERYCAP;
static const unsigned long pk_vidioc_enum_fmt = VIDIOC_ENUM_FMT;
static const unsigned long pk_vidioc_enum_framesizes = VIDIOC_ENUM_FRAMESIZES;
static const unsigned long pk_vidioc_enum_frameintervals = VIDIOC_ENUM_FRAMEINTERVALS;
static const unsigned long pk_vidioc_g_fmt = VIDIOC_G_FMT;
static const unsigned long pk_vidioc_s_fmt = VIDIOC_S_FMT;
static const unsigned long pk_vidioc_s_parm = VIDIOC_S_PARM;
static const unsigned long pk_vidioc_reqbufs = VIDIOC_REQBUFS;
static const unsigned long pk_vidioc_querybuf = VIDIOC_QUERYBUF;
static const unsigned long pk_vidioc_qbuf = VIDIOC_QBUF;
static const unsigned long pk_vidioc_dqbuf = VIDIOC_DQBUF;
static const unsigned long pk_vidioc_streamon = VIDIOC_STREAMON;
static const unsigned long pk_vidioc_streamoff = VIDIOC_STREAMOFF;

/// Opens a video node for reading and writing without blocking (O_RDWR | O_NONBLOCK | O_CLOEXEC) and hands it to libv4l2 with
/// conversion off: libv4l2's plugins (such as the one for multi-planar devices) work, and formats are what the driver gives.
/// Returns the descriptor, or -errno. Corresponds to open and v4l2_fd_open.
int pk_v4l2_open(const char *path);

/// Returns 0, or -errno. Corresponds to v4l2_close.
int pk_v4l2_close(int descriptor);

/// Tries again after a signal. Returns 0 (or the positive answer of the request), or -errno. Corresponds to v4l2_ioctl.
int pk_v4l2_ioctl(int descriptor, unsigned long request, void *argument);

/// Maps one buffer of the driver, readable and writable, shared. Returns its address, or NULL with -errno in `*failure`.
/// Corresponds to v4l2_mmap.
void *pk_v4l2_map(int descriptor, size_t byte_count, int64_t offset, int *failure);

/// Returns 0, or -errno. Corresponds to v4l2_munmap.
int pk_v4l2_unmap(void *address, size_t byte_count);
