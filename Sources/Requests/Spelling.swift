/// Finds the word that was meant by a misspelt one.
package enum Spelling {
    /// The candidate closest to `word`, if at most a third of its letters differ.
    package static func closest(to word: String, among candidates: [String]) -> String? {
        let ranked =
            candidates
            .map { (distance: distance(word, $0), candidate: $0) }
            .sorted { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }
        guard let best = ranked.first,
            best.distance <= max(1, max(word.count, best.candidate.count) / 3)
        else {
            return nil
        }
        return best.candidate
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string
    /// alignment).
    static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        var table = [[Int]](repeating: Array(0...b.count), count: a.count + 1)
        for i in a.indices {
            table[i + 1][0] = i + 1
            for j in b.indices {
                table[i + 1][j + 1] = min(
                    table[i][j] + (a[i] == b[j] ? 0 : 1),
                    table[i][j + 1] + 1,
                    table[i + 1][j] + 1
                )
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    table[i + 1][j + 1] = min(table[i + 1][j + 1], table[i - 1][j - 1] + 1)
                }
            }
        }
        return table[a.count][b.count]
    }
}
