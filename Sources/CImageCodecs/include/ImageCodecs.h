// libpng and libjpeg report errors by longjmp, which Swift code must never cross. These functions keep
// the setjmp on the C side: each returns false and a sentence instead.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Why a call failed.
typedef struct CodecFailure {
    /// The data ends before the image does.
    bool truncated;
    /// The library's own words, zero-terminated.
    char reason[200];
} CodecFailure;

/// Bytes a call returns; the caller gives them back with `codecBufferFree`.
typedef struct CodecBuffer {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
} CodecBuffer;

/// Frees what a call returned and empties the buffer.
void codecBufferFree(CodecBuffer *buffer);

/// One text chunk of a PNG file.
typedef struct PNGTextChunk {
    /// 1–79 Latin-1 characters, zero-terminated.
    const char *keyword;
    /// The text, zero-terminated.
    const char *text;
    /// UTF-8 (an iTXt chunk) instead of Latin-1 (a tEXt chunk).
    bool isUTF8;
} PNGTextChunk;

/// Decodes a PNG file into 8-bit RGBA rows of `width * height * 4` bytes; gamma and profiles are ignored.
///
/// `hasAlpha` tells whether the file carries transparency (an alpha channel or a tRNS chunk).
bool pngDecode(
    const uint8_t *bytes, size_t count, size_t chunkLimit, uint32_t width, uint32_t height,
    uint8_t *rgba, bool *hasAlpha, CodecFailure *failure);

/// Appends every text chunk of a PNG file to `buffer` as 'L' (Latin-1) or 'U' (UTF-8), keyword, 0, text, 0.
bool pngReadTexts(
    const uint8_t *bytes, size_t count, size_t chunkLimit, CodecBuffer *buffer,
    CodecFailure *failure);

/// Encodes 8-bit rows of `channels` (1 grey, 3 RGB, 4 RGBA) as a PNG file with text chunks.
bool pngEncode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
    const PNGTextChunk *texts, size_t textCount, CodecBuffer *buffer, CodecFailure *failure);

/// What a JPEG file's header says.
typedef struct JPEGHeader {
    uint32_t width;
    uint32_t height;
    /// CMYK or YCCK.
    bool isCMYK;
    /// Decoding needs a buffer for the whole image's coefficients.
    bool isProgressive;
} JPEGHeader;

/// Reads a JPEG file's header.
bool jpegReadHeader(const uint8_t *bytes, size_t count, JPEGHeader *header, CodecFailure *failure);

/// Decodes a JPEG file at 1/`denominator` (1, 2, 4 or 8) of its size into 8-bit RGB rows.
///
/// `width` and `height` are those of the result: the header's, divided by `denominator`, rounded up.
/// A file with more than `scanLimit` scans is refused.
bool jpegDecode(
    const uint8_t *bytes, size_t count, int denominator, int scanLimit, uint32_t width,
    uint32_t height, uint8_t *rgb, CodecFailure *failure);

/// Encodes 8-bit RGB rows as a JPEG file without chroma subsampling; `quality` is 1–100.
bool jpegEncode(
    const uint8_t *rgb, uint32_t width, uint32_t height, int quality, CodecBuffer *buffer,
    CodecFailure *failure);
