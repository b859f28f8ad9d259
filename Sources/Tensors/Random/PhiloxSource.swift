internal import Kernels

/// Random numbers from Philox 4x32-10: a counter encrypted ten rounds under a key.
///
/// J. Salmon, M. Moraes, R. Dror, D. Shaw: Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011).
/// Every seed has 2⁶⁴ streams that never meet; use one per purpose, so that drawing more of one thing
/// changes nothing else. The source is its own state: coded and decoded, it goes on where it was.
package struct PhiloxSource: RandomSource, Codable, Hashable, Sendable {
    /// The key.
    package let seed: UInt64
    /// The upper half of the counter.
    package let stream: UInt64
    /// The number of words drawn so far.
    package private(set) var position: UInt64

    /// Creates a source at a place of its stream, normally the beginning.
    package init(seed: UInt64, stream: UInt64 = 0, position: UInt64 = 0) {
        self.seed = seed
        self.stream = stream
        self.position = position
    }

    package mutating func nextWord() -> UInt32 {
        defer { position += 1 }
        return Philox.block(counter: (position / 4, stream), key: seed)[Int(position % 4)]
    }

    package mutating func normal(_ shape: Shape) -> Tensor {
        let words = nextWords(count: (shape.elementCount + 1) / 2 * 2)
        return Tensor(shape: shape) { values in
            NormalKernels.boxMuller(words.span, into: &values)
        }
    }

    /// The next words, four per encryption.
    private mutating func nextWords(count: Int) -> [UInt32] {
        var words: [UInt32] = []
        words.reserveCapacity(count)
        while words.count < count {
            let block = Philox.block(counter: (position / 4, stream), key: seed)
            for lane in Int(position % 4)..<min(4, Int(position % 4) + count - words.count) {
                words.append(block[lane])
                position += 1
            }
        }
        return words
    }
}
