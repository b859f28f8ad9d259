internal import CIntrinsics

/// The loops over the inner index, with as many rows as the registers hold.
extension RegisterTile {
    @inline(__always)
    private func start<Columns: TileColumns>(
        _ address: UnsafeMutablePointer<Float>,
        _ initial: Columns
    ) -> Columns {
        unsafe accumulates ? Columns.load(address) : initial
    }

    /// What a row of the result begins with where nothing is added to it.
    @inline(__always)
    private func initial<Columns: TileColumns>(_ bias: UnsafePointer<Float>?) -> Columns {
        guard let bias = unsafe bias else { return Columns() }
        return unsafe Columns.load(bias)
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
        _ result8: UnsafeMutablePointer<Float>,
        bias: UnsafePointer<Float>?
    ) {
        let (a, c) = (leftRow, resultStride)
        if !accumulates {
            for row in 0..<4 {
                for lane in stride(from: 0, to: Columns.count, by: 16) {
                    unsafe contrast_prefetch_for_writing(result0 + row * c + lane)
                    unsafe contrast_prefetch_for_writing(result4 + row * c + lane)
                    unsafe contrast_prefetch_for_writing(result8 + row * c + lane)
                }
            }
        }
        let initial: Columns = unsafe initial(bias)
        var row0: Columns = unsafe start(result0, initial)
        var row1: Columns = unsafe start(result0 + c, initial)
        var row2: Columns = unsafe start(result0 + 2 * c, initial)
        var row3: Columns = unsafe start(result0 + 3 * c, initial)
        var row4: Columns = unsafe start(result4, initial)
        var row5: Columns = unsafe start(result4 + c, initial)
        var row6: Columns = unsafe start(result4 + 2 * c, initial)
        var row7: Columns = unsafe start(result4 + 3 * c, initial)
        var row8: Columns = unsafe start(result8, initial)
        var row9: Columns = unsafe start(result8 + c, initial)
        var row10: Columns = unsafe start(result8 + 2 * c, initial)
        var row11: Columns = unsafe start(result8 + 3 * c, initial)
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

    /// Two groups of four rows.
    @inline(__always)
    @unsafe
    func eightRows<Columns: TileColumns>(
        _: Columns.Type,
        _ left0: UnsafePointer<Float>,
        _ left4: UnsafePointer<Float>,
        _ right: UnsafePointer<Float>,
        _ result0: UnsafeMutablePointer<Float>,
        _ result4: UnsafeMutablePointer<Float>,
        bias: UnsafePointer<Float>?
    ) {
        let (a, c) = (leftRow, resultStride)
        let initial: Columns = unsafe initial(bias)
        var row0: Columns = unsafe start(result0, initial)
        var row1: Columns = unsafe start(result0 + c, initial)
        var row2: Columns = unsafe start(result0 + 2 * c, initial)
        var row3: Columns = unsafe start(result0 + 3 * c, initial)
        var row4: Columns = unsafe start(result4, initial)
        var row5: Columns = unsafe start(result4 + c, initial)
        var row6: Columns = unsafe start(result4 + 2 * c, initial)
        var row7: Columns = unsafe start(result4 + 3 * c, initial)
        for run in 0..<runs {
            var right = unsafe right + run &* rightRun
            var left0 = unsafe left0 + run &* leftRun
            var left4 = unsafe left4 + run &* leftRun
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
                unsafe left0 += leftColumn
                unsafe left4 += leftColumn
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
    }

    /// Four rows.
    @inline(__always)
    @unsafe
    func fourRows<Columns: TileColumns>(
        _: Columns.Type,
        _ left: UnsafePointer<Float>,
        _ right: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>,
        bias: UnsafePointer<Float>?
    ) {
        let (a, c) = (leftRow, resultStride)
        let initial: Columns = unsafe initial(bias)
        var row0: Columns = unsafe start(result, initial)
        var row1: Columns = unsafe start(result + c, initial)
        var row2: Columns = unsafe start(result + 2 * c, initial)
        var row3: Columns = unsafe start(result + 3 * c, initial)
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
    func oneRow<Columns: TileColumns>(
        _: Columns.Type,
        _ left: UnsafePointer<Float>,
        _ right: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>,
        bias: UnsafePointer<Float>?
    ) {
        var row: Columns = unsafe start(result, initial(bias))
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
