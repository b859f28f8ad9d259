/// Two neighbouring symbols of a word that may become one, by how early that was learnt, then from left to right.
struct MergeCandidate: Comparable {
    /// How early the merge was learnt; the lowest is done first.
    let rank: Int
    /// Where its left symbol stands.
    let position: Int

    static func < (left: Self, right: Self) -> Bool {
        (left.rank, left.position) < (right.rank, right.position)
    }
}
