extension UnaryKernels {
    /// `output[i] = upstream[i] · function′`, the derivative taken at `point[i]`.
    ///
    /// - Parameters:
    ///   - function: The function that was applied.
    ///   - point: Its arguments, or its values where `derivativeReadsOutput` says so.
    ///   - upstream: The gradient of its values.
    ///   - output: The gradient of its arguments.
    package static func gradient(
        of function: UnaryFunction,
        at point: Span<Float>,
        upstream: Span<Float>,
        into output: inout MutableSpan<Float>
    ) {
        precondition(point.count == output.count, "values and gradient differ in size")
        precondition(upstream.count == output.count, "values and gradient differ in size")
        let (x, g, d) = (InputBlock(point), InputBlock(upstream), OutputBlock(&output))
        ThreadTeam.run(over: output.count, cost: function.cost * 1.5) { range in
            let start = range.lowerBound
            gradient(
                of: function,
                x.advanced(by: start),
                g.advanced(by: start),
                d.advanced(by: start),
                range.count
            )
        }
    }

    private static func gradient(
        of function: UnaryFunction,
        _ point: InputBlock,
        _ upstream: InputBlock,
        _ output: OutputBlock,
        _ count: Int
    ) {
        @inline(__always)
        func map(_ body: (_ point: Vector, _ upstream: Vector) -> Vector) {
            UnaryKernels.map(point, upstream, output, count, body)
        }
        switch function {
        case .negate, .difference: map { _, g in VectorMath.negated(g) }
        case .absoluteValue:
            map { x, g in
                let signed = g.replacing(with: VectorMath.negated(g), where: x .< 0)
                return signed.replacing(with: 0, where: x .== 0)
            }
        case .square: map { x, g in g * (x + x) }
        case .squareRoot: map { y, g in g * 0.5 / y }
        case .reciprocal: map { y, g in VectorMath.negated(g * y * y) }
        case .exponential: map { y, g in g * y }
        case .logarithm: map { x, g in g / x }
        case .sine: map { x, g in g * VectorMath.sine(x, quadrant: 1) }
        case .cosine: map { x, g in VectorMath.negated(g * VectorMath.sine(x, quadrant: 0)) }
        case .add: map { _, g in g }
        case .multiply(let s): map { _, g in g * s }
        case .divide(by: let s): map { _, g in g / s }
        case .quotient(let s): map { x, g in VectorMath.negated(g * s) / (x * x) }
        case .clamp(let lower, let upper):
            map { x, g in
                g.replacing(with: 0, where: x .< lower).replacing(with: 0, where: x .> upper)
            }
        case .relu: map { y, g in Vector().replacing(with: g, where: y .> 0) }
        case .leakyRelu(let slope): map { x, g in (g * slope).replacing(with: g, where: x .> 0) }
        case .sigmoid: map { y, g in g * y * (1 - y) }
        case .hyperbolicTangent: map { y, g in g * (1 - y * y) }
        case .silu:
            map { x, g in
                let s = VectorMath.sigmoid(x)
                return g * s * (Vector(repeating: 1).addingProduct(x, 1 - s))
            }
        case .gelu:
            map { x, g in
                g * VectorMath.normalDistribution(x).addingProduct(x, VectorMath.normalDensity(x))
            }
        case .quickGelu:
            map { x, g in
                let s = VectorMath.sigmoid(x * 1.702)
                return g * s * (Vector(repeating: 1).addingProduct(x * 1.702, 1 - s))
            }
        }
    }

    /// Applies `body` to sixteen pairs at a time; the last group overlaps the one before it.
    @inline(__always)
    private static func map(
        _ left: InputBlock,
        _ right: InputBlock,
        _ output: OutputBlock,
        _ count: Int,
        _ body: (Vector, Vector) -> Vector
    ) {
        guard count >= 16 else {
            let (a, b) = (
                left.vector(at: 0, count: count, filler: 1),
                right.vector(at: 0, count: count, filler: 1)
            )
            output.store(body(a, b), at: 0, count: count)
            return
        }
        var index = 0
        while index <= count &- 16 {
            output.store(body(left.vector(at: index), right.vector(at: index)), at: index)
            index &+= 16
        }
        if index < count {
            let last = count &- 16
            output.store(body(left.vector(at: last), right.vector(at: last)), at: last)
        }
    }
}
