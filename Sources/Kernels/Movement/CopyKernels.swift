/// Movement of values between layouts: slices, permutations, repetitions, rows.
package enum CopyKernels {
    /// Copies a block of any rank from one layout to another.
    ///
    /// - Parameters:
    ///   - source: The values to read.
    ///   - sourceStart: The index of the first.
    ///   - sourceStrides: The distance between neighbours along each axis; 0 repeats a value.
    ///   - extents: The extents of the block.
    ///   - target: Where to write; what the block does not cover stays.
    ///   - targetStart: The index of the first.
    ///   - targetStrides: The distance between neighbours along each axis.
    package static func copy(
        _ source: Span<Float>,
        from sourceStart: Int,
        strides sourceStrides: [Int],
        extents: [Int],
        to target: inout MutableSpan<Float>,
        at targetStart: Int,
        strides targetStrides: [Int]
    ) {
        guard !extents.contains(0) else { return }
        precondition(
            sourceStart + reach(extents, sourceStrides) < source.count,
            "a copy reads beyond its source"
        )
        precondition(
            targetStart + reach(extents, targetStrides) < target.count,
            "a copy writes beyond its target"
        )
        let layout = StridedLayout(extents: extents, left: sourceStrides, right: targetStrides)
        let from = InputBlock(source).advanced(by: sourceStart)
        let to = OutputBlock(&target).advanced(by: targetStart)
        if let tiles = TransposedTiles(layout) {
            tiles.copy(from, to)
            return
        }
        ThreadTeam.run(over: layout.rowCount, cost: 5 + 0.2 * Double(layout.rowLength)) { rows in
            layout.forEachRow(in: rows) { _, left, right in
                copyRow(from.advanced(by: left), to.advanced(by: right), layout)
            }
        }
    }

    /// The distance of the last element from the first.
    private static func reach(_ extents: [Int], _ strides: [Int]) -> Int {
        zip(extents, strides).reduce(0) { $0 + ($1.0 - 1) * $1.1 }
    }

    @inline(__always)
    private static func copyRow(_ from: InputBlock, _ to: OutputBlock, _ layout: StridedLayout) {
        switch (layout.leftStride, layout.rightStride) {
        case (1, 1): from.copy(to: to, count: layout.rowLength)
        case (0, 1): to.fill(with: from[0], count: layout.rowLength)
        case (let sourceStride, let targetStride):
            var (source, target) = (0, 0)
            for _ in 0..<layout.rowLength {
                to[target] = from[source]
                source &+= sourceStride
                target &+= targetStride
            }
        }
    }

    /// `target[i] = source[rows[i]]` for rows of `width` values.
    package static func gather(
        _ source: Span<Float>,
        rows: [Int],
        width: Int,
        into target: inout MutableSpan<Float>
    ) {
        precondition(target.count == rows.count * width, "gathered rows of a wrong size")
        let (from, to) = (InputBlock(source), OutputBlock(&target))
        for (index, row) in rows.enumerated() {
            precondition(row >= 0 && (row + 1) * width <= source.count, "row \(row) does not exist")
            from.advanced(by: row * width).copy(to: to.advanced(by: index * width), count: width)
        }
    }

    /// `target[rows[i]] += source[i]` for rows of `width` values, in the order of `rows`.
    package static func scatterAdd(
        _ source: Span<Float>,
        rows: [Int],
        width: Int,
        into target: inout MutableSpan<Float>
    ) {
        precondition(source.count == rows.count * width, "scattered rows of a wrong size")
        let (from, to) = (InputBlock(source), OutputBlock(&target))
        for (index, row) in rows.enumerated() {
            precondition(row >= 0 && (row + 1) * width <= target.count, "row \(row) does not exist")
            let (read, write) = (from.advanced(by: index * width), to.advanced(by: row * width))
            for column in 0..<width { write[column] += read[column] }
        }
    }

    /// `target[rows[i]] = source[i]` for rows of `width` values; the last of equal rows wins.
    package static func scatter(
        _ source: Span<Float>,
        rows: [Int],
        width: Int,
        into target: inout MutableSpan<Float>
    ) {
        precondition(source.count == rows.count * width, "scattered rows of a wrong size")
        let (from, to) = (InputBlock(source), OutputBlock(&target))
        for (index, row) in rows.enumerated() {
            precondition(row >= 0 && (row + 1) * width <= target.count, "row \(row) does not exist")
            from.advanced(by: index * width).copy(to: to.advanced(by: row * width), count: width)
        }
    }

    /// Sets all values.
    package static func fill(_ target: inout MutableSpan<Float>, with value: Float) {
        OutputBlock(&target).fill(with: value, count: target.count)
    }
}
