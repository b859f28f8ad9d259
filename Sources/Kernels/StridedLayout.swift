/// How two blocks are walked together, row by row: merged axes with one stride per block.
///
/// Neighbouring axes that both blocks cross evenly become one, so that the common cases (same shape,
/// scalar, trailing row, leading batch) end with few long rows.
struct StridedLayout: Sendable {
    /// The extents of the merged axes but the last, outermost first.
    private(set) var outer: [Int] = []
    private(set) var leftOuter: [Int] = []
    private(set) var rightOuter: [Int] = []
    /// The extent of the last merged axis: the length of a row.
    private(set) var rowLength = 1
    /// The distance between neighbours in a row.
    private(set) var leftStride = 0
    private(set) var rightStride = 0

    /// Merges axes. A stride of 0 repeats an element along an axis.
    init(extents: [Int], left: [Int], right: [Int]) {
        var merged: [(extent: Int, left: Int, right: Int)] = []
        for axis in extents.indices where extents[axis] != 1 {
            let next = (extent: extents[axis], left: left[axis], right: right[axis])
            if let last = merged.last,
                last.left == next.left * next.extent, last.right == next.right * next.extent
            {
                merged[merged.count - 1] = (last.extent * next.extent, next.left, next.right)
            } else {
                merged.append(next)
            }
        }
        guard let row = merged.popLast() else { return }
        (rowLength, leftStride, rightStride) = row
        outer = merged.map(\.extent)
        leftOuter = merged.map(\.left)
        rightOuter = merged.map(\.right)
    }

    /// Keeps axes as they are, with rows of one element.
    init(rows: [Int], left: [Int], right: [Int]) {
        (outer, leftOuter, rightOuter) = (rows, left, right)
    }

    /// The number of rows.
    var rowCount: Int { outer.reduce(1, *) }

    /// Calls `body` with the offsets of each row's first elements.
    @inline(__always)
    func forEachRow(in rows: Range<Int>, _ body: (_ row: Int, _ left: Int, _ right: Int) -> Void) {
        var counters = [Int](repeating: 0, count: outer.count)
        var (left, right) = (0, 0)
        var remaining = rows.lowerBound
        for axis in outer.indices.reversed() {
            counters[axis] = remaining % outer[axis]
            remaining /= outer[axis]
            left += counters[axis] * leftOuter[axis]
            right += counters[axis] * rightOuter[axis]
        }
        for row in rows {
            body(row, left, right)
            var axis = outer.count - 1
            while axis >= 0 {
                counters[axis] += 1
                left += leftOuter[axis]
                right += rightOuter[axis]
                if counters[axis] < outer[axis] { break }
                left -= outer[axis] * leftOuter[axis]
                right -= outer[axis] * rightOuter[axis]
                counters[axis] = 0
                axis -= 1
            }
        }
    }
}
