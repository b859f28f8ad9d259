extension RGBImage {
    /// The pixels as numbers in −1…1, `[height, width, 3]` row by row: what autoencoders take.
    package var signedFloats: [Float] { pixels.map { Float($0) / 255 * 2 - 1 } }

    /// The pixels as numbers in 0…1 less a mean, over a deviation, each per channel: what CLIP and DINOv2
    /// take. `[height, width, 3]` row by row.
    package func normalizedFloats(mean: [Float], deviation: [Float]) -> [Float] {
        precondition(mean.count == 3 && deviation.count == 3, "a picture has three channels")
        var channel = 0
        return pixels.map { byte in
            defer { channel = channel == 2 ? 0 : channel + 1 }
            return (Float(byte) / 255 - mean[channel]) / deviation[channel]
        }
    }

    /// Creates a picture from numbers in −1…1, `[height, width, 3]` row by row, rounded to nearest; what
    /// lies outside is clamped. Throws when a number is not finite.
    package init(width: Int, height: Int, signedFloats: [Float]) throws(ImageError) {
        let strays = signedFloats.count { !$0.isFinite }
        guard strays == 0 else { throw .notFinite(count: strays, of: signedFloats.count) }
        self.init(
            width: width,
            height: height,
            pixels: signedFloats.map { value in
                let unit = max(0, min(1, value / 2 + 0.5))
                return UInt8((unit * 255).rounded(.toNearestOrEven))
            }
        )
    }
}

extension Mask {
    /// The values as numbers in 0…1, `[height, width]` row by row.
    package var floats: [Float] { values.map { Float($0) / 255 } }

    /// Creates a mask from numbers in 0…1, `[height, width]` row by row; what lies outside is clamped.
    package init(width: Int, height: Int, floats: [Float]) throws(ImageError) {
        let strays = floats.count { !$0.isFinite }
        guard strays == 0 else { throw .notFinite(count: strays, of: floats.count) }
        self.init(
            width: width,
            height: height,
            values: floats.map { UInt8((max(0, min(1, $0)) * 255).rounded(.toNearestOrEven)) }
        )
    }
}
