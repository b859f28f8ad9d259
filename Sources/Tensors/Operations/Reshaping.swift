extension Tensor {
    /// The same values in the same order under another shape; nothing is copied.
    ///
    /// One extent may be −1: it becomes what the others leave. Gradient: g under the old shape.
    package func reshaped(to shape: [Int]) -> Tensor {
        let old = self.shape
        return detached.viewed(as: completed(shape)).recorded(
            TapeInput(self) { g in g.viewed(as: old) }
        )
    }

    /// The same values in the same order under another shape; nothing is copied.
    package func reshaped(to shape: Shape) -> Tensor { reshaped(to: Array(shape)) }

    /// All axes from `axis` on merged into one.
    package func flattened(from axis: Int = 0) -> Tensor {
        let first = shape.normalized(axis: axis)
        return reshaped(to: Array(shape[..<first]) + [shape[first...].reduce(1, *)])
    }

    /// The axes in a new order: axis `a` of the result is axis `order[a]` of this tensor.
    ///
    /// Gradient: the axes of g in the inverse order.
    package func transposed(_ order: Int...) -> Tensor { transposed(order) }

    /// The axes in a new order, given as an array.
    package func transposed(_ order: [Int]) -> Tensor {
        let order = order.map { shape.normalized(axis: $0) }
        precondition(order.sorted() == Array(shape.indices), "\(order) is no order of \(rank) axes")
        let inverse = order.indices.map { axis in order.firstIndex(of: axis)! }
        return device.transpose(detached, order: order).recorded(
            TapeInput(self) { g in device.transpose(g, order: inverse) }
        )
    }

    /// The tensor repeated along its axes of extent 1 and along new leading axes.
    ///
    /// Gradient: the sum over the repetitions.
    package func broadcast(to shape: Shape) -> Tensor {
        let old = self.shape
        if shape == old { return self }
        return device.broadcast(detached, to: shape).recorded(
            TapeInput(self) { g in device.sum(g, to: old) }
        )
    }

    /// Each row along `axis` `count` times in a row. Matches torch `repeat_interleave`.
    package func repeated(_ count: Int, axis: Int) -> Tensor {
        let axis = shape.normalized(axis: axis)
        var split = Array(shape)
        split.insert(1, at: axis + 1)
        var repeated = split
        repeated[axis + 1] = count
        return reshaped(to: split).broadcast(to: Shape(repeated))
            .reshaped(to: shape.replacing(axis: axis, with: shape[axis] * count))
    }

    /// A shape whose extent of −1, if any, is replaced by what the other extents leave.
    private func completed(_ extents: [Int]) -> Shape {
        guard let open = extents.firstIndex(of: -1) else { return Shape(extents) }
        let others = extents.enumerated().reduce(1) { $1.offset == open ? $0 : $0 * $1.element }
        precondition(
            others > 0 && count.isMultiple(of: others),
            "\(shape) cannot be reshaped to \(extents)"
        )
        var complete = extents
        complete[open] = count / others
        return Shape(complete)
    }
}
