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
    func tensor(_ shape: Shape, from random: inout SplitMix) -> Tensor {
        Tensor(shape: shape) { values in
            for index in values.indices {
                switch self {
                case .constant(let value): values[index] = value
                case .uniform(let bound):
                    values[index] = .random(in: -bound...bound, using: &random)
                case .normal(let deviation):
                    let sum = (0..<12).reduce(Float(-6)) { sum, _ in
                        sum + .random(in: 0...1, using: &random)
                    }
                    values[index] = sum * deviation
                }
            }
        }
    }
}

/// A small generator (SplitMix64; Steele, Lea, Flood 2014).
struct SplitMix: RandomNumberGenerator {
    /// The counter.
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
