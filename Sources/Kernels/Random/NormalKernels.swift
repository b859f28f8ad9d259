/// Normally distributed numbers from uniform ones.
package enum NormalKernels {
    private typealias Vector = SIMD16<Float>

    /// Standard normal numbers from as many pairs of random words: √(−2 ln u) cos 2πv and
    /// √(−2 ln u) sin 2πv (Box, Muller 1958), u in (0, 1] and v in [0, 1).
    ///
    /// - Parameters:
    ///   - words: Two words for each two results, at least `output.count` and even.
    ///   - output: The numbers, in pairs.
    package static func boxMuller(_ words: Span<UInt32>, into output: inout MutableSpan<Float>) {
        precondition(words.count >= output.count && words.count.isMultiple(of: 2))
        let result = OutputBlock(&output)
        let pairs = (output.count + 1) / 2
        var start = 0
        while start < pairs {
            let count = min(16, pairs - start)
            var (u, v) = (Vector(repeating: 1), Vector())
            for lane in 0..<count {
                // Half a step up, so that u is never 0; 2⁻³² · (2³² − 1) rounds to 1.
                u[lane] = Float(words[(start + lane) * 2]) * 0x1p-32 + 0x1p-33
                v[lane] = Float(words[(start + lane) * 2 + 1] >> 8) * 0x1p-24
            }
            let squaredRadius = VectorMath.logarithm(u) * -2
            let angle = v * 6.283_185_5
            let cosine = VectorMath.sine(angle, quadrant: 1)
            let sine = VectorMath.sine(angle, quadrant: 0)
            for lane in 0..<count {
                let radius = squaredRadius[lane].squareRoot()
                let place = (start + lane) * 2
                result[place] = radius * cosine[lane]
                if place + 1 < output.count { result[place + 1] = radius * sine[lane] }
            }
            start += count
        }
    }
}
