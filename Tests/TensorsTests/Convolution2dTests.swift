import Tensors
import TestSupport
import Testing

/// The extents of one convolution under test.
struct ConvolutionCase: Sendable {
    var samples = 1
    let height: Int
    let width: Int
    let inputs: Int
    let outputs: Int
    var kernel = (3, 3)
    var stride = 1
    var padding = Padding2d(1)
    /// The largest error, as a share of the largest value.
    var tolerance: Float = 1e-5

    var x: Tensor { .testValues([samples, height, width, inputs], seed: 1) }
    var weight: Tensor { .testValues([outputs, inputs, kernel.0, kernel.1], seed: 2) }
    var bias: Tensor { .testValues([outputs], seed: 3) }

    /// Calls `body` with the flat indices of every product of the convolution: output, input, weight.
    func forEachProduct(_ body: (_ output: Int, _ input: Int, _ weight: Int) -> Void) -> Shape {
        let rows = (height + padding.top + padding.bottom - kernel.0) / stride + 1
        let columns = (width + padding.left + padding.right - kernel.1) / stride + 1
        for place in 0..<samples * rows * columns {
            let (sample, pixel) = place.quotientAndRemainder(dividingBy: rows * columns)
            for tap in 0..<kernel.0 * kernel.1 {
                let i = pixel / columns * stride + tap / kernel.1 - padding.top
                let j = pixel % columns * stride + tap % kernel.1 - padding.left
                guard 0..<height ~= i, 0..<width ~= j else { continue }
                for output in 0..<outputs {
                    for input in 0..<inputs {
                        body(
                            place * outputs + output,
                            ((sample * height + i) * width + j) * inputs + input,
                            (output * inputs + input) * kernel.0 * kernel.1 + tap
                        )
                    }
                }
            }
        }
        return [samples, rows, columns, outputs]
    }
}

@Suite struct Convolution2dTests {
    static let cases = [
        ConvolutionCase(height: 1, width: 1, inputs: 1, outputs: 1),
        ConvolutionCase(samples: 2, height: 5, width: 7, inputs: 3, outputs: 5),
        ConvolutionCase(samples: 2, height: 8, width: 8, inputs: 16, outputs: 32),
        ConvolutionCase(height: 16, width: 12, inputs: 4, outputs: 70),
        ConvolutionCase(height: 9, width: 16, inputs: 33, outputs: 3),
        ConvolutionCase(samples: 3, height: 8, width: 8, inputs: 7, outputs: 48, stride: 2),
        ConvolutionCase(
            height: 9,
            width: 8,
            inputs: 5,
            outputs: 33,
            stride: 2,
            padding: Padding2d(top: 0, bottom: 1, left: 0, right: 1)
        ),
        ConvolutionCase(
            height: 12,
            width: 16,
            inputs: 3,
            outputs: 17,
            kernel: (4, 4),
            stride: 4,
            padding: .zero
        ),
        ConvolutionCase(
            samples: 2,
            height: 6,
            width: 5,
            inputs: 19,
            outputs: 40,
            kernel: (1, 1),
            padding: .zero
        ),
        ConvolutionCase(
            height: 6,
            width: 9,
            inputs: 4,
            outputs: 9,
            kernel: (1, 5),
            padding: .zero
        ),
        ConvolutionCase(
            height: 7,
            width: 6,
            inputs: 4,
            outputs: 9,
            kernel: (5, 2),
            padding: Padding2d(top: 3, bottom: 1, left: 1, right: 0)
        ),
        ConvolutionCase(
            height: 6,
            width: 6,
            inputs: 4,
            outputs: 9,
            kernel: (1, 1),
            stride: 2,
            padding: .zero
        ),
        ConvolutionCase(height: 4, width: 4, inputs: 1_400, outputs: 40),
    ]

    /// Convolutions that Winograd's algorithm computes: whole and ragged tiles, panels of every width, more
    /// channels than it transforms at a time, more tiles than a block holds.
    static let fastCases = [
        ConvolutionCase(height: 8, width: 8, inputs: 32, outputs: 32, tolerance: 2e-5),
        ConvolutionCase(samples: 2, height: 9, width: 14, inputs: 48, outputs: 70, tolerance: 2e-5),
        ConvolutionCase(samples: 3, height: 8, width: 11, inputs: 32, outputs: 4, tolerance: 2e-5),
        ConvolutionCase(
            height: 10,
            width: 12,
            inputs: 32,
            outputs: 12,
            padding: .zero,
            tolerance: 2e-5
        ),
        ConvolutionCase(
            height: 9,
            width: 8,
            inputs: 64,
            outputs: 33,
            padding: Padding2d(top: 0, bottom: 2, left: 2, right: 1),
            tolerance: 2e-5
        ),
        ConvolutionCase(height: 8, width: 8, inputs: 592, outputs: 40, tolerance: 2e-5),
        ConvolutionCase(height: 84, width: 80, inputs: 80, outputs: 3, tolerance: 2e-5),
    ]

    @Test(arguments: cases + fastCases)
    func convolutionMatchesTheDefinition(convolution: ConvolutionCase) {
        let (x, weight, bias) = (
            convolution.x.values, convolution.weight.values, convolution.bias.values
        )
        var sums: [Int: Double] = [:]
        let shape = convolution.forEachProduct { output, input, tap in
            sums[output, default: 0] += Double(x[input]) * Double(weight[tap])
        }
        let plain = Tensor(
            (0..<shape.elementCount).map { Float(sums[$0] ?? 0) },
            shape: shape
        )
        let biased = Tensor(
            plain.values.enumerated().map { $0.element + bias[$0.offset % convolution.outputs] },
            shape: shape
        )
        expectClose(
            convolution2d(
                convolution.x,
                weight: convolution.weight,
                bias: nil,
                stride: convolution.stride,
                padding: convolution.padding
            ),
            plain,
            relativeTolerance: convolution.tolerance
        )
        expectClose(
            convolution2d(
                convolution.x,
                weight: convolution.weight,
                bias: convolution.bias,
                stride: convolution.stride,
                padding: convolution.padding
            ),
            biased,
            relativeTolerance: convolution.tolerance
        )
    }

    @Test(arguments: cases + fastCases)
    func gradientsMatchTheDefinition(convolution: ConvolutionCase) {
        let leaves = [convolution.x, convolution.weight, convolution.bias].map(\.asLeaf)
        let output = Tape.record {
            convolution2d(
                leaves[0],
                weight: leaves[1],
                bias: leaves[2],
                stride: convolution.stride,
                padding: convolution.padding
            )
        }
        let upstream = Tensor.testValues(output.shape, seed: 7)
        let gradients = Gradients(of: output, seed: upstream)
        let (x, weight, g) = (
            convolution.x.values, convolution.weight.values, upstream.values
        )
        var expected = leaves.map { [Double](repeating: 0, count: $0.count) }
        _ = convolution.forEachProduct { output, input, tap in
            expected[0][input] += Double(g[output]) * Double(weight[tap])
            expected[1][tap] += Double(g[output]) * Double(x[input])
        }
        for (index, value) in g.enumerated() {
            expected[2][index % convolution.outputs] += Double(value)
        }
        for (index, leaf) in leaves.enumerated() {
            expectClose(
                gradients[leaf]?.values ?? [],
                expected[index].map { Float($0) },
                relativeTolerance: 2 * convolution.tolerance,
                "gradient \(index)"
            )
        }
    }

    @Test func gradientsMatchDifferences() {
        expectGradients(
            of: {
                convolution2d(
                    $0[0],
                    weight: $0[1],
                    bias: $0[2],
                    stride: 2,
                    padding: Padding2d(top: 0, bottom: 1, left: 0, right: 1)
                )
            },
            at: [
                .testValues([2, 4, 4, 2], seed: 1), .testValues([3, 2, 3, 3], seed: 2),
                .testValues([3], seed: 3),
            ]
        )
    }

    /// More than the workspace holds, so that samples and rows come in several parts.
    @Test func severalChunksGiveWhatOneGives() {
        let x = Tensor.testValues([3, 128, 256, 48], seed: 1)
        let weight = Tensor.testValues([2, 48, 3, 3], seed: 2)
        let leaf = weight.asLeaf
        let whole = Tape.record {
            convolution2d(x, weight: leaf, bias: nil, padding: Padding2d(1))
        }
        let values = whole.values
        let pictureCount = x.count / 3
        for sample in 0..<3 {
            let picture = Tensor(
                Array(x.values[sample * pictureCount..<(sample + 1) * pictureCount]),
                shape: [1, 128, 256, 48]
            )
            let alone = convolution2d(picture, weight: weight, bias: nil, padding: Padding2d(1))
            #expect(
                alone.values == Array(values[sample * alone.count..<(sample + 1) * alone.count])
            )
        }
        let upstream = Tensor.testValues(whole.shape, seed: 3)
        let gradient = Gradients(of: whole, seed: upstream)[leaf]
        // The middle tap of the kernel sees every pixel: its gradient is a plain product.
        let plain = matrixMultiply(
            Tensor(upstream.values, shape: [3 * 128 * 256, 2]),
            Tensor(x.values, shape: [3 * 128 * 256, 48]),
            transposingLeft: true
        )
        let middle = stride(from: 4, to: 2 * 48 * 9, by: 9).map { gradient?.values[$0] ?? .nan }
        expectClose(middle, plain.values, relativeTolerance: 1e-4)
    }
}
