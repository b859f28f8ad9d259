/// Functions of two elements, with broadcasting.
package enum BinaryKernels {
    private typealias Vector = SIMD16<Float>

    /// `output = function(left, right)` over a broadcast shape.
    ///
    /// - Parameters:
    ///   - function: What to compute.
    ///   - left: The left operand's values.
    ///   - leftStrides: Its distance between neighbours along each axis of the result, 0 where it repeats.
    ///   - right: The right operand's values.
    ///   - rightStrides: Likewise.
    ///   - extents: The extents of the result, outermost first.
    ///   - output: The result in row-major order.
    package static func apply(
        _ function: BinaryFunction,
        _ left: Span<Float>,
        strides leftStrides: [Int],
        _ right: Span<Float>,
        strides rightStrides: [Int],
        extents: [Int],
        into output: inout MutableSpan<Float>
    ) {
        let layout = StridedLayout(extents: extents, left: leftStrides, right: rightStrides)
        precondition(layout.rowCount * layout.rowLength == output.count, "output of a wrong size")
        guard output.count > 0 else { return }
        let (a, b, c) = (InputBlock(left), InputBlock(right), OutputBlock(&output))
        if layout.outer.isEmpty {
            let (leftStride, rightStride) = (layout.leftStride, layout.rightStride)
            ThreadTeam.run(over: layout.rowLength, cost: 0.2) { range in
                let start = range.lowerBound
                applyRow(
                    function,
                    a.advanced(by: start * leftStride),
                    leftStride,
                    b.advanced(by: start * rightStride),
                    rightStride,
                    c.advanced(by: start),
                    range.count
                )
            }
            return
        }
        ThreadTeam.run(over: layout.rowCount, cost: 5 + 0.2 * Double(layout.rowLength)) { rows in
            layout.forEachRow(in: rows) { row, left, right in
                applyRow(
                    function,
                    a.advanced(by: left),
                    layout.leftStride,
                    b.advanced(by: right),
                    layout.rightStride,
                    c.advanced(by: row * layout.rowLength),
                    layout.rowLength
                )
            }
        }
    }

    private static func applyRow(
        _ function: BinaryFunction,
        _ a: InputBlock,
        _ aStride: Int,
        _ b: InputBlock,
        _ bStride: Int,
        _ c: OutputBlock,
        _ count: Int
    ) {
        @inline(__always)
        func map(_ body: (Vector, Vector) -> Vector) {
            switch (aStride, bStride) {
            case (1, 1):
                mapRow(
                    count,
                    c,
                    { a.vector(at: $0) },
                    { b.vector(at: $0) },
                    scalarA: { a[$0] },
                    { b[$0] },
                    body
                )
            case (1, 0):
                let value = b[0]
                let vector = Vector(repeating: value)
                mapRow(
                    count,
                    c,
                    { a.vector(at: $0) },
                    { _ in vector },
                    scalarA: { a[$0] },
                    { _ in value },
                    body
                )
            case (0, 1):
                let value = a[0]
                let vector = Vector(repeating: value)
                mapRow(
                    count,
                    c,
                    { _ in vector },
                    { b.vector(at: $0) },
                    scalarA: { _ in value },
                    { b[$0] },
                    body
                )
            default:
                for index in 0..<count {
                    let x = Vector(repeating: a[index * aStride])
                    let y = Vector(repeating: b[index * bStride])
                    c[index] = body(x, y)[0]
                }
            }
        }
        switch function {
        case .add: map { $0 + $1 }
        case .subtract: map { $0 - $1 }
        case .multiply: map { $0 * $1 }
        case .divide: map { $0 / $1 }
        case .isEqual: map { Vector().replacing(with: 1, where: $0 .== $1) }
        }
    }

    @inline(__always)
    private static func mapRow(
        _ count: Int,
        _ output: OutputBlock,
        _ left: (Int) -> Vector,
        _ right: (Int) -> Vector,
        scalarA: (Int) -> Float,
        _ scalarB: (Int) -> Float,
        _ body: (Vector, Vector) -> Vector
    ) {
        var index = 0
        while index <= count &- 16 {
            output.store(body(left(index), right(index)), at: index)
            index &+= 16
        }
        while index < count {
            let (x, y) = (Vector(repeating: scalarA(index)), Vector(repeating: scalarB(index)))
            output[index] = body(x, y)[0]
            index &+= 1
        }
    }
}
