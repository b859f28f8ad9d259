package import Tensors

extension Tensor {
    /// A tensor of reproducible values spread over −1…1, for tests.
    ///
    /// - Parameters:
    ///   - shape: The extents.
    ///   - seed: Different seeds give unrelated values.
    package static func testValues(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        return Tensor(
            (0..<shape.elementCount).map { _ in
                // SplitMix64 (Steele, Lea, Flood 2014).
                state &+= 0x9E37_79B9_7F4A_7C15
                var word = state
                word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
                word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
                word ^= word >> 31
                return Float(Int64(word >> 40)) / Float(1 << 23) - 1
            },
            shape: shape
        )
    }
}
