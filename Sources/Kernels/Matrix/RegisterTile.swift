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
    /// Whether the result is added to.
    var accumulates: Bool

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
        while column + 32 <= columns {
            unsafe strip(Columns.Wide.self, rows: rows, left, right + column, result + column)
            column += 32
        }
        if column + 16 <= columns {
            unsafe strip(Columns.Vector.self, rows: rows, left, right + column, result + column)
            column += 16
        }
        if column + 8 <= columns {
            unsafe strip(Columns.Half.self, rows: rows, left, right + column, result + column)
            column += 8
        }
        while column < columns {
            unsafe strip(Columns.Single.self, rows: rows, left, right + column, result + column)
            column += 1
        }
    }

    /// Computes all rows of one tile's width of columns.
    @inline(__always)
    @unsafe
    func strip<Columns: TileColumns>(
        _: Columns.Type,
        rows: Int,
        _ left: UnsafePointer<Float>,
        _ right: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>
    ) {
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
                result + 8 * resultStride
            )
            row += 12
        }
        while row + 4 <= rows {
            unsafe fourRows(
                Columns.self,
                left + row * leftRow,
                right,
                result + row * resultStride
            )
            row += 4
        }
        while row < rows {
            unsafe oneRow(Columns.self, left + row * leftRow, right, result + row * resultStride)
            row += 1
        }
    }

    @inline(__always)
    private func start<Columns: TileColumns>(_ address: UnsafeMutablePointer<Float>) -> Columns {
        unsafe accumulates ? Columns.load(address) : Columns()
    }

    /// Three groups of four rows, which may begin anywhere.
    @inline(__always)
    @unsafe
    func twelveRows<Columns: TileColumns>(
        _: Columns.Type,
        _ left0: UnsafePointer<Float>,
        _ left4: UnsafePointer<Float>,
        _ left8: UnsafePointer<Float>,
        _ right: UnsafePointer<Float>,
        _ result0: UnsafeMutablePointer<Float>,
        _ result4: UnsafeMutablePointer<Float>,
        _ result8: UnsafeMutablePointer<Float>
    ) {
        let (a, c) = (leftRow, resultStride)
        var row0: Columns = unsafe start(result0)
        var row1: Columns = unsafe start(result0 + c)
        var row2: Columns = unsafe start(result0 + 2 * c)
        var row3: Columns = unsafe start(result0 + 3 * c)
        var row4: Columns = unsafe start(result4)
        var row5: Columns = unsafe start(result4 + c)
        var row6: Columns = unsafe start(result4 + 2 * c)
        var row7: Columns = unsafe start(result4 + 3 * c)
        var row8: Columns = unsafe start(result8)
        var row9: Columns = unsafe start(result8 + c)
        var row10: Columns = unsafe start(result8 + 2 * c)
        var row11: Columns = unsafe start(result8 + 3 * c)
        for run in 0..<runs {
            var right = unsafe right + run &* rightRun
            var left0 = unsafe left0 + run &* leftRun
            var left4 = unsafe left4 + run &* leftRun
            var left8 = unsafe left8 + run &* leftRun
            for _ in 0..<inner {
                let columns = unsafe Columns.load(right)
                unsafe row0.add(left0[0], times: columns)
                unsafe row1.add(left0[a], times: columns)
                unsafe row2.add(left0[2 &* a], times: columns)
                unsafe row3.add(left0[3 &* a], times: columns)
                unsafe row4.add(left4[0], times: columns)
                unsafe row5.add(left4[a], times: columns)
                unsafe row6.add(left4[2 &* a], times: columns)
                unsafe row7.add(left4[3 &* a], times: columns)
                unsafe row8.add(left8[0], times: columns)
                unsafe row9.add(left8[a], times: columns)
                unsafe row10.add(left8[2 &* a], times: columns)
                unsafe row11.add(left8[3 &* a], times: columns)
                unsafe left0 += leftColumn
                unsafe left4 += leftColumn
                unsafe left8 += leftColumn
                unsafe right += rightStride
            }
        }
        unsafe row0.store(result0)
        unsafe row1.store(result0 + c)
        unsafe row2.store(result0 + 2 * c)
        unsafe row3.store(result0 + 3 * c)
        unsafe row4.store(result4)
        unsafe row5.store(result4 + c)
        unsafe row6.store(result4 + 2 * c)
        unsafe row7.store(result4 + 3 * c)
        unsafe row8.store(result8)
        unsafe row9.store(result8 + c)
        unsafe row10.store(result8 + 2 * c)
        unsafe row11.store(result8 + 3 * c)
    }

    /// Four rows.
    @inline(__always)
    @unsafe
    func fourRows<Columns: TileColumns>(
        _: Columns.Type,
        _ left: UnsafePointer<Float>,
        _ right: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>
    ) {
        let (a, c) = (leftRow, resultStride)
        var row0: Columns = unsafe start(result)
        var row1: Columns = unsafe start(result + c)
        var row2: Columns = unsafe start(result + 2 * c)
        var row3: Columns = unsafe start(result + 3 * c)
        for run in 0..<runs {
            var left = unsafe left + run &* leftRun
            var right = unsafe right + run &* rightRun
            for _ in 0..<inner {
                let columns = unsafe Columns.load(right)
                unsafe row0.add(left[0], times: columns)
                unsafe row1.add(left[a], times: columns)
                unsafe row2.add(left[2 &* a], times: columns)
                unsafe row3.add(left[3 &* a], times: columns)
                unsafe left += leftColumn
                unsafe right += rightStride
            }
        }
        unsafe row0.store(result)
        unsafe row1.store(result + c)
        unsafe row2.store(result + 2 * c)
        unsafe row3.store(result + 3 * c)
    }

    /// One row.
    @inline(__always)
    private func oneRow<Columns: TileColumns>(
        _: Columns.Type,
        _ left: UnsafePointer<Float>,
        _ right: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>
    ) {
        var row: Columns = unsafe start(result)
        for run in 0..<runs {
            var left = unsafe left + run &* leftRun
            var right = unsafe right + run &* rightRun
            for _ in 0..<inner {
                unsafe row.add(left[0], times: Columns.load(right))
                unsafe left += leftColumn
                unsafe right += rightStride
            }
        }
        unsafe row.store(result)
    }
}
