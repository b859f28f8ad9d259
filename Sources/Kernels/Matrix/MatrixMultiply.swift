/// C = A·B (+ bias) for a batch of matrices, split into output tiles over the thread team.
///
/// Tile sizes follow from the extents alone, and each tile is one single-threaded product, so the values do
/// not depend on the number of threads.
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
    let tiles = MatrixTiles(product)
    let leftBase = unsafe left.base
    let rightBase = unsafe right.base
    let resultBase = unsafe result.base
    var biasBase: UnsafePointer<Float>?
    if let bias {
        precondition(bias.count == columns && !product.accumulates, "the bias does not fit")
        unsafe biasBase = bias.base
    }
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
            unsafe resultBase + (tile.batch * rows + tile.rows.lowerBound) * columns
            + tile.columns.lowerBound
        if let biasBase = unsafe biasBase {
            for row in 0..<tile.rows.count {
                unsafe (corner + row * columns)
                    .update(from: biasBase + tile.columns.lowerBound, count: tile.columns.count)
            }
        }
        unsafe OpenBLAS.multiply(
            rows: tile.rows.count,
            columns: tile.columns.count,
            inner: inner,
            left.from(row: tile.rows.lowerBound, column: 0),
            right.from(row: 0, column: tile.columns.lowerBound),
            into: corner,
            resultStride: columns,
            accumulates: product.accumulates || biasBase != nil
        )
    }
}

/// Adds up each column of a `[rows, columns]` matrix: the gradient of a bias.
///
/// - Parameters:
///   - matrix: The summands, row-major.
///   - sums: `[columns]`, overwritten.
///   - team: The threads to use.
package func sumRows(
    of matrix: Span<Float>,
    into sums: inout MutableSpan<Float>,
    team: ThreadTeam = .shared
) {
    let columns = sums.count
    guard columns > 0 else { return }
    let rows = matrix.count / columns
    precondition(rows * columns == matrix.count, "the sums do not fit the matrix")
    guard rows > 0 else {
        for column in sums.indices { sums[column] = 0 }
        return
    }
    let matrixBase = unsafe matrix.base
    let sumsBase = unsafe sums.base
    // Chunks of rows are summed apart, then the chunks in order: precise, and the same for any team.
    let chunkRows = max(64, 1 << 15 / columns)
    let chunks = (rows + chunkRows - 1) / chunkRows
    let partial = unsafe BufferPool.shared.takeBuffer(count: chunks * columns)
    defer { unsafe BufferPool.shared.returnBuffer(partial, count: chunks * columns) }
    team.run(over: rows, blockSize: chunkRows) { range in
        let target = unsafe partial + range.lowerBound / chunkRows * columns
        unsafe target.update(from: matrixBase + range.lowerBound * columns, count: columns)
        for row in range.dropFirst() {
            let source = unsafe matrixBase + row * columns
            for column in 0..<columns { unsafe target[column] += source[column] }
        }
    }
    unsafe sumsBase.update(from: partial, count: columns)
    for chunk in 1..<max(chunks, 1) {
        let source = unsafe partial + chunk * columns
        for column in 0..<columns { unsafe sumsBase[column] += source[column] }
    }
}
