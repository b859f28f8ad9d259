/// Which source pixels make each target pixel along one axis, and how much of each.
///
/// Matches Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc`: when a picture shrinks the kernel
/// widens with it (antialiasing), and weights are fixed-point numbers with 22 fractional bits.
struct ResamplingWeights {
    /// The fractional bits of a weight.
    static let fractionBits: Int32 = 22

    /// The first source pixel of each target pixel.
    private(set) var starts: [Int] = []
    /// The number of source pixels of each target pixel.
    private(set) var counts: [Int] = []
    /// The weights of all target pixels, `stride` places for each.
    private(set) var weights: [Int32]
    /// The places per target pixel in `weights`.
    let stride: Int

    /// Computes the weights for an axis of `sourceCount` pixels that becomes one of `targetCount`.
    init(from sourceCount: Int, to targetCount: Int, filter: ResamplingFilter) {
        let scale = Double(sourceCount) / Double(targetCount)
        let filterScale = max(scale, 1)
        let support = filter.support * filterScale
        stride = Int(support.rounded(.up)) * 2 + 1
        weights = [Int32](repeating: 0, count: targetCount * stride)
        for target in 0..<targetCount {
            let center = (Double(target) + 0.5) * scale
            let start = max(Int(center - support + 0.5), 0)
            let end = min(Int(center + support + 0.5), sourceCount)
            let raw = (start..<end).map { filter((Double($0) - center + 0.5) * (1 / filterScale)) }
            let sum = raw.reduce(0, +)
            for (index, weight) in raw.enumerated() {
                let normalized = sum == 0 ? weight : weight / sum
                let fixed = normalized * Double(1 << ResamplingWeights.fractionBits)
                weights[target * stride + index] = Int32(fixed < 0 ? fixed - 0.5 : fixed + 0.5)
            }
            starts.append(start)
            counts.append(end - start)
        }
    }
}
