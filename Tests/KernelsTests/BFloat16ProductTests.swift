import Kernels
import TestSupport
import Testing

/// Products in bfloat16 against the products of the rounded operands, in double precision.
@Suite struct BFloat16ProductTests {
    /// Values in −1…1 that bfloat16 does not hold.
    static func values(_ count: Int, seed: UInt64) -> [Float] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
        }
    }

    /// The values rounded to bfloat16, exactly.
    static func rounded(_ values: [Float]) -> [Double] {
        var halves = [UInt16](repeating: 0, count: values.count)
        var span = halves.mutableSpan
        HalfPrecision.bfloat16.narrow(values.span, into: &span)
        return halves.map { Double(Float(bitPattern: UInt32($0) << 16)) }
    }

    /// The largest difference over the largest value.
    static func error(_ found: [Float], _ expected: [Double]) -> Double {
        let largest = expected.map(abs).max() ?? 0
        return zip(found, expected).map { abs(Double($0) - $1) }.max().map { $0 / largest } ?? 0
    }

    /// A linear map with panels that were packed once.
    static func linear(
        _ left: [Float],
        _ weight: [Float],
        bias: [Float],
        rows: Int,
        inner: Int,
        precision: PanelPrecision = .bfloat16,
        team: ThreadTeam = .shared
    ) -> [Float] {
        let panels = PackedPanels(
            linear: weight.span,
            outputs: bias.count,
            inputs: inner,
            precision: precision,
            team: team
        )
        var result = [Float](repeating: .nan, count: rows * bias.count)
        var span = result.mutableSpan
        matrixMultiply(
            rows: rows,
            left: left.span,
            right: panels,
            bias: bias.span,
            into: &span,
            team: team
        )
        return result
    }

    @Test(arguments: [
        (1, 8, 2), (5, 9, 3), (12, 32, 64), (13, 47, 33), (77, 100, 1), (130, 257, 4_801),
    ])
    func theProductIsThatOfRoundedOperands(rows: Int, columns: Int, inner: Int) {
        let left = Self.values(rows * inner, seed: 1)
        let weight = Self.values(columns * inner, seed: 2)
        let bias = Self.values(columns, seed: 3)
        let found = Self.linear(left, weight, bias: bias, rows: rows, inner: inner)
        let (a, b) = (Self.rounded(left), Self.rounded(weight))
        var expected: [Double] = []
        for row in 0..<rows {
            for column in 0..<columns {
                var sum = Double(bias[column])
                for k in 0..<inner { sum += a[row * inner + k] * b[column * inner + k] }
                expected.append(sum)
            }
        }
        // Sums of thousands of products are rounded in float32 on the way.
        #expect(Self.error(found, expected) < (inner < 1_000 ? 1e-6 : 3e-6))
    }

    @Test func theThreadCountAndTheOtherRowsDoNotChangeTheBytes() {
        let (rows, columns, inner) = (301, 300, 270)
        let left = Self.values(rows * inner, seed: 1)
        let weight = Self.values(columns * inner, seed: 2)
        let bias = Self.values(columns, seed: 3)
        let results = [1, 2, 3].map {
            let team = ThreadTeam(threadCount: $0)
            return Self.linear(left, weight, bias: bias, rows: rows, inner: inner, team: team)
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
        let last = Array(left.suffix(7 * inner))
        let alone = Self.linear(last, weight, bias: bias, rows: 7, inner: inner)
        #expect(alone == Array(results[0].suffix(7 * columns)))
    }

    @Test func whatIsNotFiniteStaysSo() {
        let left: [Float] = [1, .nan, 1, .infinity]
        let weight = [Float](repeating: 1, count: 16)
        let found = Self.linear(
            left,
            weight,
            bias: [Float](repeating: 0, count: 8),
            rows: 2,
            inner: 2
        )
        #expect(found.prefix(8).allSatisfy { $0.isNaN })
        #expect(found.suffix(8).allSatisfy { $0 == .infinity })
        let bad = [Float](repeating: Float(bitPattern: 0x7FFF_FFFF), count: 16)
        let product = Self.linear(
            [1, 1],
            bad,
            bias: [Float](repeating: 0, count: 8),
            rows: 1,
            inner: 2
        )
        #expect(product.allSatisfy { $0.isNaN })
    }

    @Test func panelsTakeHalfTheMemory() {
        let weight = Self.values(640 * 1_280, seed: 2)
        func bytes(_ precision: PanelPrecision) -> Int {
            PackedPanels(linear: weight.span, outputs: 640, inputs: 1_280, precision: precision)
                .byteCount
        }
        #expect(2 * bytes(.bfloat16) == bytes(.float32))
    }

    /// A convolution with kernels that were packed once.
    static func convolution(
        _ extents: ConvolutionExtents,
        _ input: [Float],
        _ weight: [Float],
        precision: PanelPrecision
    ) -> [Float] {
        let count = extents.sampleCount * extents.outputHeight * extents.outputWidth
        var result = [Float](repeating: .nan, count: count * extents.outputChannels)
        let bias = values(extents.outputChannels, seed: 3)
        let kernel = ConvolutionKernel(weight.span, extents, precision: precision)
        var span = result.mutableSpan
        convolution2d(extents, input: input.span, kernel: kernel, bias: bias.span, into: &span)
        return result
    }

    /// Sizes whose windows are walked over directly: strides, few pixels, pixels that stick out, no padding.
    @Test(arguments: [
        (6, 7, 10, 40, 3, 1, 1), (9, 8, 6, 33, 3, 2, 1), (28, 28, 4, 48, 14, 14, 0),
        (4, 4, 64, 64, 3, 1, 1), (8, 8, 32, 32, 3, 1, 1), (5, 12, 3, 16, 3, 1, 1),
    ])
    func aDirectConvolutionIsThatOfRoundedOperands(
        height: Int,
        width: Int,
        channels: Int,
        outputs: Int,
        kernel: Int,
        stride: Int,
        padding: Int
    ) {
        var extents = ConvolutionExtents(
            sampleCount: 2,
            height: height,
            width: width,
            inputChannels: channels,
            outputChannels: outputs,
            kernelHeight: kernel,
            kernelWidth: kernel
        )
        extents.stride = stride
        (extents.top, extents.bottom, extents.left, extents.right) =
            (padding, padding, padding, padding)
        let input = Self.values(2 * height * width * channels, seed: 1)
        let weight = Self.values(outputs * channels * kernel * kernel, seed: 2)
        // Windows of an odd number of channels would begin in the middle of a pair: nothing is rounded.
        let isRounded = channels % 2 == 0
        let a = isRounded ? Self.rounded(input) : input.map(Double.init)
        let b = isRounded ? Self.rounded(weight) : weight.map(Double.init)
        let bias = Self.values(outputs, seed: 3)
        var expected: [Double] = []
        for sample in 0..<2 {
            for row in 0..<extents.outputHeight {
                for column in 0..<extents.outputWidth {
                    for output in 0..<outputs {
                        var sum = Double(bias[output])
                        for u in 0..<kernel {
                            for v in 0..<kernel {
                                let y = row * stride + u - padding
                                let x = column * stride + v - padding
                                guard 0..<height ~= y, 0..<width ~= x else { continue }
                                let pixel = ((sample * height + y) * width + x) * channels
                                for c in 0..<channels {
                                    let place = ((output * channels + c) * kernel + u) * kernel + v
                                    sum += a[pixel + c] * b[place]
                                }
                            }
                        }
                        expected.append(sum)
                    }
                }
            }
        }
        let found = Self.convolution(extents, input, weight, precision: .bfloat16)
        #expect(Self.error(found, expected) < 1e-6)
    }

    /// A 3 × 3 convolution by Winograd's algorithm rounds its weights only.
    @Test func aWinogradConvolutionTakesRoundedWeights() {
        var extents = ConvolutionExtents(
            sampleCount: 2,
            height: 13,
            width: 18,
            inputChannels: 32,
            outputChannels: 56,
            kernelHeight: 3,
            kernelWidth: 3
        )
        (extents.top, extents.bottom, extents.left, extents.right) = (1, 1, 1, 1)
        let input = Self.values(2 * 13 * 18 * 32, seed: 1)
        let weight = Self.values(56 * 32 * 9, seed: 2)
        let found = Self.convolution(extents, input, weight, precision: .bfloat16)
        let rounded = Self.rounded(weight).map { Float($0) }
        let expected = Self.convolution(extents, input, rounded, precision: .float32)
        #expect(Self.error(found, expected.map(Double.init)) < 1e-6)
    }
}
