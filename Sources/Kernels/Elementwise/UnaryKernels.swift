/// Functions of one element, and their derivatives.
package enum UnaryKernels {
    typealias Vector = SIMD16<Float>

    /// `output[i] = function(input[i])`.
    package static func apply(
        _ function: UnaryFunction,
        to input: Span<Float>,
        into output: inout MutableSpan<Float>
    ) {
        precondition(input.count == output.count, "input and output differ in size")
        let (x, y) = (InputBlock(input), OutputBlock(&output))
        ThreadTeam.run(over: input.count, cost: function.cost) { range in
            apply(
                function,
                x.advanced(by: range.lowerBound),
                y.advanced(by: range.lowerBound),
                range.count
            )
        }
    }

    private static func apply(
        _ function: UnaryFunction,
        _ x: InputBlock,
        _ y: OutputBlock,
        _ count: Int
    ) {
        switch function {
        case .negate: map(x, y, count) { VectorMath.negated($0) }
        case .absoluteValue: map(x, y, count) { VectorMath.absoluteValue($0) }
        case .square: map(x, y, count) { $0 * $0 }
        case .squareRoot: map(x, y, count) { VectorMath.squareRoot($0) }
        case .reciprocal: map(x, y, count) { 1 / $0 }
        case .exponential: map(x, y, count) { VectorMath.exponential($0) }
        case .logarithm: map(x, y, count) { VectorMath.logarithm($0) }
        case .sine: map(x, y, count) { VectorMath.sine($0, quadrant: 0) }
        case .cosine: map(x, y, count) { VectorMath.sine($0, quadrant: 1) }
        case .add(let s): map(x, y, count) { $0 + s }
        case .difference(let s): map(x, y, count) { s - $0 }
        case .multiply(let s): map(x, y, count) { $0 * s }
        case .divide(by: let s): map(x, y, count) { $0 / s }
        case .quotient(let s): map(x, y, count) { s / $0 }
        case .clamp(let lower, let upper):
            map(x, y, count) { x in
                x.replacing(with: lower, where: x .< lower).replacing(
                    with: upper,
                    where: x .> upper
                )
            }
        case .relu: map(x, y, count) { $0.replacing(with: 0, where: $0 .< 0) }
        case .leakyRelu(let slope):
            map(x, y, count) { $0.replacing(with: $0 * slope, where: $0 .< 0) }
        case .sigmoid: map(x, y, count) { VectorMath.sigmoid($0) }
        case .hyperbolicTangent: map(x, y, count) { VectorMath.hyperbolicTangent($0) }
        case .silu: map(x, y, count) { $0 * VectorMath.sigmoid($0) }
        case .gelu: map(x, y, count) { $0 * VectorMath.normalDistribution($0) }
        case .quickGelu: map(x, y, count) { $0 * VectorMath.sigmoid($0 * 1.702) }
        }
    }

    /// Applies `body` to sixteen values at a time; the last group overlaps the one before it.
    @inline(__always)
    private static func map(
        _ x: InputBlock,
        _ y: OutputBlock,
        _ count: Int,
        _ body: (Vector) -> Vector
    ) {
        guard count >= 16 else {
            // One is a value every function accepts without a slow path.
            y.store(body(x.vector(at: 0, count: count, filler: 1)), at: 0, count: count)
            return
        }
        var index = 0
        while index <= count &- 16 {
            y.store(body(x.vector(at: index)), at: index)
            index &+= 16
        }
        if index < count { y.store(body(x.vector(at: count &- 16)), at: count &- 16) }
    }
}

extension UnaryFunction {
    /// Roughly the nanoseconds of one element on one core.
    var cost: Double {
        switch self {
        case .negate, .absoluteValue, .square, .add, .difference, .multiply, .clamp, .relu,
            .leakyRelu:
            0.15
        case .squareRoot, .reciprocal, .divide, .quotient: 0.2
        default: 0.6
        }
    }
}
