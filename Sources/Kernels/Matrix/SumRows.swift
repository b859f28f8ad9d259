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
