#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

// Logitech C270 and C910, among others, write a few stray bytes before restart markers into images that are sound otherwise.
#define MAX_STRAY_BYTES 16

struct failure {
    struct jpeg_error_mgr base; // first: libjpeg hands back a pointer to it
    jmp_buf target;
    int status;
    char *message;
};

static int status_of(int code) {
    switch (code) {
    case JERR_OUT_OF_MEMORY:
        return PK_JPEG_NO_MEMORY;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_NOTIMPL:
    case JERR_COMPONENT_COUNT:
        return PK_JPEG_UNSUPPORTED;
    default:
        return PK_JPEG_CORRUPT;
    }
}

_Noreturn static void fail(struct failure *failure, int status) {
    failure->status = status;
    longjmp(failure->target, 1);
}

static void on_error(j_common_ptr info) {
    struct failure *failure = (struct failure *)info->err;
    info->err->format_message(info, failure->message);
    fail(failure, status_of(info->err->msg_code));
}

static void on_message(j_common_ptr info, int level) {
    if (level >= 0)
        return; // a trace message
    if (info->err->msg_code == JWRN_EXTRANEOUS_DATA && info->err->msg_parm.i[0] <= MAX_STRAY_BYTES)
        return;
    on_error(info);
}

static void no_output(j_common_ptr info) { (void)info; }

static void prepare_errors(struct failure *failure, char *message) {
    jpeg_std_error(&failure->base);
    failure->base.error_exit = on_error;
    failure->base.emit_message = on_message;
    failure->base.output_message = no_output;
    failure->status = PK_JPEG_OK;
    failure->message = message;
    message[0] = 0;
}

_Static_assert(JMSG_LENGTH_MAX <= PK_JPEG_MESSAGE_SIZE, "libjpeg writes messages of up to JMSG_LENGTH_MAX bytes");

struct scan_limit {
    struct jpeg_progress_mgr base; // first: libjpeg hands back a pointer to it
    int max_scans;
};

// Called before each row of blocks that libjpeg reads of an image with several scans.
static void on_progress(j_common_ptr info) {
    struct scan_limit *limit = (struct scan_limit *)info->progress;
    if (((j_decompress_ptr)info)->input_scan_number <= limit->max_scans)
        return;
    struct failure *failure = (struct failure *)info->err;
    snprintf(failure->message, PK_JPEG_MESSAGE_SIZE, "more than %d scans", limit->max_scans);
    fail(failure, PK_JPEG_UNSUPPORTED);
}

int pk_jpeg_decode(const uint8_t *bytes, size_t count, const struct pk_jpeg_decode_request *request, uint8_t *pixels, size_t capacity,
                   char message[PK_JPEG_MESSAGE_SIZE]) {
    struct jpeg_decompress_struct info;
    struct failure failure;
    struct scan_limit limit;

    memset(&info, 0, sizeof info);
    memset(&limit, 0, sizeof limit);
    prepare_errors(&failure, message);
    info.err = &failure.base;
    // No local variable changes between setjmp and a longjmp and is read afterwards; info and failure live in memory.
    if (setjmp(failure.target)) {
        jpeg_destroy_decompress(&info);
        return failure.status;
    }

    jpeg_create_decompress(&info);
    limit.base.progress_monitor = on_progress;
    limit.max_scans = (int)request->max_scans;
    info.progress = &limit.base;
    jpeg_mem_src(&info, (unsigned char *)bytes, (unsigned long)count);
    jpeg_read_header(&info, TRUE);
    if (info.image_width != request->width || info.image_height != request->height)
        fail(&failure, PK_JPEG_MISMATCH);

    info.out_color_space = request->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    info.scale_num = request->eighths;
    info.scale_denom = 8;
    // The settings under which libjpeg-turbo's C and SIMD code agree bit for bit.
    info.dct_method = JDCT_ISLOW;
    info.do_fancy_upsampling = TRUE;
    info.do_block_smoothing = FALSE;
    jpeg_start_decompress(&info);

    size_t row_size = (size_t)info.output_width * (size_t)info.output_components;
    if ((uint32_t)info.output_components != request->channels || row_size == 0 || capacity / row_size < info.output_height)
        fail(&failure, PK_JPEG_MISMATCH);
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = pixels + (size_t)info.output_scanline * row_size;
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return PK_JPEG_OK;
}

struct fixed_destination {
    struct jpeg_destination_mgr base; // first: libjpeg hands back a pointer to it
    uint8_t *bytes;
    size_t capacity;
};

static void start_output(j_compress_ptr info) {
    struct fixed_destination *destination = (struct fixed_destination *)info->dest;
    destination->base.next_output_byte = destination->bytes;
    destination->base.free_in_buffer = destination->capacity;
}

static boolean output_full(j_compress_ptr info) {
    fail((struct failure *)info->err, PK_JPEG_FULL);
}

static void end_output(j_compress_ptr info) { (void)info; }

int pk_jpeg_encode(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, int quality, uint8_t *bytes, size_t capacity,
                   size_t *written, char message[PK_JPEG_MESSAGE_SIZE]) {
    struct jpeg_compress_struct info;
    struct failure failure;
    struct fixed_destination destination;

    memset(&info, 0, sizeof info);
    memset(&destination, 0, sizeof destination);
    *written = 0;
    prepare_errors(&failure, message);
    if (capacity == 0)
        return PK_JPEG_FULL;
    info.err = &failure.base;
    // As in pk_jpeg_decode, nothing that changes after this line is read after a jump.
    if (setjmp(failure.target)) {
        jpeg_destroy_compress(&info);
        return failure.status;
    }

    jpeg_create_compress(&info);
    destination.base.init_destination = start_output;
    destination.base.empty_output_buffer = output_full;
    destination.base.term_destination = end_output;
    destination.bytes = bytes;
    destination.capacity = capacity;
    info.dest = &destination.base;
    info.image_width = width;
    info.image_height = height;
    info.input_components = (int)channels;
    info.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    info.dct_method = JDCT_ISLOW;
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = (JSAMPROW)pixels + (size_t)info.next_scanline * width * channels;
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    *written = capacity - destination.base.free_in_buffer;
    jpeg_destroy_compress(&info);
    return PK_JPEG_OK;
}
