/// Rows of 8-bit pixels with any number of channels: what pictures and masks have in common.
struct InterleavedBytes {
    /// The number of columns.
    let width: Int
    /// The number of rows.
    let height: Int
    /// The bytes of a pixel.
    let channels: Int
    /// `height * width * channels` bytes.
    let bytes: [UInt8]

    /// The picture at another size, equal to Pillow's `resize` byte for byte: columns first, then rows,
    /// rounded to 8 bits between the two. (Pillow 13 takes rows first where that is cheaper, as when only
    /// the width grows; with both sides changing alike it still takes columns first.)
    func resized(width: Int, height: Int, filter: ResamplingFilter) -> InterleavedBytes {
        precondition(width > 0 && height > 0, "a picture has at least one pixel")
        var result = self
        if width != self.width {
            result = result.resampledColumns(
                ResamplingWeights(from: self.width, to: width, filter: filter),
                count: width
            )
        }
        if height != self.height {
            result = result.resampledRows(
                ResamplingWeights(from: self.height, to: height, filter: filter),
                count: height
            )
        }
        return result
    }

    /// Mixes the pixels of each row.
    private func resampledColumns(_ kernel: ResamplingWeights, count: Int) -> InterleavedBytes {
        var target = [UInt8](repeating: 0, count: height * count * channels)
        let source = bytes.span
        let weights = kernel.weights.span
        for y in 0..<height {
            let row = y * width * channels
            for x in 0..<count {
                let first = row + kernel.starts[x] * channels
                let taps = kernel.counts[x]
                for channel in 0..<channels {
                    var sum: Int32 = 1 << (ResamplingWeights.fractionBits - 1)
                    var place = first + channel
                    for tap in 0..<taps {
                        sum &+= Int32(source[place]) &* weights[x * kernel.stride + tap]
                        place += channels
                    }
                    target[(y * count + x) * channels + channel] = InterleavedBytes.byte(sum)
                }
            }
        }
        return InterleavedBytes(width: count, height: height, channels: channels, bytes: target)
    }

    /// Mixes the pixels of each column.
    private func resampledRows(_ kernel: ResamplingWeights, count: Int) -> InterleavedBytes {
        let rowBytes = width * channels
        var target = [UInt8](repeating: 0, count: count * rowBytes)
        var sums = [Int32](repeating: 0, count: rowBytes)
        let source = bytes.span
        for y in 0..<count {
            for index in 0..<rowBytes { sums[index] = 1 << (ResamplingWeights.fractionBits - 1) }
            for tap in 0..<kernel.counts[y] {
                let weight = kernel.weights[y * kernel.stride + tap]
                let first = (kernel.starts[y] + tap) * rowBytes
                for index in 0..<rowBytes { sums[index] &+= Int32(source[first + index]) &* weight }
            }
            for index in 0..<rowBytes {
                target[y * rowBytes + index] = InterleavedBytes.byte(sums[index])
            }
        }
        return InterleavedBytes(width: width, height: count, channels: channels, bytes: target)
    }

    /// The whole part of a fixed-point sum, kept in 0–255.
    private static func byte(_ sum: Int32) -> UInt8 {
        UInt8(max(0, min(255, sum >> ResamplingWeights.fractionBits)))
    }

    /// The pixels inside a rectangle, which must lie within the picture.
    func cropped(to rectangle: PixelRectangle) -> InterleavedBytes {
        precondition(
            rectangle.x >= 0 && rectangle.y >= 0 && rectangle.width > 0 && rectangle.height > 0
                && rectangle.x + rectangle.width <= width
                && rectangle.y + rectangle.height <= height,
            "\(rectangle) is not inside \(width)×\(height)"
        )
        var result: [UInt8] = []
        result.reserveCapacity(rectangle.width * rectangle.height * channels)
        for y in rectangle.y..<(rectangle.y + rectangle.height) {
            let first = (y * width + rectangle.x) * channels
            result += bytes[first..<(first + rectangle.width * channels)]
        }
        return InterleavedBytes(
            width: rectangle.width,
            height: rectangle.height,
            channels: channels,
            bytes: result
        )
    }
}
