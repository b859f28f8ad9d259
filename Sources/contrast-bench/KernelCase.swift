internal import Kernels

/// One kernel at one size of Stable Diffusion v1.5.
struct KernelCase {
    /// What the work is counted in.
    enum Unit: String {
        case gigaflops = "GFLOP/s"
        case gigabytes = "GB/s"
    }

    let name: String
    let unit: Unit
    /// Floating-point operations of the plain algorithm, or bytes read and written.
    let work: Double
    let run: () -> Void

    /// `count` numbers around zero, the same in every run.
    static func numbers(_ count: Int) -> [Float] {
        var state: UInt32 = 12_345
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(Int32(bitPattern: state)) * 0x1p-31
        }
    }

    /// x·Wᵀ + b with W packed.
    static func linear(
        rows: Int,
        inputs: Int,
        outputs: Int,
        _ precision: PanelPrecision
    ) -> KernelCase {
        let x = numbers(rows * inputs)
        let bias = numbers(outputs)
        let panels = PackedPanels(
            linear: numbers(inputs * outputs).span,
            outputs: outputs,
            inputs: inputs,
            precision: precision
        )
        let result = Result(count: rows * outputs)
        return KernelCase(
            name: "linear \(rows) × \(outputs) × \(inputs), \(precision)",
            unit: .gigaflops,
            work: Double(2 * rows * inputs) * Double(outputs)
        ) {
            result.write {
                matrixMultiply(
                    rows: rows,
                    left: x.span,
                    right: panels,
                    bias: bias.span,
                    into: &$0
                )
            }
        }
    }

    /// A 3 × 3 convolution that keeps the size, or halves it.
    static func convolution(
        samples: Int,
        side: Int,
        inputs: Int,
        outputs: Int,
        stride: Int = 1,
        _ precision: PanelPrecision
    ) -> KernelCase {
        var extents = ConvolutionExtents(
            sampleCount: samples,
            height: side,
            width: side,
            inputChannels: inputs,
            outputChannels: outputs,
            kernelHeight: 3,
            kernelWidth: 3
        )
        (extents.top, extents.bottom, extents.left, extents.right) = (1, 1, 1, 1)
        extents.stride = stride
        let described = extents
        let x = numbers(samples * side * side * inputs)
        let bias = numbers(outputs)
        let kernel = ConvolutionKernel(
            numbers(outputs * inputs * 9).span,
            described,
            precision: precision
        )
        let pixels = samples * described.outputHeight * described.outputWidth
        let result = Result(count: pixels * outputs)
        let step = stride == 1 ? "" : ", stride \(stride)"
        return KernelCase(
            name: "conv 3×3 \(samples) × \(side)², \(inputs) → \(outputs)\(step), \(precision)",
            unit: .gigaflops,
            work: Double(2 * 9 * pixels * inputs) * Double(outputs)
        ) {
            result.write {
                convolution2d(
                    described,
                    input: x.span,
                    kernel: kernel,
                    bias: bias.span,
                    into: &$0
                )
            }
        }
    }

    /// Attention, forward; the products' operations are counted.
    static func attention(
        queries: Int,
        keys: Int,
        heads: Int,
        dimension: Int,
        _ precision: PanelPrecision
    ) -> KernelCase {
        let extents = AttentionExtents(
            sampleCount: 1,
            queryCount: queries,
            keyCount: keys,
            headCount: heads,
            headDimension: dimension
        )
        let width = heads * dimension
        let (q, k, v) = (numbers(queries * width), numbers(keys * width), numbers(keys * width))
        let (result, logSumExp) = (Result(count: queries * width), Result(count: heads * queries))
        return KernelCase(
            name: "attention \(queries) × \(keys), \(heads) heads of \(dimension), \(precision)",
            unit: .gigaflops,
            work: Double(4 * queries * keys) * Double(width)
        ) {
            result.write { output in
                logSumExp.write { sums in
                    Kernels.attention(
                        extents,
                        queries: q.span,
                        keys: k.span,
                        values: v.span,
                        into: &output,
                        logSumExp: &sums,
                        precision: precision
                    )
                }
            }
        }
    }

    /// The gradients of an attention; five products are counted.
    static func attentionGradients(
        queries: Int,
        keys: Int,
        heads: Int,
        dimension: Int
    ) -> KernelCase {
        let extents = AttentionExtents(
            sampleCount: 1,
            queryCount: queries,
            keyCount: keys,
            headCount: heads,
            headDimension: dimension
        )
        let width = heads * dimension
        let (q, k, v) = (numbers(queries * width), numbers(keys * width), numbers(keys * width))
        let (output, sums) = (numbers(queries * width), numbers(heads * queries))
        let (dq, dk, dv) = (
            Result(count: queries * width), Result(count: keys * width),
            Result(count: keys * width)
        )
        return KernelCase(
            name: "attention gradients \(queries) × \(keys), \(heads) heads of \(dimension)",
            unit: .gigaflops,
            work: Double(10 * queries * keys) * Double(width)
        ) {
            dq.write { dq in
                dk.write { dk in
                    dv.write { dv in
                        Kernels.attentionGradients(
                            extents,
                            queries: q.span,
                            keys: k.span,
                            values: v.span,
                            output: output.span,
                            logSumExp: sums.span,
                            upstream: output.span,
                            queryGradient: &dq,
                            keyGradient: &dk,
                            valueGradient: &dv
                        )
                    }
                }
            }
        }
    }

    /// A group normalisation, with SiLU.
    static func groupNorm(positions: Int, channels: Int) -> KernelCase {
        let extents = GroupNormKernels.Extents(
            samples: 1,
            positions: positions,
            channels: channels,
            groups: 32
        )
        let count = positions * channels
        let (x, weight, bias) = (numbers(count), numbers(channels), numbers(channels))
        let (statistics, result) = (Result(count: 64), Result(count: count))
        return KernelCase(
            name: "group norm + SiLU \(positions) × \(channels)",
            unit: .gigabytes,
            work: Double(3 * count * MemoryLayout<Float>.size)
        ) {
            statistics.write {
                GroupNormKernels.statistics(of: x.span, extents, epsilon: 1e-5, into: &$0)
            }
            let measured = statistics.values
            result.write {
                GroupNormKernels.apply(
                    to: x.span,
                    extents,
                    statistics: measured.span,
                    weight: weight.span,
                    bias: bias.span,
                    appliesSiLU: true,
                    into: &$0
                )
            }
        }
    }

    /// A layer normalisation.
    static func layerNorm(rows: Int, width: Int) -> KernelCase {
        let (x, weight, bias) = (numbers(rows * width), numbers(width), numbers(width))
        let result = Result(count: rows * width)
        return KernelCase(
            name: "layer norm \(rows) × \(width)",
            unit: .gigabytes,
            work: Double(2 * rows * width * MemoryLayout<Float>.size)
        ) {
            result.write {
                LayerNormKernels.apply(
                    to: x.span,
                    weight: weight.span,
                    bias: bias.span,
                    epsilon: 1e-5,
                    into: &$0
                )
            }
        }
    }

    /// A sum of two tensors of the same shape.
    static func sum(count: Int) -> KernelCase {
        let (x, y, result) = (numbers(count), numbers(count), Result(count: count))
        return KernelCase(
            name: "x + y of \(count)",
            unit: .gigabytes,
            work: Double(3 * count * MemoryLayout<Float>.size)
        ) {
            result.write {
                BinaryKernels.apply(
                    .add,
                    x.span,
                    strides: [1],
                    y.span,
                    strides: [1],
                    extents: [count],
                    into: &$0
                )
            }
        }
    }
}

/// Memory that a kernel writes again and again.
final class Result {
    private(set) var values: [Float]

    init(count: Int) { values = [Float](repeating: 0, count: count) }

    func write(_ body: (inout MutableSpan<Float>) -> Void) {
        unsafe values.withUnsafeMutableBufferPointer { buffer in
            var span = unsafe MutableSpan(_unsafeElements: buffer)
            body(&span)
        }
    }
}
