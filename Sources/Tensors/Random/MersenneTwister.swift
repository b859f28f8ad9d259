/// The generator MT19937 of M. Matsumoto and T. Nishimura (1998), as C++ `std::mt19937` has it.
package struct MersenneTwister: Sendable {
    private static let count = 624
    private var words: [UInt32]
    private var index = MersenneTwister.count

    /// Creates the generator that `init_genrand(seed)` of the authors' program makes.
    package init(seed: UInt32) {
        words = [seed]
        words.reserveCapacity(MersenneTwister.count)
        for position in 1..<MersenneTwister.count {
            let last = words[position - 1]
            words.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(position))
        }
    }

    /// The next 32 random bits.
    package mutating func nextWord() -> UInt32 {
        if index == MersenneTwister.count { twist() }
        var word = words[index]
        index += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9D2C_5680
        word ^= (word << 15) & 0xEFC6_0000
        return word ^ (word >> 18)
    }

    private mutating func twist() {
        let count = MersenneTwister.count
        for position in 0..<count {
            let mixed =
                (words[position] & 0x8000_0000) | (words[(position + 1) % count] & 0x7FFF_FFFF)
            let odd: UInt32 = mixed & 1 == 0 ? 0 : 0x9908_B0DF
            words[position] = words[(position + 397) % count] ^ (mixed >> 1) ^ odd
        }
        index = 0
    }
}
