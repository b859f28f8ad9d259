internal import CIntrinsics

/// The innermost products: blocks of a result that stay in registers while the inner index runs.
///
/// result[r, c] (+)= Σₖ left[r·leftRow + k·leftColumn] · right[k·rightStride + c]
///
/// The left side is read one value at a time and broadcast, so its layout is free and it needs no packing;
/// the right side is read in rows of neighbouring columns. Twelve rows of 32 columns keep 24 of AVX-512's 32
/// registers as accumulators, which reaches the processor's peak. Every element is one chain of fused
/// multiply-adds over k in order, whatever tile it falls into.
///
/// The inner index may come in several runs, between which both sides jump: a convolution's window is one
/// run per row of the kernel.
@safe
struct RegisterTile {
    /// From one row of the left side to the next.
    var leftRow: Int
    /// From one value of a row of the left side to the next.
    var leftColumn: Int
    /// From one row of the right side to the next.
    var rightStride: Int
    /// From one row of the result to the next.
    var resultStride: Int
    /// The number of products per element and run.
    var inner: Int
    /// The number of runs.
    var runs = 1
    /// From the beginning of one run of the left side to the next.
    var leftRun = 0
    /// From the beginning of one run of the right side to the next.
    var rightRun = 0
    /// From one strip of 32 columns of the right side to the next: 32 where its rows are whole.
    var rightStrip = 32
    /// Whether the result is added to.
    var accumulates: Bool
    /// What the rows of the first column's result begin with if nothing is added to; `nil` for zeros.
    var bias: UnsafePointer<Float>?

    /// Computes a `rows` × `columns` block of any extents.
    @unsafe
    func multiply(
        rows: Int,
        columns: Int,
        _ left: UnsafePointer<Float>,
        _ right: UnsafePointer<Float>,
        into result: UnsafeMutablePointer<Float>
    ) {
        unsafe multiply(
            FloatColumns.self,
            rows: rows,
            columns: columns,
            left,
            right,
            into: result
        )
    }

    /// Computes a block with values or with pairs; of pairs, strides and the inner index count pairs.
    @unsafe
    func multiply<Columns: ColumnFamily>(
        _: Columns.Type,
        rows: Int,
        columns: Int,
        _ left: UnsafePointer<Float>,
        _ right: UnsafePointer<Float>,
        into result: UnsafeMutablePointer<Float>
    ) {
        var column = 0
        var right = unsafe right
        let endsWithForty = columns % 32 == 8 && columns > 32 && rightStrip == 32
        let wide = endsWithForty ? columns - 40 : columns
        while column + 32 <= wide {
            unsafe strip(Columns.Wide.self, rows: rows, column: column, left, right, result)
            column += 32
            unsafe right += rightStrip
        }
        if endsWithForty {
            unsafe forty(Columns.self, rows: rows, column: column, left, right, result)
            return
        }
        if column + 16 <= columns {
            unsafe strip(Columns.Vector.self, rows: rows, column: column, left, right, result)
            column += 16
            unsafe right += 16
        }
        if column + 8 <= columns {
            unsafe strip(Columns.Half.self, rows: rows, column: column, left, right, result)
            column += 8
            unsafe right += 8
        }
        while column < columns {
            unsafe strip(Columns.Single.self, rows: rows, column: column, left, right, result)
            column += 1
            unsafe right += 1
        }
    }

    /// Computes all rows of the last forty columns, of which `column` is the first: eight rows of them fill the
    /// registers, where thirty-two and eight columns would go through the left side twice.
    @inline(never)
    @unsafe
    private func forty<Columns: ColumnFamily>(
        _: Columns.Type,
        rows: Int,
        column: Int,
        _ left: UnsafePointer<Float>,
        _ right: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>
    ) {
        typealias Forty = JoinedColumns<Columns.Wide, Columns.Half>
        let bias = unsafe bias.map { unsafe $0 + column }
        let result = unsafe result + column
        var row = 0
        while row + 8 <= rows {
            let left = unsafe left + row * leftRow
            let result = unsafe result + row * resultStride
            unsafe eightRows(
                Forty.self,
                left,
                contrast_opaque(left + 4 * leftRow),
                right,
                result,
                result + 4 * resultStride,
                bias: bias
            )
            row += 8
        }
        while row + 4 <= rows {
            unsafe fourRows(
                Forty.self,
                left + row * leftRow,
                right,
                result + row * resultStride,
                bias: bias
            )
            row += 4
        }
        while row < rows {
            unsafe oneRow(
                Forty.self,
                left + row * leftRow,
                right,
                result + row * resultStride,
                bias: bias
            )
            row += 1
        }
    }

    /// Computes all rows of one tile's width of columns, of which `column` is the first.
    @inline(__always)
    @unsafe
    func strip<Columns: TileColumns>(
        _: Columns.Type,
        rows: Int,
        column: Int,
        _ left: UnsafePointer<Float>,
        _ right: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>
    ) {
        let bias = unsafe bias.map { unsafe $0 + column }
        let result = unsafe result + column
        var row = 0
        while row + 12 <= rows {
            let left = unsafe left + row * leftRow
            let result = unsafe result + row * resultStride
            unsafe twelveRows(
                Columns.self,
                left,
                contrast_opaque(left + 4 * leftRow),
                contrast_opaque(left + 8 * leftRow),
                right,
                result,
                result + 4 * resultStride,
                result + 8 * resultStride,
                bias: bias
            )
            row += 12
        }
        while row + 4 <= rows {
            unsafe fourRows(
                Columns.self,
                left + row * leftRow,
                right,
                result + row * resultStride,
                bias: bias
            )
            row += 4
        }
        while row < rows {
            unsafe oneRow(
                Columns.self,
                left + row * leftRow,
                right,
                result + row * resultStride,
                bias: bias
            )
            row += 1
        }
    }
}
