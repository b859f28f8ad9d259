import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct NormalizationTests {
    @Test(arguments: [1, 3, 16, 17, 40, 333])
    func softmaxIsAProbability(width: Int) {
        let x = Tensor.testValues([5, width]) * 30
        let y = x.softmax()
        expectClose(y, (x - x.logSumExp(axis: 1, keepingAxis: true)).exponential())
        expectClose(y.sum(axis: 1), .ones([5]), relativeTolerance: 1e-6)
    }

    @Test func softmaxOfLargeAndAbsentScores() {
        let x = Tensor([1e4, 1e4, -.infinity, 0], shape: [1, 4])
        #expect(x.softmax().values == [0.5, 0.5, 0, 0])
    }

    @Test(arguments: [3, 20])
    func gradientsOverTheLastAxis(width: Int) {
        let x = Tensor.testValues([3, width])
        expectGradients(of: { ($0[0] * 3).softmax() }, at: [x])
        expectGradients(of: { $0[0].l2Normalized() }, at: [x])
        expectGradients(of: { $0[0].l2Normalized(epsilon: 0.5) }, at: [x])
    }

    @Test func unitLengths() {
        let x = Tensor([3, 4, 0, 0], shape: [2, 2])
        expectClose(x.l2Normalized(), Tensor([0.6, 0.8, 0, 0], shape: [2, 2]))
        let leaf = x.asLeaf
        let y = Tape.record { leaf.l2Normalized().sum() }
        #expect(Gradients(of: y)[leaf]?.values.allSatisfy(\.isFinite) == true)
    }

    @Test(arguments: [[7, 5], [3, 16], [2, 3, 50], [40, 320]] as [Shape])
    func layerNormAgreesWithItsFormula(_ shape: Shape) {
        let width = shape.extent(fromEnd: 0)
        let x = Tensor.testValues(shape) * 3 + 20
        let (weight, bias) = (
            Tensor.testValues([width], seed: 2), Tensor.testValues([width], seed: 3)
        )
        let y = layerNorm(x, weight: weight, bias: bias, epsilon: 1e-5)
        let rows = x.values.map(Double.init)
        let expected = rows.indices.map { index in
            let row = rows[index / width * width..<(index / width + 1) * width]
            let mean = row.reduce(0, +) / Double(width)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
            let normalized = (rows[index] - mean) / (variance + 1e-5).squareRoot()
            let channel = index % width
            return Float(normalized * Double(weight.span[channel]) + Double(bias.span[channel]))
        }
        expectClose(y, Tensor(expected, shape: shape), relativeTolerance: 1e-5)
    }

    @Test(arguments: [[5, 4], [2, 35, 6], [3, 17]] as [Shape])
    func layerNormGradients(_ shape: Shape) {
        let width = shape.extent(fromEnd: 0)
        expectGradients(
            of: { layerNorm($0[0], weight: $0[1], bias: $0[2], epsilon: 1e-2) },
            at: [.testValues(shape), .testValues([width], seed: 2), .testValues([width], seed: 3)]
        )
    }

    @Test(
        arguments: [
            ([2, 3, 3, 8], 2), ([1, 5, 6], 3), ([2, 64, 64, 20], 5), ([1, 200, 320], 32),
            ([3, 4], 1),
        ] as [(Shape, Int)]
    )
    func groupNormAgreesWithItsFormula(_ shape: Shape, groups: Int) {
        let channels = shape.extent(fromEnd: 0)
        let x = Tensor.testValues(shape) * 3 + 20
        let weight = Tensor.testValues([channels], seed: 2)
        let bias = Tensor.testValues([channels], seed: 3)
        let y = groupNorm(x, groups: groups, weight: weight, bias: bias, epsilon: 1e-6)
        let perGroup = channels / groups
        let perSample = shape.elementCount(after: 0)
        let values = x.values.map(Double.init)
        var (sums, squares) = ([Int: Double](), [Int: Double]())
        func group(_ index: Int) -> Int {
            index / perSample * groups + index % channels / perGroup
        }
        let count = Double(perSample / groups)
        for index in values.indices { sums[group(index), default: 0] += values[index] / count }
        for index in values.indices {
            let centred = values[index] - (sums[group(index)] ?? .nan)
            squares[group(index), default: 0] += centred * centred / count
        }
        let expected = values.indices.map { index in
            let centred = values[index] - (sums[group(index)] ?? .nan)
            let deviation = ((squares[group(index)] ?? .nan) + 1e-6).squareRoot()
            let channel = index % channels
            return Float(
                centred / deviation * Double(weight.span[channel]) + Double(bias.span[channel])
            )
        }
        expectClose(y, Tensor(expected, shape: shape), relativeTolerance: 1e-5)
    }

    @Test(
        arguments: [([2, 3, 3, 8], 2), ([1, 5, 18], 3), ([1, 200, 320], 32)] as [(Shape, Int)]
    )
    func groupNormWithSiLUIsTheTwoInTurn(_ shape: Shape, groups: Int) {
        let channels = shape.extent(fromEnd: 0)
        let x = Tensor.testValues(shape) * 3 + 20
        let weight = Tensor.testValues([channels], seed: 2)
        let bias = Tensor.testValues([channels], seed: 3)
        func norm(appliesSiLU: Bool) -> Tensor {
            groupNorm(x, groups: groups, weight: weight, bias: bias, appliesSiLU: appliesSiLU)
        }
        #expect(norm(appliesSiLU: true).values == silu(norm(appliesSiLU: false)).values)
    }

    @Test(
        arguments: [([2, 2, 3, 4], 2), ([1, 5, 18], 3), ([2, 6], 3)] as [(Shape, Int)],
        [false, true]
    )
    func groupNormGradients(_ extents: (shape: Shape, groups: Int), appliesSiLU: Bool) {
        let shape = extents.shape
        let channels = shape.extent(fromEnd: 0)
        expectGradients(
            of: {
                groupNorm(
                    $0[0],
                    groups: extents.groups,
                    weight: $0[1],
                    bias: $0[2],
                    epsilon: 1e-1,
                    appliesSiLU: appliesSiLU
                )
            },
            at: [
                .testValues(shape), .testValues([channels], seed: 2),
                .testValues([channels], seed: 3),
            ]
        )
    }
}
