internal import Glibc
internal import Kernels

/// The numbers PyTorch draws on the CPU: `torch.randn`, `rand` and `randint` with
/// `torch.Generator().manual_seed(seed)`.
///
/// Matches `at::CPUGeneratorImpl` and `normal_fill` of ATen, which has two ways: fewer than sixteen
/// normal numbers come one pair at a time in double precision, with the second of a pair kept for the
/// next call; sixteen and more come in blocks of sixteen in single precision.
package struct TorchSource: RandomSource, Sendable {
    private var twister: MersenneTwister
    /// The second number of the last pair drawn one at a time.
    private var pendingNormal: Double?

    /// Creates the source that `manual_seed(seed)` makes.
    package init(seed: UInt64) {
        // PyTorch keeps all 64 bits, but its Mersenne twister is started with the lower 32.
        twister = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed))
    }

    package mutating func nextWord() -> UInt32 { twister.nextWord() }

    /// As PyTorch, from the lower 24 bits.
    package mutating func nextUniform() -> Float { Float(nextWord() & 0xFF_FFFF) * 0x1p-24 }

    /// As `torch.randint(bound, …)`, which takes the remainder.
    package mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "there is no integer below \(bound)")
        if bound >= 1 << 28 { return Int(nextLongWord() % UInt64(bound)) }
        return Int(nextWord() % UInt32(bound))
    }

    package mutating func normal(_ shape: Shape) -> Tensor {
        let count = shape.elementCount
        guard count >= 16 else {
            return Tensor(shape: shape) { values in
                for index in values.indices { values[index] = Float(nextNormal()) }
            }
        }
        return Tensor(shape: shape) { values in
            for index in values.indices { values[index] = nextUniform() }
            let blocks = stride(from: 0, through: count - 16, by: 16)
            TorchNormalKernels.transform(&values, blocksAt: blocks)
            guard !count.isMultiple(of: 16) else { return }
            // The last sixteen are drawn again when they are no block of their own.
            for index in count - 16..<count { values[index] = nextUniform() }
            TorchNormalKernels.transform(&values, blocksAt: [count - 16])
        }
    }

    /// One standard normal number by Box and Muller, in double precision.
    private mutating func nextNormal() -> Double {
        if let pending = pendingNormal {
            pendingNormal = nil
            return pending
        }
        let angle = 2 * Double.pi * nextDoubleUniform()
        let radius = (-2 * log1p(-nextDoubleUniform())).squareRoot()
        pendingNormal = radius * sin(angle)
        return radius * cos(angle)
    }

    /// 53 random bits as a number in 0..<1.
    private mutating func nextDoubleUniform() -> Double {
        Double(nextLongWord() & 0x1F_FFFF_FFFF_FFFF) * 0x1p-53
    }

    /// Two words, the earlier one being the upper half.
    private mutating func nextLongWord() -> UInt64 {
        let high = UInt64(nextWord())
        return high << 32 | UInt64(nextWord())
    }
}
