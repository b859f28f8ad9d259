/// Random numbers that depend only on a seed, a stream and how many were drawn before: SplitMix64.
///
/// Any picture of the small world can be made alone, on any thread, from its number: the number is the stream.
package struct CounterGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Creates the generator of one stream.
    package init(seed: UInt64, stream: UInt64) {
        state = CounterGenerator.mixed(
            seed &+ CounterGenerator.mixed(stream &+ 0x9E37_79B9_7F4A_7C15)
        )
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return CounterGenerator.mixed(state)
    }

    /// Draws a number evenly from a range.
    package mutating func number(in range: ClosedRange<Float>) -> Float {
        let unit = Float(next() >> 40) / Float(1 << 24)
        return range.lowerBound + (range.upperBound - range.lowerBound) * unit
    }

    /// Draws a whole number evenly from 0..<`bound`.
    package mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "there is no whole number from 0 below \(bound)")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Draws whether something of the given probability happens.
    package mutating func happens(_ probability: Float) -> Bool {
        number(in: 0...1) < probability
    }

    /// A well mixed function of 64 bits.
    static func mixed(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
