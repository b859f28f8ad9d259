/// Seeds of random streams.
package enum Seed {
    /// Seeds that a request may name: what a double, and so every JSON reader, keeps exactly.
    package static let range = 0...9_007_199_254_740_991
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
