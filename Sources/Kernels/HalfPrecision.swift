/// The two 16-bit formats that weights are stored in.
package enum HalfPrecision: Sendable, CaseIterable {
    /// IEEE 754 binary16: 5 exponent bits, 10 fraction bits.
    case float16
    /// The upper half of a float32: 8 exponent bits, 7 fraction bits.
    case bfloat16

    /// Values per piece of work for a thread.
    private static let blockSize = 1 << 16

    /// Widens 16-bit values to float32, which is exact.
    ///
    /// - Parameters:
    ///   - source: Two bytes per value, little-endian, at any alignment.
    ///   - output: As many values.
    package func widen(_ source: RawSpan, into output: inout MutableSpan<Float>) {
        precondition(source.byteCount == 2 * output.count, "two bytes are needed per value")
        guard !output.isEmpty else { return }
        let destination = unsafe output.base
        unsafe source.withUnsafeBytes { source in
            guard let values = source.baseAddress else { return }
            ThreadTeam.shared.run(over: output.count, blockSize: Self.blockSize) { block in
                unsafe widen(values, into: destination, block)
            }
        }
    }

    /// Widens the values of a range. Plain loops over plain pointers, which the compiler turns into
    /// vector code; it does not where pointers are captured or bounds are checked.
    private func widen(
        _ source: UnsafeRawPointer,
        into output: UnsafeMutablePointer<Float>,
        _ range: Range<Int>
    ) {
        switch self {
        case .float16:
            for index in range {
                let bits = unsafe source.loadUnaligned(
                    fromByteOffset: 2 &* index,
                    as: UInt16.self
                )
                unsafe output[index] = Float(Float16(bitPattern: bits))
            }
        case .bfloat16:
            for index in range {
                let bits = unsafe source.loadUnaligned(
                    fromByteOffset: 2 &* index,
                    as: UInt16.self
                )
                unsafe output[index] = Float(bitPattern: UInt32(bits) &<< 16)
            }
        }
    }

    /// Rounds float32 values to the nearest 16-bit value, ties to even; NaN stays NaN.
    ///
    /// - Parameters:
    ///   - source: The values; beyond ±65504 they become infinite as float16.
    ///   - output: As many bit patterns.
    package func narrow(_ source: Span<Float>, into output: inout MutableSpan<UInt16>) {
        precondition(source.count == output.count, "spans differ in length")
        guard !source.isEmpty else { return }
        let (source, count) = unsafe (source.base, source.count)
        unsafe output.withUnsafeMutableBufferPointer { output in
            ThreadTeam.shared.run(over: count, blockSize: Self.blockSize) { block in
                switch self {
                case .float16:
                    for index in block {
                        unsafe output[index] = Float16(source[index]).bitPattern
                    }
                case .bfloat16:
                    for index in block {
                        unsafe output[index] = HalfPrecision.bfloat16Bits(of: source[index])
                    }
                }
            }
        }
    }

    /// The bfloat16 nearest to `value`: adds half of the last kept bit, plus one if that bit is odd.
    @inline(__always)
    private static func bfloat16Bits(of value: Float) -> UInt16 {
        let bits = value.bitPattern
        let rounded = (bits &+ 0x7FFF &+ (bits &>> 16 & 1)) &>> 16
        // The addition could turn a NaN into an infinity; a quiet NaN of the same sign replaces it.
        let quietNaN = bits &>> 16 | 0x40
        let isNaN = bits & 0x7FFF_FFFF > 0x7F80_0000
        return UInt16(truncatingIfNeeded: isNaN ? quietNaN : rounded)
    }
}
