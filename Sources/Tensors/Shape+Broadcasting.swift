extension Shape {
    /// The strides with which a contiguous tensor of this shape is read as one of `shape`: 0 along the
    /// axes that repeat it.
    package func strides(broadcastTo shape: Shape) -> [Int] {
        precondition(rank <= shape.rank, "\(self) does not broadcast to \(shape)")
        let own = strides
        let added = shape.rank - rank
        return shape.indices.map { axis in
            guard axis >= added else { return 0 }
            let extent = self[axis - added]
            if extent == shape[axis] { return own[axis - added] }
            precondition(extent == 1, "\(self) does not broadcast to \(shape)")
            return 0
        }
    }

    /// The product of the extents before `axis`.
    package func elementCount(before axis: Int) -> Int { self[..<axis].reduce(1, *) }

    /// The product of the extents after `axis`.
    package func elementCount(after axis: Int) -> Int { self[(axis + 1)...].reduce(1, *) }
}
