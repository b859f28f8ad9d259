/// A vector of 32-bit lanes that may hold pairs of bfloat16 values.
protocol PairedVector {
    /// The lower half of each lane, widened to float32: the values of even rows.
    var lowerHalves: Self { get }
    /// The upper half of each lane, widened to float32: the values of odd rows.
    var upperHalves: Self { get }
}

extension SIMD16<Float>: PairedVector {
    @inline(__always)
    var lowerHalves: SIMD16<Float> {
        unsafe unsafeBitCast(unsafeBitCast(self, to: SIMD16<UInt32>.self) &<< 16, to: Self.self)
    }

    @inline(__always)
    var upperHalves: SIMD16<Float> {
        unsafe unsafeBitCast(
            unsafeBitCast(self, to: SIMD16<UInt32>.self) & 0xFFFF_0000,
            to: Self.self
        )
    }
}

extension SIMD8<Float>: PairedVector {
    @inline(__always)
    var lowerHalves: SIMD8<Float> {
        unsafe unsafeBitCast(unsafeBitCast(self, to: SIMD8<UInt32>.self) &<< 16, to: Self.self)
    }

    @inline(__always)
    var upperHalves: SIMD8<Float> {
        unsafe unsafeBitCast(
            unsafeBitCast(self, to: SIMD8<UInt32>.self) & 0xFFFF_0000,
            to: Self.self
        )
    }
}
