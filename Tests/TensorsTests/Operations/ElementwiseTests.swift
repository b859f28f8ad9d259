import Tensors
import TestSupport
import Testing

/// Every pair of shapes of the fast paths and of the general one, against one loop over coordinates.
@Suite struct ElementwiseTests {
    static let shapes: [(Shape, Shape)] = [
        ([3, 5], [3, 5]), ([2, 3, 17], []), ([], [4]), ([2, 3, 20], [20]), ([20], [2, 3, 20]),
        ([2, 3, 18], [2, 1, 18]), ([2, 2, 3, 7], [2, 1, 1, 7]), ([2, 3, 17], [2, 3, 1]),
        ([2, 1, 5], [1, 4, 1]), ([1], [1, 1]), ([3, 1, 2, 1, 2], [1, 4, 1, 3, 2]),
        ([2, 33], [2, 1]),
    ]

    @Test(arguments: shapes)
    func broadcastsLikeALoop(_ left: Shape, _ right: Shape) {
        let a = Tensor.testValues(left, seed: 1)
        let b = Tensor.testValues(right, seed: 2) + 2
        expectClose(a + b, loop(a, b, +), relativeTolerance: 0)
        expectClose(a - b, loop(a, b, -), relativeTolerance: 0)
        expectClose(a * b, loop(a, b, *), relativeTolerance: 0)
        expectClose(a / b, loop(a, b, /), relativeTolerance: 0)
    }

    @Test(arguments: shapes.filter { $0.0.elementCount * $0.1.elementCount < 400 })
    func gradientsSumBack(_ left: Shape, _ right: Shape) {
        let inputs = [Tensor.testValues(left, seed: 1), Tensor.testValues(right, seed: 2) + 2]
        expectGradients(of: { $0[0] + $0[1] }, at: inputs)
        expectGradients(of: { $0[0] - $0[1] }, at: inputs)
        expectGradients(of: { $0[0] * $0[1] }, at: inputs)
        expectGradients(of: { $0[0] / $0[1] }, at: inputs)
    }

    @Test func oneTensorOnBothSides() {
        let x = Tensor.testValues([2, 3])
        expectGradients(of: { $0[0] * $0[0] }, at: [x])
        expectGradients(of: { $0[0] / ($0[0] + 3) - $0[0] }, at: [x])
    }

    @Test func numbersOnEitherSide() {
        let x = Tensor([1, -2, 4], shape: [3])
        #expect((-x).values == [-1, 2, -4])
        #expect((x + 1).values == [2, -1, 5] && (1 + x).values == [2, -1, 5])
        #expect((x - 1).values == [0, -3, 3] && (1 - x).values == [0, 3, -3])
        #expect((x * 3).values == [3, -6, 12] && (3 * x).values == [3, -6, 12])
        #expect((x / 2).values == [0.5, -1, 2] && (2 / x).values == [2, -1, 0.5])
        var y = x
        y += 1
        y *= 2
        y -= x
        y /= 4
        #expect(y.values == [0.75, 0, 1.5])
    }

    /// Functions with arguments at which they are smooth.
    static let functions: [(String, Float, @Sendable (Tensor) -> Tensor)] = [
        ("negated", 0, { -$0 }), ("plus", 0, { $0 + 2 }), ("from", 0, { 2 - $0 }),
        ("times", 0, { 3 * $0 }), ("over", 0, { $0 / 3 }), ("quotient", 3, { 2 / $0 }),
        ("squared", 0, { $0.squared() }), ("root", 2, { $0.squareRoot() }),
        ("reciprocal", 3, { $0.reciprocal() }), ("exp", 0, { $0.exponential() }),
        ("log", 3, { $0.logarithm() }), ("sin", 0, { $0.sine() }), ("cos", 0, { $0.cosine() }),
        ("abs", 2, { $0.absoluteValue() }), ("abs of negatives", -2, { $0.absoluteValue() }),
        ("silu", 0, { silu($0) }), ("gelu", 0, { gelu($0) }), ("quickGelu", 0, { quickGelu($0) }),
        ("sigmoid", 0, { sigmoid($0) }), ("tanh", 0, { tanh($0) }), ("relu", 2, { relu($0) }),
        ("relu of negatives", -2, { relu($0) + $0 }),
        ("leakyRelu", -2, { leakyRelu($0, slope: 0.2) }),
        ("clamped within", 0, { $0.clamped(to: -2...2) }),
        ("clamped outside", 4, { $0.clamped(to: -2...2) + $0 }),
        ("maximum", 2, { $0.maximum(with: 0) }), ("minimum", -2, { $0.minimum(with: 0) }),
    ]

    @Test(arguments: functions.indices)
    func gradientsOfFunctions(_ index: Int) {
        let (_, shift, function) = ElementwiseTests.functions[index]
        expectGradients(of: { function($0[0]) }, at: [.testValues([3, 7]) + shift])
    }

    @Test(arguments: [2, 34, 70])
    func gatedGELUMultipliesTheHalves(width: Int) {
        let x = Tensor.testValues([3, 5, width]) * 3
        let values = x.sliced(axis: -1, 0..<width / 2)
        let gates = x.sliced(axis: -1, width / 2..<width)
        expectClose(gatedGELU(x), values * gelu(gates), relativeTolerance: 1e-6)
    }

    @Test func gradientsOfGatedGELU() {
        expectGradients(of: { gatedGELU($0[0]) }, at: [.testValues([2, 38])])
    }

    @Test func boundsPassGradientsOnlyInside() {
        let x = Tensor([-1, 0.05, 0.5, 2], shape: [4]).asLeaf
        let y = Tape.record { x.clamped(to: 0.1...1).sum() }
        #expect(Gradients(of: y)[x]?.values == [0, 0, 1, 0])
        #expect(x.clamped(to: 0.1...1).values == [0.1, 0.1, 0.5, 1])
        #expect(leakyRelu(x).values == [-0.01, 0.05, 0.5, 2])
    }

    private func loop(
        _ a: Tensor,
        _ b: Tensor,
        _ body: (Float, Float) -> Float
    ) -> Tensor {
        let shape = a.shape.broadcast(with: b.shape)
        let (aStrides, bStrides) = (
            a.shape.strides(broadcastTo: shape), b.shape.strides(broadcastTo: shape)
        )
        let (aValues, bValues) = (a.values, b.values)
        let values = (0..<shape.elementCount).map { index in
            var (aIndex, bIndex) = (0, 0)
            for axis in shape.indices {
                let coordinate = index / shape.strides[axis] % shape[axis]
                aIndex += coordinate * aStrides[axis]
                bIndex += coordinate * bStrides[axis]
            }
            return body(aValues[aIndex], bValues[bIndex])
        }
        return Tensor(values, shape: shape)
    }
}
