internal import CImageCodecs

extension ImageDecoder {
    /// Decodes a grey or colour JPEG file, at a fraction of its size when that is enough or all that is
    /// allowed. Print colours are refused.
    func decodeJPEG(_ bytes: [UInt8]) throws(ImageError) -> DecodedImage {
        var header = JPEGHeader()
        var failure = CodecFailure()
        let isRead = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe jpegReadHeader(bytes.baseAddress, bytes.count, &header, &failure)
        }
        guard isRead else { throw failure.decodingError(.jpeg) }
        guard !header.isCMYK else { throw .printColors }
        let denominator = try denominator(for: header)
        let width = (Int(header.width) + denominator - 1) / denominator
        let height = (Int(header.height) + denominator - 1) / denominator
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        let isDecoded = unsafe pixels.withUnsafeMutableBufferPointer { pixels in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe jpegDecode(
                    bytes.baseAddress,
                    bytes.count,
                    Int32(denominator),
                    Int32(limits.scans),
                    UInt32(width),
                    UInt32(height),
                    pixels.baseAddress,
                    &failure
                )
            }
        }
        guard isDecoded else { throw failure.decodingError(.jpeg) }
        let image = RGBImage(width: width, height: height, pixels: pixels)
        return DecodedImage(
            image: image.oriented(EXIFOrientation(jpeg: bytes)),
            alpha: nil,
            format: .jpeg,
            denominator: denominator
        )
    }

    /// The fraction of its size to decode a file at: 1, 2, 4 or 8.
    private func denominator(for header: JPEGHeader) throws(ImageError) -> Int {
        let width = Int(header.width)
        let height = Int(header.height)
        // A progressive file's coefficients are held at full size, six bytes a pixel, whatever the scale.
        let isTooLarge = header.isProgressive && width * height > limits.pixels * 2
        let allowed = [1, 2, 4, 8].first { denominator in
            let columns = (width + denominator - 1) / denominator
            let rows = (height + denominator - 1) / denominator
            return columns * rows <= limits.pixels
        }
        guard !isTooLarge, let allowed else {
            throw .tooManyPixels(width: width, height: height, limit: limits.pixels)
        }
        guard let sufficientSide else { return allowed }
        let sufficient = [8, 4, 2].first { min(width, height) / $0 >= sufficientSide } ?? 1
        return max(allowed, sufficient)
    }
}
