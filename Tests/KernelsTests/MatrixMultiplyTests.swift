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
