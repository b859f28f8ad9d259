import Tensors
import TestSupport
import Testing

/// The extents of one matrix product under test.
struct ProductCase: Sendable {
    let rows: Int
    let columns: Int
    let inner: Int
}

@Suite struct LinearAlgebraTests {
    static let cases = [
        ProductCase(rows: 1, columns: 1, inner: 1),
        ProductCase(rows: 1, columns: 37, inner: 19),
        ProductCase(rows: 3, columns: 1, inner: 5),
        ProductCase(rows: 7, columns: 33, inner: 65),
        ProductCase(rows: 64, columns: 64, inner: 64),
        ProductCase(rows: 301, columns: 259, inner: 77),
    ]

    /// Σ over the inner index in double precision, by definition.
    private func reference(
        _ left: Tensor,
        _ right: Tensor,
        _ product: ProductCase,
        _ transposes: (Bool, Bool)
    ) -> Tensor {
        let (a, b) = (left.values, right.values)
        let (m, n, k) = (product.rows, product.columns, product.inner)
        var result: [Float] = []
        for row in 0..<m {
            for column in 0..<n {
                var sum = 0.0
                for index in 0..<k {
                    let mine = transposes.0 ? a[index * m + row] : a[row * k + index]
                    let theirs = transposes.1 ? b[column * k + index] : b[index * n + column]
                    sum += Double(mine) * Double(theirs)
                }
                result.append(Float(sum))
            }
        }
        return Tensor(result, shape: [m, n])
    }

    @Test(arguments: cases, [(false, false), (false, true), (true, false), (true, true)])
    func productsMatchTheDefinition(product: ProductCase, transposes: (Bool, Bool)) {
        let (m, n, k) = (product.rows, product.columns, product.inner)
        let left = Tensor.testValues(transposes.0 ? [k, m] : [m, k], seed: 1)
        let right = Tensor.testValues(transposes.1 ? [n, k] : [k, n], seed: 2)
        expectClose(
            matrixMultiply(
                left,
                right,
                transposingLeft: transposes.0,
                transposingRight: transposes.1
            ),
            reference(left, right, product, transposes),
            relativeTolerance: 1e-5
        )
    }

    @Test(arguments: [(false, false), (false, true), (true, false), (true, true)])
    func batchesMultiplyMatrixByMatrix(transposes: (Bool, Bool)) {
        let product = ProductCase(rows: 5, columns: 7, inner: 3)
        let left = Tensor.testValues(transposes.0 ? [2, 3, 3, 5] : [2, 3, 5, 3], seed: 1)
        let right = Tensor.testValues(transposes.1 ? [2, 3, 7, 3] : [2, 3, 3, 7], seed: 2)
        let together = matrixMultiply(
            left,
            right,
            transposingLeft: transposes.0,
            transposingRight: transposes.1
        )
        #expect(together.shape == [2, 3, 5, 7])
        for index in 0..<6 {
            let alone = reference(
                Tensor(left.values[index * 15..<index * 15 + 15], shape: [15]),
                Tensor(right.values[index * 21..<index * 21 + 21], shape: [21]),
                product,
                transposes
            )
            expectClose(
                Array(together.values[index * 35..<index * 35 + 35]),
                alone.values,
                relativeTolerance: 1e-5
            )
        }
    }

    @Test(
        arguments: [(false, false), (false, true), (true, false), (true, true)],
        [false, true]
    )
    func productGradientsMatchDifferences(transposes: (Bool, Bool), shared: Bool) {
        let left = Tensor.testValues(transposes.0 ? [2, 3, 5] : [2, 5, 3], seed: 1)
        let stored = transposes.1 ? [4, 3] : [3, 4]
        let right = Tensor.testValues(Shape(shared ? stored : [2] + stored), seed: 2)
        expectGradients(
            of: {
                matrixMultiply(
                    $0[0],
                    $0[1],
                    transposingLeft: transposes.0,
                    transposingRight: transposes.1
                )
            },
            at: [left, right]
        )
    }

    @Test func linearMatchesTheProduct() {
        let x = Tensor.testValues([2, 11, 13], seed: 1)
        let weight = Tensor.testValues([17, 13], seed: 2)
        let bias = Tensor.testValues([17], seed: 3)
        let expected = matrixMultiply(x, weight, transposingRight: true)
        #expect(expected.shape == [2, 11, 17])
        expectClose(linear(x, weight: weight, bias: nil), expected, relativeTolerance: 1e-6)
        let biased = zip(expected.values.indices, expected.values).map { $1 + bias.values[$0 % 17] }
        expectClose(
            linear(x, weight: weight, bias: bias),
            Tensor(biased, shape: [2, 11, 17]),
            relativeTolerance: 1e-6
        )
    }

    @Test func linearGradientsMatchDifferences() {
        expectGradients(
            of: { linear($0[0], weight: $0[1], bias: $0[2]) },
            at: [.testValues([2, 3, 5]), .testValues([4, 5], seed: 2), .testValues([4], seed: 3)]
        )
    }

    @Test func biasGradientOfManyRows() {
        let bias = Tensor.zeros([3]).asLeaf
        let x = Tensor.zeros([70_000, 2])
        let output = Tape.record { linear(x, weight: .zeros([3, 2]), bias: bias) }
        let seed = Tensor.testValues([70_000, 3])
        var sums = [Double](repeating: 0, count: 3)
        for (index, value) in seed.values.enumerated() { sums[index % 3] += Double(value) }
        let gradient = Gradients(of: output, seed: seed)[bias]
        expectClose(gradient?.values ?? [], sums.map { Float($0) }, relativeTolerance: 1e-4)
    }
}
