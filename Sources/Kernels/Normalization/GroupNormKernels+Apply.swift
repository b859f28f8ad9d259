extension GroupNormKernels {
    /// `output = f((x − mean) · scale · weight + bias)` with the statistics `(mean, scale)` of each group; f is SiLU
    /// or nothing.
    package static func apply(
        to input: Span<Float>,
        _ extents: Extents,
        statistics: Span<Float>,
        weight: Span<Float>,
        bias: Span<Float>,
        appliesSiLU: Bool,
        into output: inout MutableSpan<Float>
    ) {
        let (channels, perGroup) = (extents.channels, extents.channelsPerGroup)
        precondition(input.count == extents.count && output.count == extents.count)
        precondition(
            weight.count == channels && bias.count == channels,
            "not one weight per channel"
        )
        let (x, y, w, b) = (
            InputBlock(input), OutputBlock(&output), InputBlock(weight), InputBlock(bias)
        )
        let (statistics, pieces) = (InputBlock(statistics), extents.pieces)
        let cost = (appliesSiLU ? 1 : 0.3) * Double(extents.positionsPerPiece * channels)
        ThreadTeam.run(over: extents.samples * pieces, cost: cost) { range in
            unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * channels) { space in
                guard let base = space.baseAddress else { return }
                let scale = unsafe OutputBlock(base: base)
                let shift = scale.advanced(by: channels)
                for index in range {
                    let (sample, piece) = (index / pieces, index % pieces)
                    for channel in 0..<channels {
                        let place = (sample * extents.groups + channel / perGroup) * 2
                        scale[channel] = statistics[place + 1] * w[channel]
                        shift[channel] = b[channel] - statistics[place] * scale[channel]
                    }
                    for position in extents.positions(of: piece) {
                        let start = (sample * extents.positions + position) * channels
                        let (x, y) = (x.advanced(by: start), y.advanced(by: start))
                        if appliesSiLU {
                            map(x, scale.written, shift.written, y, channels) {
                                $0 * VectorMath.sigmoid($0)
                            }
                        } else {
                            map(x, scale.written, shift.written, y, channels) { $0 }
                        }
                    }
                }
            }
        }
    }

    /// `y = function(x · scale + shift)` over a position's channels.
    @inline(__always)
    private static func map(
        _ x: InputBlock,
        _ scale: InputBlock,
        _ shift: InputBlock,
        _ y: OutputBlock,
        _ channels: Int,
        _ function: (Vector) -> Vector
    ) {
        forEachGroup(of: channels) { start, width in
            let result = shift.vector(at: start, width: width)
                .addingProduct(
                    x.vector(at: start, width: width),
                    scale.vector(at: start, width: width)
                )
            y.store(function(result), at: start, width: width)
        }
    }
}
