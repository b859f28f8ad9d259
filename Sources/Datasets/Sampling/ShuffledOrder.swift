internal import SmallWorld

/// A random order of 0..<count in which any place can be looked up without the others.
///
/// A Feistel network permutes the next larger power of four; numbers beyond `count` are permuted again until
/// they fall inside.
struct ShuffledOrder {
    private let count: Int
    private let halfBits: UInt64
    private let key: UInt64

    /// Creates the order of one epoch.
    init(count: Int, seed: UInt64, epoch: Int) {
        precondition(count > 0, "there is no order of nothing")
        self.count = count
        var half: UInt64 = 1
        while 1 << (2 * half) < count { half += 1 }
        halfBits = half
        var random = CounterGenerator(seed: seed, stream: UInt64(epoch))
        key = random.next()
    }

    /// The number at a place.
    subscript(place: Int) -> Int {
        precondition(0..<count ~= place, "place \(place) is not below \(count)")
        var number = UInt64(place)
        repeat { number = permuted(number) } while number >= count
        return Int(number)
    }

    /// The network's image of a number.
    private func permuted(_ number: UInt64) -> UInt64 {
        let mask: UInt64 = 1 << halfBits - 1
        var (left, right) = (number >> halfBits, number & mask)
        for round: UInt64 in 0..<4 {
            var random = CounterGenerator(seed: key &+ round, stream: right)
            (left, right) = (right, (left ^ random.next()) & mask)
        }
        return left << halfBits | right
    }
}
