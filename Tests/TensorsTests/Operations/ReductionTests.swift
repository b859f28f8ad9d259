import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct ReductionTests {
    static let shapes: [Shape] = [
        [5], [3, 4], [2, 3, 4], [2, 3, 17], [3, 40, 33], [2, 5000, 3],
    ]

    @Test(arguments: shapes)
    func sumsAlongEachAxis(_ shape: Shape) {
        let x = Tensor.testValues(shape)
        for axis in shape.indices {
            let sum = loop(x, axis) { $0.reduce(0, +) }
            expectClose(x.sum(axis: axis), sum, relativeTolerance: 1e-6)
            expectClose(x.mean(axis: axis), sum / Float(shape[axis]), relativeTolerance: 1e-6)
            #expect(
                x.sum(axis: axis, keepingAxis: true).shape == shape.replacing(axis: axis, with: 1)
            )
            let largest = loop(x, axis) { $0.max() ?? .nan }
            expectClose(x.maximum(axis: axis), largest, relativeTolerance: 0)
            let logSumExp = loop(x * 30, axis) { values in
                let largest = values.max() ?? .nan
                return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
            }
            expectClose((x * 30).logSumExp(axis: axis), logSumExp, relativeTolerance: 1e-6)
        }
    }

    /// A plain float32 sum of eight million numbers is off by a percent.
    @Test func longSumsStayExact() {
        let x = Tensor(repeating: 1.1, shape: [1 << 23])
        let exact = Double(Float(1.1)) * Double(1 << 23)
        #expect(abs(Double(x.sum().scalar) / exact - 1) < 5e-7)
        #expect(abs(Double(x.mean().scalar) / Double(Float(1.1)) - 1) < 5e-7)
        let columns = x.reshaped(to: [1 << 18, 32]).sum(axis: 0)
        #expect(columns.values.allSatisfy { abs(Double($0) * 32 / exact - 1) < 5e-7 })
    }

    @Test func gradients() {
        let x = Tensor.testValues([2, 5, 3])
        expectGradients(of: { $0[0].sum() }, at: [x])
        expectGradients(of: { $0[0].mean() }, at: [x])
        for axis in [0, 1, -1] {
            expectGradients(of: { $0[0].sum(axis: axis) }, at: [x])
            expectGradients(of: { $0[0].mean(axis: axis, keepingAxis: true) }, at: [x])
            expectGradients(of: { $0[0].logSumExp(axis: axis) }, at: [x])
            expectGradients(of: { ($0[0] * 4).logSumExp(axis: axis, keepingAxis: true) }, at: [x])
            expectGradients(
                of: { $0[0].maximum(axis: axis) },
                at: [x],
                step: 0.001,
                relativeTolerance: 1e-2
            )
        }
    }

    @Test(arguments: [1, 4]) func maximaShowNotANumber(inner: Int) {
        var values = [Float](repeating: 1, count: 40 * inner)
        values[37 * inner] = .nan
        let x = Tensor(values, shape: [40, inner])
        #expect(x.maximum(axis: 0).values[0].isNaN)
        #expect(x.logSumExp(axis: 0).values[0].isNaN)
    }

    @Test func equalMaximaShareTheGradient() {
        let x = Tensor([1, 3, 3, 2], shape: [4]).asLeaf
        let y = Tape.record { x.maximum(axis: 0) }
        #expect(Gradients(of: y)[x]?.values == [0, 0.5, 0.5, 0])
    }

    @Test func logSumExpOfInfinities() {
        let none = Tensor([-.infinity, -.infinity], shape: [1, 2])
        #expect(none.logSumExp(axis: 1).values == [-.infinity])
        let some = Tensor([-.infinity, 1000], shape: [1, 2])
        #expect(some.logSumExp(axis: 1).values == [1000])
    }

    @Test func meanSquaredErrors() {
        let (a, b) = (Tensor.testValues([3, 4], seed: 1), Tensor.testValues([3, 4], seed: 2))
        expectClose(meanSquaredError(a, b), (a - b).squared().mean(), relativeTolerance: 1e-6)
        expectGradients(of: { meanSquaredError($0[0], $0[1]) }, at: [a, b])
    }

    private func loop(_ x: Tensor, _ axis: Int, _ body: ([Double]) -> Double) -> Tensor {
        let (inner, middle) = (x.shape.elementCount(after: axis), x.shape[axis])
        let values = x.values
        let shape = x.shape.removing(axis: axis)
        return Tensor(
            (0..<shape.elementCount).map { index in
                let start = index / inner * middle * inner + index % inner
                return Float(body((0..<middle).map { Double(values[start + $0 * inner]) }))
            },
            shape: shape
        )
    }
}
