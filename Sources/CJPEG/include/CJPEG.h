// One whole JPEG image decoded or encoded by one call of libjpeg's API (libjpeg-turbo 2.0 or newer).
//
// libjpeg reports errors by longjmp. Here each call sets its own jump target, makes and destroys its own libjpeg object, and returns a
// status: nothing jumps across a caller, and nothing is kept from one image to the next (libjpeg would keep Huffman and quantisation
// tables, so that an image without tables would decode by those of the image before). Policy (which sizes, which kinds) is the caller's.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Room for libjpeg's longest message (JMSG_LENGTH_MAX) with its end.
#define PK_JPEG_MESSAGE_SIZE 200

enum pk_jpeg_status {
    PK_JPEG_OK = 0,
    /// The data are damaged or cut off; the message says where.
    PK_JPEG_CORRUPT = 1,
    /// A kind of JPEG that this libjpeg does not decode; the message says which.
    PK_JPEG_UNSUPPORTED = 2,
    /// libjpeg could not allocate.
    PK_JPEG_NO_MEMORY = 3,
    /// The image's size differs from the one that the caller read in the header.
    PK_JPEG_MISMATCH = 4,
    /// `capacity` is too small for the encoded image; try again with more.
    PK_JPEG_FULL = 5,
};

struct pk_jpeg_decode_request {
    /// The coded image's size, as the caller read it in the header.
    uint32_t width, height;
    /// The picture is ceil(width * eighths / 8) x ceil(height * eighths / 8); 1...8.
    uint32_t eighths;
    /// 1: luma only; 3: red, green, blue.
    uint32_t channels;
    /// More scans than this are an error (progressive files can have thousands of empty ones).
    uint32_t max_scans;
};

/// Decodes `count` bytes into dense rows of `channels` bytes a pixel, `capacity` bytes being at `pixels`.
/// Warnings of libjpeg are PK_JPEG_CORRUPT, except up to 16 stray bytes before a marker, which cameras write into sound images.
/// The pixels are undefined unless PK_JPEG_OK is returned. `message` is always terminated; it is empty when all is well.
int pk_jpeg_decode(const uint8_t *bytes, size_t count, const struct pk_jpeg_decode_request *request, uint8_t *pixels, size_t capacity,
                   char message[PK_JPEG_MESSAGE_SIZE]);

/// Encodes dense rows of `channels` (1 or 3) bytes a pixel, `width * height * channels` bytes being at `pixels`, as baseline JPEG (4:2:0).
/// @param quality 1...100
/// @param written The number of bytes at `bytes` when PK_JPEG_OK is returned.
int pk_jpeg_encode(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, int quality, uint8_t *bytes, size_t capacity,
                   size_t *written, char message[PK_JPEG_MESSAGE_SIZE]);
