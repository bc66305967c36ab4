// yuyv CLIP COUNT : the first pictures of a motion JPEG file as raw YUYV frames on the standard output.
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

int main(int count, char **arguments) {
    FILE *clip = count == 3 ? fopen(arguments[1], "rb") : NULL;
    if (!clip) return 64;
    fseek(clip, 0, SEEK_END);
    unsigned long size = ftell(clip), start = 0;
    unsigned char *content = malloc(size);
    rewind(clip);
    if (!content || fread(content, 1, size, clip) != size) return 1;
    for (int left = atoi(arguments[2]); left > 0 && start + 2 < size; left--) {
        unsigned long end = start + 2;
        while (end + 1 < size && !(content[end] == 0xff && content[end + 1] == 0xd9)) end++;
        end += 2;
        struct jpeg_decompress_struct decoder;
        struct jpeg_error_mgr errors;
        decoder.err = jpeg_std_error(&errors);
        jpeg_create_decompress(&decoder);
        jpeg_mem_src(&decoder, content + start, end - start);
        jpeg_read_header(&decoder, TRUE);
        decoder.out_color_space = JCS_YCbCr;
        jpeg_start_decompress(&decoder);
        unsigned width = decoder.output_width;
        unsigned char *row = malloc(width * 3), *packed = malloc(width * 2);
        while (decoder.output_scanline < decoder.output_height) {
            jpeg_read_scanlines(&decoder, &row, 1);
            // From the full range of JPEG to the range of video, two pixels sharing their colour.
            for (unsigned x = 0; x + 1 < width; x += 2) {
                unsigned char *left_pixel = row + x * 3, *right_pixel = left_pixel + 3;
                packed[x * 2] = 16 + left_pixel[0] * 219 / 255;
                packed[x * 2 + 2] = 16 + right_pixel[0] * 219 / 255;
                packed[x * 2 + 1] = 128 + ((left_pixel[1] + right_pixel[1]) / 2 - 128) * 224 / 255;
                packed[x * 2 + 3] = 128 + ((left_pixel[2] + right_pixel[2]) / 2 - 128) * 224 / 255;
            }
            if (fwrite(packed, 2, width, stdout) != width) return 1;
        }
        jpeg_finish_decompress(&decoder);
        jpeg_destroy_decompress(&decoder);
        free(row);
        free(packed);
        start = end;
    }
    return 0;
}
