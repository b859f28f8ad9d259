/// The extents of a tensor's axes, outermost first; at most six axes, stored without a heap allocation.
///
/// Activations are channels-last: `[N, H, W, C]` for pictures and `[N, T, C]` for token sequences.
package struct Shape: Sendable {
    /// The largest rank any operation needs.
    package static let maximumRank = 6

    /// The number of axes.
    package let rank: Int
    private var extents: InlineArray<6, Int>

    /// Creates a shape from its extents, outermost first. Extents must not be negative.
    package init(_ extents: some Collection<Int>) {
        precondition(extents.count <= Shape.maximumRank, "a shape has at most six axes")
        rank = extents.count
        self.extents = InlineArray(repeating: 1)
        for (axis, extent) in extents.enumerated() {
            precondition(extent >= 0, "a shape's extents must not be negative")
            self.extents[axis] = extent
        }
    }

    /// The number of elements: the product of the extents, 1 for a scalar.
    package var elementCount: Int {
        var product = 1
        for axis in 0..<rank { product *= extents[axis] }
        return product
    }

    /// The axis that `axis` names, where −1 is the last one.
    package func normalized(axis: Int) -> Int {
        let normalized = axis < 0 ? axis + rank : axis
        precondition(0..<rank ~= normalized, "axis \(axis) is not in a tensor of shape \(self)")
        return normalized
    }

    /// The shape with the extent of `axis` replaced.
    package func replacing(axis: Int, with extent: Int) -> Shape {
        var copy = self
        copy.extents[normalized(axis: axis)] = extent
        return copy
    }

    /// The shape without `axis`.
    package func removing(axis: Int) -> Shape {
        let removed = normalized(axis: axis)
        return Shape(indices.filter { $0 != removed }.map { self[$0] })
    }

    /// The distance in elements between neighbours along each axis of a contiguous tensor.
    package var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * extents[axis + 1]
        }
        return strides
    }

    /// The shape both operands take when axes of extent 1 stretch, aligned at the last axis.
    package func broadcast(with other: Shape) -> Shape {
        let rank = Swift.max(rank, other.rank)
        return Shape(
            (0..<rank).map { axis in
                let mine = self.extent(fromEnd: rank - 1 - axis)
                let theirs = other.extent(fromEnd: rank - 1 - axis)
                precondition(
                    mine == theirs || mine == 1 || theirs == 1,
                    "shapes \(self) and \(other) do not broadcast"
                )
                return mine == 1 ? theirs : mine
            }
        )
    }

    /// The extent `distance` axes before the last one, 1 beyond the first axis.
    package func extent(fromEnd distance: Int) -> Int {
        distance < rank ? extents[rank - 1 - distance] : 1
    }
}

extension Shape: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { rank }
    package subscript(axis: Int) -> Int {
        precondition(axis < rank, "axis \(axis) is not in a shape of rank \(rank)")
        return extents[axis]
    }
}

extension Shape: ExpressibleByArrayLiteral {
    package init(arrayLiteral extents: Int...) { self.init(extents) }
}

extension Shape: Hashable {
    package static func == (left: Shape, right: Shape) -> Bool {
        left.rank == right.rank && left.indices.allSatisfy { left[$0] == right[$0] }
    }

    package func hash(into hasher: inout Hasher) {
        for extent in self { hasher.combine(extent) }
    }
}

extension Shape: CustomStringConvertible {
    package var description: String { "[\(map(String.init).joined(separator: ", "))]" }
}
