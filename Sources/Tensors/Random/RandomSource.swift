/// Where random numbers come from: a value with a state, passed on as `inout`.
///
/// Sources are named after what they reproduce. Conforming to `RandomNumberGenerator` lets the standard
/// library shuffle with them too.
package protocol RandomSource: RandomNumberGenerator {
    /// The next 32 random bits.
    mutating func nextWord() -> UInt32

    /// A number in 0..<1.
    mutating func nextUniform() -> Float

    /// Standard normal numbers.
    mutating func normal(_ shape: Shape) -> Tensor

    /// Numbers spread evenly over a range.
    mutating func uniform(_ shape: Shape, in range: ClosedRange<Float>) -> Tensor

    /// One of 0..<`bound`, all equally likely.
    mutating func integer(below bound: Int) -> Int
}

extension RandomSource {
    /// The next 64 random bits, the earlier word being the lower half.
    package mutating func next() -> UInt64 {
        let low = UInt64(nextWord())
        return low | UInt64(nextWord()) << 32
    }

    /// 24 random bits as a number in 0..<1.
    package mutating func nextUniform() -> Float { Float(nextWord() >> 8) * 0x1p-24 }

    package mutating func uniform(
        _ shape: Shape,
        in range: ClosedRange<Float> = 0...1
    ) -> Tensor {
        let width = range.upperBound - range.lowerBound
        return Tensor(shape: shape) { values in
            for index in values.indices {
                values[index] = range.lowerBound + width * nextUniform()
            }
        }
    }

    package mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "there is no integer below \(bound)")
        return Int.random(in: 0..<bound, using: &self)
    }
}
