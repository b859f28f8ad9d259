/// The extents of an attention over heads that lie side by side in the channels.
///
/// Queries are `[N, Tq, C]`, keys and values `[N, Tk, C]` with C = heads · head dimension; head h is the
/// channels from h · head dimension, so no tensor is transposed.
package struct AttentionExtents: Sendable {
    /// N.
    package let sampleCount: Int
    /// Tq.
    package let queryCount: Int
    /// Tk.
    package let keyCount: Int
    /// The number of heads.
    package let headCount: Int
    /// The channels of a head.
    package let headDimension: Int
    /// Whether query i sees only the keys up to i + (Tk − Tq).
    package let isCausal: Bool

    /// Creates the extents.
    package init(
        sampleCount: Int,
        queryCount: Int,
        keyCount: Int,
        headCount: Int,
        headDimension: Int,
        isCausal: Bool = false
    ) {
        precondition(
            keyCount > 0 && headCount > 0 && headDimension > 0,
            "an attention needs keys and heads"
        )
        precondition(!isCausal || keyCount >= queryCount, "a causal query sees no key")
        self.sampleCount = sampleCount
        self.queryCount = queryCount
        self.keyCount = keyCount
        self.headCount = headCount
        self.headDimension = headDimension
        self.isCausal = isCausal
    }

    /// Queries worked on at a time: a whole number of register tiles.
    static let queryBlock = 48
    /// Keys worked on at a time: a block of scores is 96 KiB.
    static let keyBlock = 512

    /// C, the channels of all heads.
    var width: Int { headCount * headDimension }

    /// The factor of the scores: 1/√head dimension.
    var scale: Float { 1 / Float(headDimension).squareRoot() }

    /// The blocks that cover the queries.
    var queryBlockCount: Int {
        (queryCount + AttentionExtents.queryBlock - 1) / AttentionExtents.queryBlock
    }

    /// The queries of a block.
    func queries(ofBlock block: Int) -> Range<Int> {
        let start = block * AttentionExtents.queryBlock
        return start..<min(start + AttentionExtents.queryBlock, queryCount)
    }

    /// The blocks that cover the keys.
    var keyBlocks: [Range<Int>] {
        stride(from: 0, to: keyCount, by: AttentionExtents.keyBlock).map {
            $0..<min($0 + AttentionExtents.keyBlock, keyCount)
        }
    }

    /// How many keys of a block the query with this index sees.
    func visibleCount(of keys: Range<Int>, query: Int) -> Int {
        guard isCausal else { return keys.count }
        return min(max(query + keyCount - queryCount + 1 - keys.lowerBound, 0), keys.count)
    }

    /// The keys whose columns lie side by side: the width of a register tile.
    static let strip = 32

    /// The keys in whole strips.
    var paddedKeyCount: Int {
        (keyCount + AttentionExtents.strip - 1) / AttentionExtents.strip * AttentionExtents.strip
    }

    /// The first channel of a head of a query's row.
    func queryOffset(sample: Int, head: Int, query: Int = 0) -> Int {
        (sample * queryCount + query) * width + head * headDimension
    }

    /// The first channel of a head of a key's row.
    func keyOffset(sample: Int, head: Int, key: Int = 0) -> Int {
        (sample * keyCount + key) * width + head * headDimension
    }

    /// A query's place in `[N, heads, Tq]`.
    func statisticOffset(sample: Int, head: Int, query: Int = 0) -> Int {
        (sample * headCount + head) * queryCount + query
    }

    /// Multiplications and additions of one product of all queries with all keys, to judge whether
    /// threads are worth waking.
    var work: Int { 2 * sampleCount * queryCount * keyCount * width }
}
