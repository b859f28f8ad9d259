internal import CIntrinsics

/// The rows of a matrix rounded to bfloat16, as pairs: the left side of a product with bfloat16 panels.
@safe
struct RoundedRows: ~Copyable {
    private let buffer: UnsafeMutablePointer<Float>
    private let rows: Int
    /// The pairs of a row; a row of odd length ends with a zero.
    let pairCount: Int

    /// Rounds a row-major matrix.
    @unsafe
    init(_ values: UnsafePointer<Float>, rows: Int, columns: Int, team: ThreadTeam) {
        let pairCount = (columns + 1) / 2
        let buffer = unsafe BufferPool.shared.takeBuffer(count: rows * pairCount)
        unsafe self.buffer = buffer
        self.rows = rows
        self.pairCount = pairCount
        team.run(over: rows, blockSize: max(1, (1 << 16) / max(1, columns))) { block in
            for row in block {
                unsafe RoundedRows.round(
                    values + row * columns,
                    into: buffer + row * pairCount,
                    count: columns
                )
            }
        }
    }

    deinit { unsafe BufferPool.shared.returnBuffer(buffer, count: rows * pairCount) }

    /// The first row's first pair.
    var base: UnsafePointer<Float> { unsafe UnsafePointer(buffer) }

    /// Rounds `count` values into pairs; after an odd count comes a zero.
    @inline(__always)
    @unsafe
    static func round(
        _ values: UnsafePointer<Float>,
        into pairs: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        let halves = unsafe UnsafeMutableRawPointer(pairs).assumingMemoryBound(to: UInt16.self)
        unsafe contrast_round_to_bfloat16(values, halves, count)
        if count % 2 == 1 { unsafe halves[count] = 0 }
    }

    /// Rounds `count` values of two rows into pairs of neighbours in a column.
    @inline(__always)
    @unsafe
    static func pair(
        _ even: UnsafePointer<Float>,
        _ odd: UnsafePointer<Float>,
        into pairs: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        let pairs = unsafe UnsafeMutableRawPointer(pairs).assumingMemoryBound(to: UInt32.self)
        unsafe contrast_pair_rows(even, odd, pairs, count)
    }
}
