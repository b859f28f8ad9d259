#pragma once

#include "ImageCodecs.h"

/// Copies `count` bytes to the end of the buffer; false when there is no memory.
bool codecBufferAppend(CodecBuffer *buffer, const void *bytes, size_t count);
