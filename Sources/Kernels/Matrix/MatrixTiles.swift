/// How the results of a batch of matrix products are split into pieces of work.
///
/// Pieces are large enough to be worth a thread (about 20 µs) and numerous enough to keep a few
/// dozen threads busy; they depend on the extents only.
struct MatrixTiles {
    /// One piece: a block of the result of one product.
    struct Tile {
        let batch: Int
        let rows: Range<Int>
        let columns: Range<Int>
    }

    /// Multiplications and additions below which a tile is not split.
    private static let smallestWork = 4 << 20
    /// Tiles beyond which nothing is split any more.
    private static let largestCount = 32
    /// Extents below which a tile is not split: below them copying operands into panels dominates.
    private static let smallestExtent = 128

    private let product: MatrixProduct
    private let rowBlock: Int
    private let columnBlock: Int
    private let rowBlocks: Int
    private let columnBlocks: Int

    init(_ product: MatrixProduct) {
        self.product = product
        var (rowBlock, columnBlock) = (product.rows, product.columns)
        func count() -> Int {
            product.batchCount * MatrixTiles.blocks(product.rows, rowBlock)
                * MatrixTiles.blocks(product.columns, columnBlock)
        }
        while count() < MatrixTiles.largestCount,
            2 * rowBlock * columnBlock * product.inner > MatrixTiles.smallestWork,
            max(rowBlock, columnBlock) > MatrixTiles.smallestExtent
        {
            if rowBlock >= columnBlock {
                rowBlock = MatrixTiles.half(rowBlock)
            } else {
                columnBlock = MatrixTiles.half(columnBlock)
            }
        }
        self.rowBlock = max(rowBlock, 1)
        self.columnBlock = max(columnBlock, 1)
        rowBlocks = MatrixTiles.blocks(product.rows, self.rowBlock)
        columnBlocks = MatrixTiles.blocks(product.columns, self.columnBlock)
    }

    /// The number of pieces.
    var count: Int { product.batchCount * rowBlocks * columnBlocks }

    /// The piece with a number; neighbours share columns of B.
    subscript(index: Int) -> Tile {
        let (outer, rowIndex) = index.quotientAndRemainder(dividingBy: rowBlocks)
        let (batch, columnIndex) = outer.quotientAndRemainder(dividingBy: columnBlocks)
        return Tile(
            batch: batch,
            rows: MatrixTiles.range(rowIndex, rowBlock, product.rows),
            columns: MatrixTiles.range(columnIndex, columnBlock, product.columns)
        )
    }

    /// Half an extent, rounded up to whole register tiles.
    private static func half(_ extent: Int) -> Int { (extent / 2 + 31) / 32 * 32 }

    private static func blocks(_ extent: Int, _ block: Int) -> Int {
        block == 0 ? 0 : (extent + block - 1) / block
    }

    private static func range(_ index: Int, _ block: Int, _ extent: Int) -> Range<Int> {
        index * block..<min((index + 1) * block, extent)
    }
}
