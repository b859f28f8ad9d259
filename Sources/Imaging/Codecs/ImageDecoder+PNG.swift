internal import CImageCodecs

extension ImageDecoder {
    /// Decodes a PNG file: 16 bits are cut to 8, palettes and greys become RGB, transparency is laid on
    /// the canvas and kept as a mask.
    func decodePNG(_ bytes: [UInt8]) throws(ImageError) -> DecodedImage {
        let header = try PNGHeader(bytes)
        let (pixelCount, overflows) = header.width.multipliedReportingOverflow(by: header.height)
        guard !overflows, pixelCount <= limits.pixels else {
            throw .tooManyPixels(width: header.width, height: header.height, limit: limits.pixels)
        }
        var rgba = [UInt8](repeating: 0, count: pixelCount * 4)
        var hasAlpha = false
        var failure = CodecFailure()
        let isDecoded = unsafe rgba.withUnsafeMutableBufferPointer { rgba in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe pngDecode(
                    bytes.baseAddress,
                    bytes.count,
                    limits.chunkBytes,
                    UInt32(header.width),
                    UInt32(header.height),
                    rgba.baseAddress,
                    &hasAlpha,
                    &failure
                )
            }
        }
        guard isDecoded else { throw failure.decodingError(.png) }
        let (image, alpha) = composited(rgba, width: header.width, height: header.height)
        let orientation = EXIFOrientation(png: bytes)
        return DecodedImage(
            image: image.oriented(orientation),
            alpha: hasAlpha ? alpha.oriented(orientation) : nil,
            format: .png,
            denominator: 1,
            isReducedByLimits: false
        )
    }

    /// Lays RGBA pixels on the canvas: c·α + canvas·(1 − α), rounded to nearest as PIL's `paste` does.
    private func composited(_ rgba: [UInt8], width: Int, height: Int) -> (RGBImage, Mask) {
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        var alphas = [UInt8](repeating: 0, count: width * height)
        let canvas = [Int(canvas.red), Int(canvas.green), Int(canvas.blue)]
        for index in 0..<(width * height) {
            let alpha = Int(rgba[index * 4 + 3])
            alphas[index] = UInt8(alpha)
            for channel in 0..<3 {
                let sum = Int(rgba[index * 4 + channel]) * alpha + canvas[channel] * (255 - alpha)
                pixels[index * 3 + channel] = UInt8((sum * 2 + 255) / 510)
            }
        }
        return (
            RGBImage(width: width, height: height, pixels: pixels),
            Mask(width: width, height: height, values: alphas)
        )
    }
}
