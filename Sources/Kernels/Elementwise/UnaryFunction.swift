/// A function of one number that devices apply element by element.
package enum UnaryFunction: Sendable, Equatable {
    case negate, absoluteValue, square, squareRoot, reciprocal
    case exponential, logarithm, sine, cosine
    /// x + s.
    case add(Float)
    /// s − x.
    case difference(from: Float)
    /// s x.
    case multiply(Float)
    /// x / s.
    case divide(by: Float)
    /// s / x.
    case quotient(of: Float)
    /// x, at least `lower` and at most `upper`.
    case clamp(lower: Float, upper: Float)
    case relu
    /// x where positive, else `slope` x.
    case leakyRelu(slope: Float)
    /// 1 / (1 + e⁻ˣ).
    case sigmoid
    case hyperbolicTangent
    /// x sigmoid(x).
    case silu
    /// x Φ(x), Φ being the standard normal distribution function (the exact form).
    case gelu
    /// x sigmoid(1.702 x), the form the first CLIP was trained with.
    case quickGelu

    /// Whether the derivative is computed from the function's value instead of its argument.
    package var derivativeReadsOutput: Bool {
        switch self {
        case .exponential, .squareRoot, .reciprocal, .sigmoid, .hyperbolicTangent, .relu: true
        default: false
        }
    }
}
