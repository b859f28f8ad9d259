/// C = A·B (+ bias) for a batch of matrices, split into output tiles over the thread team.
///
/// This is the one place where a product's algorithm is chosen. Register tiles over packed panels take what
/// has enough rows to pay for the packing; OpenBLAS, one thread per tile, takes the rest: few rows, batches
/// of small matrices, both sides transposed. The choice and all tile sizes follow from the extents alone, so
/// the values do not depend on the number of threads.
///
/// - Parameters:
///   - product: Extents, transposes, batch.
///   - left: A of each product.
///   - right: B of each product.
///   - bias: `[columns]`, added to every row; not together with `accumulates`.
///   - result: C of each product, densely.
///   - team: The threads to use.
package func matrixMultiply(
    _ product: MatrixProduct,
    left: Span<Float>,
    right: Span<Float>,
    bias: Span<Float>? = nil,
    into result: inout MutableSpan<Float>,
    team: ThreadTeam = .shared
) {
    let (rows, columns, inner) = (product.rows, product.columns, product.inner)
    precondition(result.count == product.batchCount * rows * columns, "the result's size is wrong")
    precondition(
        left.count >= (product.batchCount - 1) * product.leftBatchStride + rows * inner
            && right.count >= (product.batchCount - 1) * product.rightBatchStride + inner * columns,
        "an operand of a matrix product is too short"
    )
    guard !result.isEmpty else { return }
    guard inner > 0 else {
        guard !product.accumulates else { return }
        for index in result.indices {
            if let bias { result[index] = bias[index % columns] } else { result[index] = 0 }
        }
        return
    }
    var biasBase: UnsafePointer<Float>?
    if let bias {
        precondition(bias.count == columns && !product.accumulates, "the bias does not fit")
        unsafe biasBase = bias.base
    }
    if product.batchCount == 1, columns >= 8, rows >= 12 {
        if !product.transposesLeft {
            let panels = unsafe PackedPanels(
                right.base,
                taps: 1,
                channels: inner,
                columns: columns,
                channelStride: product.transposesRight ? 1 : columns,
                columnStride: product.transposesRight ? inner : 1,
                team: team
            )
            unsafe PanelProduct(
                rows: rows,
                left: left.base,
                panels: panels,
                bias: biasBase,
                result: result.base,
                accumulates: product.accumulates
            ).run(team: team)
            return
        }
        if !product.transposesRight, unsafe biasBase == nil {
            unsafe OuterProduct(product, left: left.base, right: right.base, result: result.base)
                .run(team: team)
            return
        }
    }
    unsafe multiplyTiles(
        product,
        left.base,
        right.base,
        bias: biasBase,
        into: result.base,
        team: team
    )
}

/// C = A·B (+ bias) with a B that was packed before.
///
/// - Parameters:
///   - rows: The rows of A and C.
///   - left: A, `[rows, B's rows]`.
///   - right: B.
///   - bias: `[columns]`, added to every row.
///   - result: C, `[rows, columns]`.
///   - team: The threads to use.
package func matrixMultiply(
    rows: Int,
    left: Span<Float>,
    right: PackedPanels,
    bias: Span<Float>? = nil,
    into result: inout MutableSpan<Float>,
    team: ThreadTeam = .shared
) {
    precondition(
        left.count == rows * right.rows && result.count == rows * right.columns
            && right.rows > 0,
        "the sizes of a matrix product do not fit"
    )
    guard !result.isEmpty else { return }
    var biasBase: UnsafePointer<Float>?
    if let bias { unsafe biasBase = bias.base }
    unsafe PanelProduct(
        rows: rows,
        left: left.base,
        panels: right,
        bias: biasBase,
        result: result.base,
        accumulates: false
    ).run(team: team)
}

/// A batch of products by OpenBLAS, one thread per output tile.
@unsafe
private func multiplyTiles(
    _ product: MatrixProduct,
    _ leftBase: UnsafePointer<Float>,
    _ rightBase: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?,
    into result: UnsafeMutablePointer<Float>,
    team: ThreadTeam
) {
    let (rows, columns) = (product.rows, product.columns)
    let tiles = MatrixTiles(product)
    team.run(count: tiles.count) { index in
        let tile = tiles[index]
        let left = unsafe MatrixOperand(
            base: leftBase + tile.batch * product.leftBatchStride,
            stride: product.leftStride,
            isTransposed: product.transposesLeft
        )
        let right = unsafe MatrixOperand(
            base: rightBase + tile.batch * product.rightBatchStride,
            stride: product.rightStride,
            isTransposed: product.transposesRight
        )
        let corner =
            unsafe result + (tile.batch * rows + tile.rows.lowerBound) * columns
            + tile.columns.lowerBound
        if let bias = unsafe bias {
            for row in 0..<tile.rows.count {
                unsafe (corner + row * columns)
                    .update(from: bias + tile.columns.lowerBound, count: tile.columns.count)
            }
        }
        unsafe OpenBLAS.multiply(
            rows: tile.rows.count,
            columns: tile.columns.count,
            inner: product.inner,
            left.from(row: tile.rows.lowerBound, column: 0),
            right.from(row: 0, column: tile.columns.lowerBound),
            into: corner,
            resultStride: columns,
            accumulates: product.accumulates || bias != nil
        )
    }
}
