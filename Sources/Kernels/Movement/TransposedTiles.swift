/// A copy whose neighbours in the source are neighbours along another axis of the target: done in tiles
/// that fit the first cache, so that neither side is read or written in long leaps.
struct TransposedTiles {
    private static let side = 16

    /// All axes but the two that change places, walked row by row.
    private let outer: StridedLayout
    /// The extent along which the source is contiguous and the target has `targetStride`.
    private let columns: Int
    private let targetStride: Int
    /// The extent along which the target is contiguous and the source has `sourceStride`.
    private let rows: Int
    private let sourceStride: Int

    /// Recognises such a copy; `nil` for any other.
    init?(_ layout: StridedLayout) {
        guard layout.rightStride == 1, layout.leftStride > 1,
            let axis = layout.leftOuter.firstIndex(of: 1),
            layout.rowLength >= 4, layout.outer[axis] >= 4
        else { return nil }
        rows = layout.rowLength
        sourceStride = layout.leftStride
        columns = layout.outer[axis]
        targetStride = layout.rightOuter[axis]
        let others = layout.outer.indices.filter { $0 != axis }
        outer = StridedLayout(
            rows: others.map { layout.outer[$0] },
            left: others.map { layout.leftOuter[$0] },
            right: others.map { layout.rightOuter[$0] }
        )
    }

    /// Copies all tiles.
    func copy(_ from: InputBlock, _ to: OutputBlock) {
        let side = TransposedTiles.side
        let bands = (columns + side - 1) / side
        let cost = Double(side * rows)
        ThreadTeam.run(over: outer.rowCount * bands, cost: cost) { range in
            for index in range {
                let (row, band) = (index / bands, index % bands)
                outer.forEachRow(in: row..<row + 1) { _, left, right in
                    let columns = band * side..<min((band + 1) * side, columns)
                    var start = 0
                    while start < rows {
                        let end = min(start + side, rows)
                        for column in columns {
                            let target = to.advanced(by: right &+ column &* targetStride)
                            let source = from.advanced(by: left &+ column)
                            for row in start..<end {
                                target[row] = source[row &* sourceStride]
                            }
                        }
                        start = end
                    }
                }
            }
        }
    }
}
