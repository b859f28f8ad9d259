/// AᵀB of two row-major matrices, by register tiles: sums of outer products of rows, as in the gradient of a
/// weight. Neither side is packed; a block of rows of both stays in the caches.
@safe
struct OuterProduct {
    private let product: MatrixProduct
    private let left: UnsafePointer<Float>
    private let right: UnsafePointer<Float>
    private let result: UnsafeMutablePointer<Float>

    /// Rows of A and B that are used together.
    private static let innerBlock = 256
    /// Columns of B of a task at most.
    private static let largestColumnBlock = 512
    /// Tasks below which columns are split further, so that threads end at about the same time.
    private static let wantedTasks = 24

    /// Prepares a product with A stored transposed, `[inner, rows]`, and B as it is, `[inner, columns]`.
    @unsafe
    init(
        _ product: MatrixProduct,
        left: UnsafePointer<Float>,
        right: UnsafePointer<Float>,
        result: UnsafeMutablePointer<Float>
    ) {
        self.product = product
        unsafe self.left = left
        unsafe self.right = right
        unsafe self.result = result
    }

    /// Computes the product: tasks are blocks of the result, each walking over all rows in order.
    @unsafe
    func run(team: ThreadTeam) {
        let (rows, columns, inner) = (product.rows, product.columns, product.inner)
        var columnBlock = OuterProduct.largestColumnBlock
        var columnBlocks: Int { (columns + columnBlock - 1) / columnBlock }
        let rowBlock = rows * columnBlocks >= 24 * 8 ? 24 : 12
        let rowBlocks = (rows + rowBlock - 1) / rowBlock
        while rowBlocks * columnBlocks < OuterProduct.wantedTasks, columnBlock > 64 {
            columnBlock /= 2
        }
        let tasks = rowBlocks * columnBlocks
        let (blockColumns, blocksPerRow) = (columnBlock, columnBlocks)
        let isTiny = 2 * rows * columns * inner < 1 << 21
        team.run(over: tasks, blockSize: isTiny ? tasks : 1) { range in
            for task in range {
                let (block, part) = task.quotientAndRemainder(dividingBy: blocksPerRow)
                let (row, column) = (block * rowBlock, part * blockColumns)
                for start in stride(from: 0, to: inner, by: OuterProduct.innerBlock) {
                    unsafe RegisterTile(
                        leftRow: 1,
                        leftColumn: rows,
                        rightStride: columns,
                        resultStride: columns,
                        inner: min(OuterProduct.innerBlock, inner - start),
                        accumulates: product.accumulates || start > 0
                    ).multiply(
                        rows: min(rowBlock, rows - row),
                        columns: min(blockColumns, columns - column),
                        left + start * rows + row,
                        right + start * columns + column,
                        into: result + row * columns + column
                    )
                }
            }
        }
    }
}
