import Kernels
import TestSupport
import Testing

@Suite struct MatrixMultiplyTests {
    @Test(arguments: [(513, 300, 270), (64, 64, 5_000), (1, 1_000, 700), (2_000, 40, 77)])
    func theThreadCountDoesNotChangeTheBytes(rows: Int, columns: Int, inner: Int) {
        let left = (0..<rows * inner).map { Float($0 % 31) / 31 - 0.5 }
        let right = (0..<columns * inner).map { Float($0 % 29) / 29 - 0.5 }
        let results = [1, 2, 3].map { threadCount in
            var result = [Float](repeating: .nan, count: rows * columns)
            var span = result.mutableSpan
            matrixMultiply(
                MatrixProduct(rows: rows, columns: columns, inner: inner),
                left: left.span,
                right: right.span,
                into: &span,
                team: ThreadTeam(threadCount: threadCount)
            )
            return result
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    /// Every width of tile, whole and in part, from a bias and from zeros, against double precision.
    @Test(arguments: [1, 4, 11, 12, 37, 100], [8, 9, 16, 31, 32, 40, 57, 72, 104])
    func everyExtentIsComputed(rows: Int, columns: Int) {
        let inner = 35
        let left = (0..<rows * inner).map { Float($0 % 31) / 31 - 0.5 }
        let weight = (0..<columns * inner).map { Float($0 % 29) / 29 - 0.5 }
        let bias = (0..<columns).map { Float($0 % 7) - 3 }
        let panels = PackedPanels(linear: weight.span, outputs: columns, inputs: inner)
        var (plain, shifted) = (
            [Float](repeating: .nan, count: rows * columns),
            [Float](repeating: .nan, count: rows * columns)
        )
        var span = plain.mutableSpan
        matrixMultiply(rows: rows, left: left.span, right: panels, into: &span)
        span = shifted.mutableSpan
        matrixMultiply(rows: rows, left: left.span, right: panels, bias: bias.span, into: &span)
        let expected = (0..<rows * columns).map { place in
            let (row, column) = place.quotientAndRemainder(dividingBy: columns)
            return (0..<inner).reduce(0.0) {
                $0 + Double(left[row * inner + $1]) * Double(weight[column * inner + $1])
            }
        }
        expectClose(plain, expected.map { Float($0) }, relativeTolerance: 1e-6)
        let moved = expected.indices.map { Float(expected[$0]) + bias[$0 % columns] }
        expectClose(shifted, moved, relativeTolerance: 1e-6)
    }

    @Test func accumulationAdds() {
        let ones = [Float](repeating: 1, count: 12)
        var result = [Float](repeating: 10, count: 9)
        var span = result.mutableSpan
        var product = MatrixProduct(rows: 3, columns: 3, inner: 4)
        product.accumulates = true
        matrixMultiply(product, left: ones.span, right: ones.span, into: &span)
        #expect(result == [Float](repeating: 14, count: 9))
    }
}
