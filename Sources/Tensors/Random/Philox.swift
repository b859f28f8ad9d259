/// The block function Philox 4x32-10 of Salmon et al. 2011, with the constants of Random123.
package enum Philox {
    /// Four random words from a counter of 128 bits and a key of 64, given in halves, low first.
    package static func block(
        counter: (low: UInt64, high: UInt64),
        key: UInt64
    ) -> SIMD4<UInt32> {
        var x = SIMD4(
            UInt32(truncatingIfNeeded: counter.low),
            UInt32(truncatingIfNeeded: counter.low >> 32),
            UInt32(truncatingIfNeeded: counter.high),
            UInt32(truncatingIfNeeded: counter.high >> 32)
        )
        var k0 = UInt32(truncatingIfNeeded: key)
        var k1 = UInt32(truncatingIfNeeded: key >> 32)
        for _ in 0..<10 {
            let first = x[0].multipliedFullWidth(by: 0xD251_1F53)
            let second = x[2].multipliedFullWidth(by: 0xCD9E_8D57)
            x = SIMD4(second.high ^ x[1] ^ k0, second.low, first.high ^ x[3] ^ k1, first.low)
            // The golden ratio and √3 − 1, in 32 bits.
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return x
    }
}
