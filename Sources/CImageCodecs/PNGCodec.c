#include "CodecBufferAppend.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Source {
    const uint8_t *next;
    size_t left;
    CodecFailure *failure;
} Source;

static void readBytes(png_structp png, png_bytep bytes, size_t count) {
    Source *source = png_get_io_ptr(png);
    if (source->left < count) {
        source->failure->truncated = true;
        png_error(png, "the data ends too early");
    }
    memcpy(bytes, source->next, count);
    source->next += count;
    source->left -= count;
}

static void writeBytes(png_structp png, png_bytep bytes, size_t count) {
    if (!codecBufferAppend(png_get_io_ptr(png), bytes, count)) {
        png_error(png, "out of memory");
    }
}

static void flushNothing(png_structp png) { (void)png; }

static void fail(png_structp png, png_const_charp reason) {
    CodecFailure *failure = png_get_error_ptr(png);
    snprintf(failure->reason, sizeof failure->reason, "%s", reason);
    png_longjmp(png, 1);
}

static void ignoreWarning(png_structp png, png_const_charp warning) {
    (void)png;
    (void)warning;
}

static bool outOfMemory(CodecFailure *failure) {
    snprintf(failure->reason, sizeof failure->reason, "out of memory");
    return false;
}

static bool makeReader(
    Source *source, size_t chunkLimit, CodecFailure *failure, png_structp *png, png_infop *info) {
    *png = png_create_read_struct(PNG_LIBPNG_VER_STRING, failure, fail, ignoreWarning);
    *info = *png == NULL ? NULL : png_create_info_struct(*png);
    if (*info == NULL) {
        png_destroy_read_struct(png, NULL, NULL);
        return outOfMemory(failure);
    }
    png_set_read_fn(*png, source, readBytes);
    // Times the limit of one: what compressed texts may take together.
    png_set_chunk_cache_max(*png, 64);
    png_set_chunk_malloc_max(*png, chunkLimit);
    return true;
}

bool pngDecode(
    const uint8_t *bytes, size_t count, size_t chunkLimit, uint32_t width, uint32_t height,
    uint8_t *rgba, bool *hasAlpha, CodecFailure *failure) {
    Source source = {bytes, count, failure};
    png_structp png;
    png_infop info;
    if (!makeReader(&source, chunkLimit, failure, &png, &info)) {
        return false;
    }
    png_bytep *rows = malloc(height * sizeof *rows);
    if (rows == NULL) {
        png_destroy_read_struct(&png, &info, NULL);
        return outOfMemory(failure);
    }
    for (uint32_t row = 0; row < height; row++) {
        rows[row] = rgba + (size_t)row * width * 4;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        free(rows);
        return false;
    }
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_read_info(png, info);
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height) {
        png_error(png, "its two headers disagree about its size");
    }
    *hasAlpha = (png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA) != 0
        || png_get_valid(png, info, PNG_INFO_tRNS) != 0;
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != (size_t)width * 4) {
        png_error(png, "its pixels have an unknown form");
    }
    png_read_image(png, rows);
    png_read_end(png, NULL);
    png_destroy_read_struct(&png, &info, NULL);
    free(rows);
    return true;
}

/// Whether no chunk claims more bytes than the file has left: a text is allocated in full before a byte of it is
/// read, and libpng only warns of one beyond its limit.
static bool chunksFit(const uint8_t *bytes, size_t count) {
    size_t position = 8;
    while (position + 8 <= count) {
        const uint8_t *length = bytes + position;
        size_t size = (size_t)length[0] << 24 | (size_t)length[1] << 16 | (size_t)length[2] << 8 | length[3];
        if (size > count - position - 8) {
            return false;
        }
        position += 12 + size;
    }
    return true;
}

bool pngReadTexts(
    const uint8_t *bytes, size_t count, size_t chunkLimit, CodecBuffer *buffer,
    CodecFailure *failure) {
    if (!chunksFit(bytes, count)) {
        snprintf(failure->reason, sizeof failure->reason, "a chunk is longer than the file");
        return false;
    }
    Source source = {bytes, count, failure};
    png_structp png;
    png_infop info;
    if (!makeReader(&source, chunkLimit, failure, &png, &info)) {
        return false;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        return false;
    }
    // Of the others some are allocated in full before a byte of them is read.
    static const png_byte textChunks[] = "tEXt\0zTXt\0iTXt";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_AS_DEFAULT, textChunks, 3);
    png_read_info(png, info);
    // Only a started image is skipped by png_read_end.
    png_start_read_image(png);
    png_read_end(png, info);
    png_textp texts;
    int textCount = 0;
    png_get_text(png, info, &texts, &textCount);
    for (int index = 0; index < textCount; index++) {
        bool isUTF8 = texts[index].compression >= PNG_ITXT_COMPRESSION_NONE;
        const char *text = texts[index].text == NULL ? "" : texts[index].text;
        if (!codecBufferAppend(buffer, isUTF8 ? "U" : "L", 1)
            || !codecBufferAppend(buffer, texts[index].key, strlen(texts[index].key) + 1)
            || !codecBufferAppend(buffer, text, strlen(text) + 1)) {
            png_error(png, "out of memory");
        }
    }
    png_destroy_read_struct(&png, &info, NULL);
    return true;
}

bool pngEncode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
    const PNGTextChunk *texts, size_t textCount, CodecBuffer *buffer, CodecFailure *failure) {
    png_structp png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, failure, fail, ignoreWarning);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (info == NULL) {
        png_destroy_write_struct(&png, NULL);
        return outOfMemory(failure);
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return false;
    }
    int colorType = channels == 1 ? PNG_COLOR_TYPE_GRAY
        : channels == 3           ? PNG_COLOR_TYPE_RGB
                                  : PNG_COLOR_TYPE_RGB_ALPHA;
    png_set_write_fn(png, buffer, writeBytes, flushNothing);
    png_set_IHDR(
        png, info, width, height, 8, colorType, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT);
    for (size_t index = 0; index < textCount; index++) {
        png_text text = {0};
        text.compression =
            texts[index].isUTF8 ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE;
        text.key = (char *)texts[index].keyword;
        text.text = (char *)texts[index].text;
        if (texts[index].isUTF8) {
            text.itxt_length = strlen(texts[index].text);
        } else {
            text.text_length = strlen(texts[index].text);
        }
        png_set_text(png, info, &text, 1);
    }
    png_write_info(png, info);
    for (uint32_t row = 0; row < height; row++) {
        png_write_row(png, pixels + (size_t)row * width * (size_t)channels);
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return true;
}
