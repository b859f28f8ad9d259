/// The squared length of a gradient.
package enum SumOfSquaresKernel {
    /// The values that are summed as one piece, whatever the number of threads.
    private static let pieceLength = 1 << 14

    /// Σ x², added in double precision and in an order that depends on the count only.
    package static func sumOfSquares(_ values: Span<Float>) -> Double {
        let count = values.count
        let x = InputBlock(values)
        var sums = [Double](repeating: 0, count: (count + pieceLength - 1) / pieceLength)
        unsafe sums.withUnsafeMutableBufferPointer { sums in
            ThreadTeam.shared.run(count: sums.count) { piece in
                let start = piece * pieceLength
                unsafe sums[piece] = sumOfSquares(
                    x.advanced(by: start),
                    count: min(pieceLength, count - start)
                )
            }
        }
        return sums.reduce(0, +)
    }

    /// Eight chains of additions, so that they overlap.
    private static func sumOfSquares(_ x: InputBlock, count: Int) -> Double {
        var sums = InlineArray<8, Double>(repeating: 0)
        var index = 0
        while index + 8 <= count {
            for lane in 0..<8 {
                let value = Double(x[index + lane])
                sums[lane] += value * value
            }
            index += 8
        }
        var total = 0.0
        for lane in 0..<8 { total += sums[lane] }
        while index < count {
            total += Double(x[index]) * Double(x[index])
            index += 1
        }
        return total
    }
}
