internal import Tensors

/// Weights of bicubic interpolation along one axis.
///
/// Matches torch `interpolate(mode="bicubic", align_corners=False)`: a = −0.75, no antialiasing, edges
/// repeated.
enum BicubicWeights {
    private static let a: Float = -0.75

    /// The matrix `[target, source]` that stretches `source` values over `target` places.
    static func matrix(from source: Int, to target: Int) -> Tensor {
        var weights = [Float](repeating: 0, count: target * source)
        let scale = Float(source) / Float(target)
        for place in 0..<target {
            let position = scale * (Float(place) + 0.5) - 0.5
            let first = position.rounded(.down)
            let rest = position - first
            for (tap, weight) in [far(rest + 1), near(rest), near(1 - rest), far(2 - rest)]
                .enumerated()
            {
                let index = min(max(Int(first) + tap - 1, 0), source - 1)
                weights[place * source + index] += weight
            }
        }
        return Tensor(weights, shape: [target, source])
    }

    /// The weight at a distance of 0 … 1.
    private static func near(_ x: Float) -> Float { ((a + 2) * x - (a + 3)) * x * x + 1 }

    /// The weight at a distance of 1 … 2.
    private static func far(_ x: Float) -> Float { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
}
