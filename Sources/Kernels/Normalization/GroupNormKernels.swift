/// Group normalisation of `[N, P, C]`: each sample's groups of neighbouring channels, over all P
/// positions, to mean 0 and variance 1, then an affine map per channel.
package enum GroupNormKernels {
    typealias Vector = SIMD16<Float>

    /// The extents of a block to normalise.
    package struct Extents: Sendable {
        let samples: Int
        let positions: Int
        let channels: Int
        let groups: Int

        package init(samples: Int, positions: Int, channels: Int, groups: Int) {
            precondition(
                groups > 0 && channels.isMultiple(of: groups),
                "\(channels) channels do not form \(groups) groups"
            )
            self.samples = samples
            self.positions = positions
            self.channels = channels
            self.groups = groups
        }

        var count: Int { samples * positions * channels }
        var channelsPerGroup: Int { channels / groups }
        /// The positions of a piece: what stays in the first cache while it is read twice.
        var positionsPerPiece: Int { max(1, 8192 / channels) }
        var pieces: Int { (positions + positionsPerPiece - 1) / positionsPerPiece }

        /// The positions of a piece.
        func positions(of piece: Int) -> Range<Int> {
            piece * positionsPerPiece..<min((piece + 1) * positionsPerPiece, positions)
        }
    }

    /// `output[n, g] = (mean, 1/√(variance + ε))` of each group, `[N, G, 2]`.
    ///
    /// Pieces of a fixed size are measured in two passes while they are in the cache; their means and
    /// squares are combined in double precision and in order (Chan, Golub, LeVeque 1979).
    package static func statistics(
        of input: Span<Float>,
        _ extents: Extents,
        epsilon: Float,
        into output: inout MutableSpan<Float>
    ) {
        precondition(
            input.count == extents.count && output.count == extents.samples * extents.groups * 2
        )
        let (x, result) = (InputBlock(input), OutputBlock(&output))
        let (pieces, groups) = (extents.pieces, extents.groups)
        var measured = [Moments](
            repeating: Moments(),
            count: extents.samples * pieces * groups
        )
        unsafe measured.withUnsafeMutableBufferPointer { measured in
            nonisolated(unsafe) let measured = unsafe measured
            let cost = 0.4 * Double(extents.positionsPerPiece * extents.channels)
            ThreadTeam.run(over: extents.samples * pieces, cost: cost) { range in
                for index in range {
                    let (sample, piece) = (index / pieces, index % pieces)
                    let positions = extents.positions(of: piece)
                    let start =
                        (sample * extents.positions + positions.lowerBound) * extents.channels
                    measure(x.advanced(by: start), positions.count, extents) { group, moments in
                        unsafe measured[index * groups + group] = moments
                    }
                }
            }
        }
        for sample in 0..<extents.samples {
            for group in 0..<groups {
                var total = Moments()
                for piece in 0..<pieces {
                    total.merge(measured[(sample * pieces + piece) * groups + group])
                }
                let place = (sample * groups + group) * 2
                result[place] = Float(total.mean)
                result[place + 1] = Float(1 / (total.variance + Double(epsilon)).squareRoot())
            }
        }
    }

    /// Measures the groups of neighbouring positions.
    private static func measure(
        _ x: InputBlock,
        _ positions: Int,
        _ extents: Extents,
        _ report: (Int, Moments) -> Void
    ) {
        let (channels, perGroup) = (extents.channels, extents.channelsPerGroup)
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * channels) { space in
            guard let base = space.baseAddress else { return }
            let sums = unsafe OutputBlock(base: base)
            let means = sums.advanced(by: channels)
            let count = Double(positions * perGroup)
            forEachGroup(of: channels) { start, width in
                var sum = Vector()
                for position in 0..<positions {
                    sum += x.vector(at: position &* channels &+ start, width: width)
                }
                sums.store(sum, at: start, width: width)
            }
            for group in 0..<extents.groups {
                let channels = group * perGroup..<(group + 1) * perGroup
                let mean = Float(channels.reduce(0.0) { $0 + Double(sums[$1]) } / count)
                for channel in channels { means[channel] = mean }
            }
            forEachGroup(of: channels) { start, width in
                let mean = means.written.vector(at: start, width: width)
                var squares = Vector()
                for position in 0..<positions {
                    let centred = x.vector(at: position &* channels &+ start, width: width) - mean
                    squares.addProduct(centred, centred)
                }
                // These channels' means have done their work.
                means.store(squares, at: start, width: width)
            }
            for group in 0..<extents.groups {
                let channels = group * perGroup..<(group + 1) * perGroup
                let sum = channels.reduce(0.0) { $0 + Double(sums[$1]) }
                let squares = channels.reduce(0.0) { $0 + Double(means[$1]) }
                report(group, Moments(count: count, mean: sum / count, squares: squares))
            }
        }
    }

    /// The count, mean and sum of squared deviations of some values.
    private struct Moments {
        var count = 0.0
        var mean = 0.0
        var squares = 0.0

        var variance: Double { squares / count }

        mutating func merge(_ other: Moments) {
            let total = count + other.count
            let difference = other.mean - mean
            mean += difference * other.count / total
            squares += other.squares + difference * difference * count * other.count / total
            count = total
        }
    }
}
