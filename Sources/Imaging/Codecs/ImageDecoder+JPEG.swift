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
        let (denominator, isReducedByLimits) = try scale(of: header)
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
            denominator: denominator,
            isReducedByLimits: isReducedByLimits
        )
    }

    /// How many times the allowed pixels a file may have that is decoded at a fraction of its size: more is no
    /// photograph, and would keep the decoder busy for minutes.
    private static let largestExcess = 16

    /// The fraction of its size to decode a file at, 1, 2, 4 or 8, and whether the limits make it smaller than
    /// is wanted.
    func scale(
        of header: JPEGHeader
    ) throws(ImageError) -> (denominator: Int, isReducedByLimits: Bool) {
        let width = Int(header.width)
        let height = Int(header.height)
        // A progressive file's coefficients are held at full size, six bytes a pixel, whatever the scale.
        let excess = header.isProgressive ? 2 : ImageDecoder.largestExcess
        let isTooLarge = width * height > limits.pixels * excess
        let allowed = [1, 2, 4, 8].first { denominator in
            let columns = (width + denominator - 1) / denominator
            let rows = (height + denominator - 1) / denominator
            return columns * rows <= limits.pixels
        }
        guard !isTooLarge, let allowed else {
            throw .tooManyPixels(width: width, height: height, limit: limits.pixels)
        }
        let sufficient = sufficientSide.flatMap { side in
            [8, 4, 2].first { min(width, height) / $0 >= side }
        }
        return (max(allowed, sufficient ?? 1), allowed > sufficient ?? 1)
    }
}
