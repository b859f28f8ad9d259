/// How each place of a resampled axis is weighed from neighbouring places of the original.
package struct ResamplingTable: Sendable {
    /// The extent of the original axis.
    package let inputExtent: Int
    /// The first place each output reads.
    private(set) var first: [Int] = []
    /// The weights of each output's places; all outputs have equally many, some of them 0.
    private(set) var weights: [Float] = []
    /// The number of weights of an output.
    private(set) var tapCount = 1

    /// The extent of the resampled axis.
    package var outputExtent: Int { first.count }

    /// Creates the table of windows, given as a first place and the weights from there on.
    private init(inputExtent: Int, windows: [(first: Int, weights: [Float])]) {
        self.inputExtent = inputExtent
        let tapCount = windows.reduce(1) { max($0, $1.weights.count) }
        self.tapCount = tapCount
        for window in windows {
            // Padding with zeros must not reach beyond the axis.
            let start = min(window.first, inputExtent - tapCount)
            let before = window.first - start
            first.append(start)
            weights += [Float](repeating: 0, count: before) + window.weights
            weights += [Float](repeating: 0, count: tapCount - before - window.weights.count)
        }
    }

    /// Linear interpolation between the two nearest centres; the border repeats.
    ///
    /// Matches torch `interpolate(mode="bilinear", align_corners=False)`, in float32 as there.
    package static func linear(from inputExtent: Int, to outputExtent: Int) -> ResamplingTable {
        let scale = Float(inputExtent) / Float(outputExtent)
        return ResamplingTable(
            inputExtent: inputExtent,
            windows: (0..<outputExtent).map { index in
                let center = max(scale * (Float(index) + 0.5) - 0.5, 0)
                let first = min(Int(center), inputExtent - 1)
                if first + 1 == inputExtent { return (first, [1]) }
                let fraction = center - Float(first)
                return (first, [1 - fraction, fraction])
            }
        )
    }

    /// A triangle as wide as the step between outputs, so that no input is skipped when shrinking.
    ///
    /// Matches torch `interpolate(mode="bilinear", align_corners=False, antialias=True)`.
    package static func antialiased(from inputExtent: Int, to outputExtent: Int) -> ResamplingTable
    {
        let scale = Float(inputExtent) / Float(outputExtent)
        let support = max(scale, 1)
        return ResamplingTable(
            inputExtent: inputExtent,
            windows: (0..<outputExtent).map { index in
                let center = scale * (Float(index) + 0.5)
                let first = max(Int(center - support + 0.5), 0)
                let end = min(Int(center + support + 0.5), inputExtent)
                let triangle = (first..<end).map { place in
                    max(0, 1 - abs((Float(place) - center + 0.5) / support))
                }
                let total = triangle.reduce(0, +)
                return (first, triangle.map { $0 / total })
            }
        )
    }

    /// The table that carries gradients back: each input weighed by the outputs that read it.
    package var transposed: ResamplingTable {
        var readers = [(first: Int, weights: [Float])?](repeating: nil, count: inputExtent)
        for output in 0..<outputExtent {
            for tap in 0..<tapCount {
                let weight = weights[output * tapCount + tap]
                if weight == 0 { continue }
                let input = first[output] + tap
                let start = readers[input]?.first ?? output
                var weights = readers[input]?.weights ?? []
                // Outputs are visited in order; one between two readers may have had weight 0.
                weights += [Float](repeating: 0, count: output - start - weights.count)
                readers[input] = (start, weights + [weight])
            }
        }
        return ResamplingTable(
            inputExtent: outputExtent,
            windows: readers.map { $0 ?? (0, [0]) }
        )
    }
}
