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

    /// Levenshtein distance: insertions, deletions and replacements that turn `a` into `b`.
    static func distance(_ a: String, _ b: String) -> Int {
        let target = Array(b)
        var row = Array(0...target.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in target.indices {
                let replaced = diagonal + (letter == target[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
            }
        }
        return row[target.count]
    }
}
