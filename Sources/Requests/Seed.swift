/// Seeds of random streams.
package enum Seed {
    /// Seeds that a request may name: what a double, and so every JSON reader, keeps exactly.
    package static let range = 0...9_007_199_254_740_991

    /// The seed for a job that leaves it open: 32 bits, easy to read and to type, drawn from what makes
    /// the job unique (its number, when it was enqueued), so that each attempt draws the same one.
    package static func drawn(job: Int, enqueuedAt microseconds: Int) -> Int {
        var state = UInt64(bitPattern: Int64(job)) &* 0x9E37_79B9_7F4A_7C15
        state ^= UInt64(bitPattern: Int64(microseconds))
        // SplitMix64's finaliser (Steele, Lea and Flood 2014).
        state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((state ^ (state >> 31)) >> 32)
    }
}

extension RequestReader {
    /// The `seed` field. By the time a request is decoded, an open seed has been drawn.
    func seed(_ summary: String) throws(RequestError) -> Int {
        describe(
            "seed",
            type: "integer",
            absent: "drawn and recorded",
            limit: "\(Self.text(Seed.range)), or `-1` to draw one",
            summary: summary
        )
        guard let value = value("seed") else { return 0 }
        guard case .integer(let seed) = value, Seed.range.contains(seed) else {
            throw error(
                "seed",
                "expected an integer \(Self.text(Seed.range)) or -1, found \(value.summary); "
                    + "leave it out to have one drawn"
            )
        }
        resolve("seed", value)
        return seed
    }
}
