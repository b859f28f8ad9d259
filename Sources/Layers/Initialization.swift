internal import Tensors

/// The first values of a parameter that is trained from scratch.
package enum Initialization: Sendable {
    /// The same value everywhere.
    case constant(Float)
    /// Normal with mean 0.
    case normal(standardDeviation: Float)
    /// Uniform in −bound…bound.
    case uniform(bound: Float)

    /// Zero everywhere, as for a layer that must not change anything at first.
    package static var zeros: Initialization { .constant(0) }
    /// One everywhere, as for the weight of a normalisation.
    package static var ones: Initialization { .constant(1) }

    /// What PyTorch gives the weight and the bias of `Linear` and `Conv2d`: uniform in ±1/√fanIn.
    ///
    /// PyTorch calls it kaiming uniform with a = √5 (He et al., arXiv 1502.01852).
    package static func kaimingUniform(fanIn: Int) -> Initialization {
        .uniform(bound: 1 / Float(fanIn).squareRoot())
    }

    /// Draws a tensor.
    func tensor(_ shape: Shape, from random: inout some RandomSource) -> Tensor {
        switch self {
        case .constant(let value): Tensor(repeating: value, shape: shape)
        case .normal(let deviation): random.normal(shape) * deviation
        case .uniform(let bound): random.uniform(shape, in: -bound...bound)
        }
    }
}
