#include "CodecBufferAppend.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

typedef struct ErrorManager {
    struct jpeg_error_mgr base;
    jmp_buf escape;
    CodecFailure *failure;
    bool damaged;
} ErrorManager;

static void fail(j_common_ptr codec) {
    ErrorManager *manager = (ErrorManager *)codec->err;
    char reason[JMSG_LENGTH_MAX];
    codec->err->format_message(codec, reason);
    snprintf(manager->failure->reason, sizeof manager->failure->reason, "%s", reason);
    if (codec->err->msg_code == JERR_INPUT_EMPTY || codec->err->msg_code == JERR_INPUT_EOF) {
        manager->failure->truncated = true;
    }
    longjmp(manager->escape, 1);
}

// libjpeg only warns about missing data and paints the rest grey; here that is a failure.
static void noteWarning(j_common_ptr codec, int level) {
    if (level >= 0) {
        return;
    }
    ErrorManager *manager = (ErrorManager *)codec->err;
    manager->base.num_warnings++;
    int code = codec->err->msg_code;
    if (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE) {
        char reason[JMSG_LENGTH_MAX];
        codec->err->format_message(codec, reason);
        snprintf(manager->failure->reason, sizeof manager->failure->reason, "%s", reason);
        manager->failure->truncated = manager->failure->truncated || code == JWRN_JPEG_EOF;
        manager->damaged = true;
    }
}

static void prepareErrors(ErrorManager *manager, CodecFailure *failure) {
    memset(manager, 0, sizeof *manager);
    jpeg_std_error(&manager->base);
    manager->base.error_exit = fail;
    manager->base.emit_message = noteWarning;
    manager->failure = failure;
}

typedef struct ScanLimit {
    struct jpeg_progress_mgr base;
    int limit;
} ScanLimit;

static void checkScans(j_common_ptr codec) {
    ScanLimit *scans = (ScanLimit *)codec->progress;
    if (codec->is_decompressor && ((j_decompress_ptr)codec)->input_scan_number > scans->limit) {
        ErrorManager *manager = (ErrorManager *)codec->err;
        snprintf(
            manager->failure->reason, sizeof manager->failure->reason, "it has more than %d scans",
            scans->limit);
        longjmp(manager->escape, 1);
    }
}

bool jpegReadHeader(const uint8_t *bytes, size_t count, JPEGHeader *header, CodecFailure *failure) {
    struct jpeg_decompress_struct decoder;
    ErrorManager errors;
    prepareErrors(&errors, failure);
    decoder.err = &errors.base;
    if (setjmp(errors.escape)) {
        jpeg_destroy_decompress(&decoder);
        return false;
    }
    jpeg_create_decompress(&decoder);
    jpeg_mem_src(&decoder, bytes, count);
    jpeg_read_header(&decoder, TRUE);
    header->width = decoder.image_width;
    header->height = decoder.image_height;
    header->isCMYK =
        decoder.jpeg_color_space == JCS_CMYK || decoder.jpeg_color_space == JCS_YCCK;
    header->isProgressive = jpeg_has_multiple_scans(&decoder);
    jpeg_destroy_decompress(&decoder);
    return true;
}

bool jpegDecode(
    const uint8_t *bytes, size_t count, int denominator, int scanLimit, uint32_t width,
    uint32_t height, uint8_t *rgb, CodecFailure *failure) {
    struct jpeg_decompress_struct decoder;
    ErrorManager errors;
    ScanLimit scans = {{0}, scanLimit};
    scans.base.progress_monitor = checkScans;
    prepareErrors(&errors, failure);
    decoder.err = &errors.base;
    if (setjmp(errors.escape)) {
        jpeg_destroy_decompress(&decoder);
        return false;
    }
    jpeg_create_decompress(&decoder);
    decoder.progress = &scans.base;
    jpeg_mem_src(&decoder, bytes, count);
    jpeg_read_header(&decoder, TRUE);
    decoder.out_color_space = JCS_RGB;
    decoder.scale_num = 1;
    decoder.scale_denom = (unsigned)denominator;
    jpeg_calc_output_dimensions(&decoder);
    if (decoder.output_width != width || decoder.output_height != height) {
        snprintf(failure->reason, sizeof failure->reason, "its headers disagree about its size");
        jpeg_destroy_decompress(&decoder);
        return false;
    }
    jpeg_start_decompress(&decoder);
    while (decoder.output_scanline < height) {
        JSAMPROW row = rgb + (size_t)decoder.output_scanline * width * 3;
        jpeg_read_scanlines(&decoder, &row, 1);
    }
    jpeg_finish_decompress(&decoder);
    jpeg_destroy_decompress(&decoder);
    return !errors.damaged;
}

typedef struct Destination {
    struct jpeg_destination_mgr base;
    CodecBuffer *buffer;
    uint8_t block[16384];
} Destination;

static void startBlock(j_compress_ptr encoder) {
    Destination *destination = (Destination *)encoder->dest;
    destination->base.next_output_byte = destination->block;
    destination->base.free_in_buffer = sizeof destination->block;
}

static boolean writeBlock(j_compress_ptr encoder) {
    Destination *destination = (Destination *)encoder->dest;
    // libjpeg hands over whole blocks; only the last one, in `writeRest`, is shorter.
    if (!codecBufferAppend(destination->buffer, destination->block, sizeof destination->block)) {
        ERREXIT1(encoder, JERR_OUT_OF_MEMORY, 0);
    }
    startBlock(encoder);
    return TRUE;
}

static void writeRest(j_compress_ptr encoder) {
    Destination *destination = (Destination *)encoder->dest;
    size_t count = sizeof destination->block - destination->base.free_in_buffer;
    if (!codecBufferAppend(destination->buffer, destination->block, count)) {
        ERREXIT1(encoder, JERR_OUT_OF_MEMORY, 0);
    }
}

bool jpegEncode(
    const uint8_t *rgb, uint32_t width, uint32_t height, int quality, CodecBuffer *buffer,
    CodecFailure *failure) {
    struct jpeg_compress_struct encoder;
    ErrorManager errors;
    Destination destination = {{0}, buffer, {0}};
    destination.base.init_destination = startBlock;
    destination.base.empty_output_buffer = writeBlock;
    destination.base.term_destination = writeRest;
    prepareErrors(&errors, failure);
    encoder.err = &errors.base;
    if (setjmp(errors.escape)) {
        jpeg_destroy_compress(&encoder);
        return false;
    }
    jpeg_create_compress(&encoder);
    encoder.dest = &destination.base;
    encoder.image_width = width;
    encoder.image_height = height;
    encoder.input_components = 3;
    encoder.in_color_space = JCS_RGB;
    jpeg_set_defaults(&encoder);
    jpeg_set_quality(&encoder, quality, TRUE);
    for (int component = 0; component < encoder.num_components; component++) {
        encoder.comp_info[component].h_samp_factor = 1;
        encoder.comp_info[component].v_samp_factor = 1;
    }
    jpeg_start_compress(&encoder, TRUE);
    while (encoder.next_scanline < height) {
        JSAMPROW row = (JSAMPROW)(rgb + (size_t)encoder.next_scanline * width * 3);
        jpeg_write_scanlines(&encoder, &row, 1);
    }
    jpeg_finish_compress(&encoder);
    jpeg_destroy_compress(&encoder);
    return true;
}
