extension GroupNormKernels {
    /// Σ over positions of g · n and of g for each sample and channel, `[N, 2, C]`, n being the
    /// normalised input: what all three gradients need.
    package static func channelSums(
        of input: Span<Float>,
        _ extents: Extents,
        upstream: Span<Float>,
        statistics: Span<Float>,
        into output: inout MutableSpan<Float>
    ) {
        let (channels, pieces) = (extents.channels, extents.pieces)
        precondition(input.count == extents.count && upstream.count == extents.count)
        let (x, g, statistics) = (InputBlock(input), InputBlock(upstream), InputBlock(statistics))
        let (samples, width) = (extents.samples, 2 * channels)
        SumKernels.sum(outer: samples, pieces: pieces, width: width, into: &output) { partial in
            let cost = 0.4 * Double(extents.positionsPerPiece * channels)
            ThreadTeam.run(over: samples * pieces, cost: cost) { range in
                for index in range {
                    let (sample, piece) = (index / pieces, index % pieces)
                    let positions = extents.positions(of: piece)
                    let start = (sample * extents.positions + positions.lowerBound) * channels
                    sumProducts(
                        x.advanced(by: start),
                        g.advanced(by: start),
                        positions.count,
                        extents,
                        statistics.advanced(by: sample * extents.groups * 2),
                        into: partial.advanced(by: index * width)
                    )
                }
            }
        }
    }

    /// Σ g · n and Σ g of each channel over neighbouring positions.
    private static func sumProducts(
        _ x: InputBlock,
        _ g: InputBlock,
        _ positions: Int,
        _ extents: Extents,
        _ statistics: InputBlock,
        into sums: OutputBlock
    ) {
        let (channels, perGroup) = (extents.channels, extents.channelsPerGroup)
        let plain = sums.advanced(by: channels)
        // The means stand where the sums of g will be written.
        for channel in 0..<channels { plain[channel] = statistics[channel / perGroup * 2] }
        forEachGroup(of: channels) { start, width in
            let mean = plain.written.vector(at: start, width: width)
            var (products, sum) = (Vector(), Vector())
            var place = start
            for _ in 0..<positions {
                let upstream = g.vector(at: place, width: width)
                products.addProduct(upstream, x.vector(at: place, width: width) - mean)
                sum += upstream
                place &+= channels
            }
            sums.store(products, at: start, width: width)
            plain.store(sum, at: start, width: width)
        }
        for channel in 0..<channels { sums[channel] *= statistics[channel / perGroup * 2 + 1] }
    }

    /// The gradient of the input: `scale · (wg − mean(wg) − n · mean(wg · n))`, means taken over a
    /// group; `sums` comes from `channelSums`.
    package static func inputGradient(
        of input: Span<Float>,
        _ extents: Extents,
        upstream: Span<Float>,
        statistics: Span<Float>,
        sums: Span<Float>,
        weight: Span<Float>,
        into output: inout MutableSpan<Float>
    ) {
        let (channels, pieces) = (extents.channels, extents.pieces)
        precondition(input.count == extents.count && output.count == extents.count)
        let (x, g, d) = (InputBlock(input), InputBlock(upstream), OutputBlock(&output))
        let (statistics, sums, w) = (InputBlock(statistics), InputBlock(sums), InputBlock(weight))
        let cost = 0.4 * Double(extents.positionsPerPiece * channels)
        ThreadTeam.run(over: extents.samples * pieces, cost: cost) { range in
            unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * channels) { space in
                guard let base = space.baseAddress else { return }
                let coefficients = unsafe OutputBlock(base: base)
                for index in range {
                    let (sample, piece) = (index / pieces, index % pieces)
                    writeCoefficients(
                        extents,
                        statistics.advanced(by: sample * extents.groups * 2),
                        sums.advanced(by: sample * 2 * channels),
                        w,
                        into: coefficients
                    )
                    for position in extents.positions(of: piece) {
                        let start = (sample * extents.positions + position) * channels
                        combine(
                            x.advanced(by: start),
                            g.advanced(by: start),
                            coefficients.written,
                            channels,
                            into: d.advanced(by: start)
                        )
                    }
                }
            }
        }
    }

    /// The factors p, q and r of each channel in `dx = p g + q x + r`, one after another.
    private static func writeCoefficients(
        _ extents: Extents,
        _ statistics: InputBlock,
        _ sums: InputBlock,
        _ weight: InputBlock,
        into coefficients: OutputBlock
    ) {
        let (channels, perGroup) = (extents.channels, extents.channelsPerGroup)
        let count = Double(extents.positions * perGroup)
        for group in 0..<extents.groups {
            let range = group * perGroup..<(group + 1) * perGroup
            let (mean, scale) = (statistics[group * 2], statistics[group * 2 + 1])
            var (product, sum) = (0.0, 0.0)
            for channel in range {
                product += Double(weight[channel]) * Double(sums[channel])
                sum += Double(weight[channel]) * Double(sums[channels + channel])
            }
            let slope = -scale * scale * Float(product / count)
            let shift = -scale * Float(sum / count) - slope * mean
            for channel in range {
                coefficients[channel] = scale * weight[channel]
                coefficients[channels + channel] = slope
                coefficients[2 * channels + channel] = shift
            }
        }
    }

    @inline(__always)
    private static func combine(
        _ x: InputBlock,
        _ g: InputBlock,
        _ coefficients: InputBlock,
        _ channels: Int,
        into output: OutputBlock
    ) {
        forEachGroup(of: channels) { start, width in
            let result = coefficients.vector(at: 2 * channels + start, width: width)
                .addingProduct(
                    x.vector(at: start, width: width),
                    coefficients.vector(at: channels + start, width: width)
                )
                .addingProduct(
                    g.vector(at: start, width: width),
                    coefficients.vector(at: start, width: width)
                )
            output.store(result, at: start, width: width)
        }
    }
}
