/// A contiguous block of float32 values with a shape, and its place on the tape when one is recording.
///
/// Tensors are values: no operation changes one. They are cheap to copy, because copies share storage.
package struct Tensor: Sendable {
    /// The extents of the axes, outermost first.
    package let shape: Shape
    let storage: TensorStorage
    /// The first element's index in `storage`.
    let offset: Int
    /// Where gradients arrive; `nil` for a constant.
    package let entry: TapeEntry?

    init(shape: Shape, storage: TensorStorage, offset: Int = 0, entry: TapeEntry? = nil) {
        precondition(offset + shape.elementCount <= storage.count, "a tensor exceeds its storage")
        self.shape = shape
        self.storage = storage
        self.offset = offset
        self.entry = entry
    }

    /// Creates a constant whose values `body` writes, in row-major order; before that they are arbitrary.
    package init(
        shape: Shape,
        initializingWith body: (inout MutableSpan<Float>) throws -> Void
    ) rethrows {
        let storage = try TensorStorage(count: shape.elementCount, initializingWith: body)
        self.init(shape: shape, storage: storage)
    }

    /// Creates a constant over values that live elsewhere, such as in a mapped weight file.
    package init(shape: Shape, storage: TensorStorage) {
        self.init(shape: shape, storage: storage, offset: 0)
    }

    /// Creates a constant from values in row-major order.
    package init(_ values: [Float], shape: Shape) {
        precondition(
            values.count == shape.elementCount,
            "\(values.count) values for shape \(shape)"
        )
        self.init(shape: shape) { span in
            for index in values.indices { span[index] = values[index] }
        }
    }

    /// Creates a constant from values in row-major order.
    package init(_ values: some Collection<Float>, shape: Shape) {
        self.init(Array(values), shape: shape)
    }

    /// Creates a constant with one value everywhere.
    package init(repeating value: Float, shape: Shape) {
        self.init(shape: shape) { span in
            for index in span.indices { span[index] = value }
        }
    }

    /// Creates a scalar: a constant of shape `[]`.
    package init(_ value: Float) { self.init(repeating: value, shape: []) }

    /// A constant of zeros.
    package static func zeros(_ shape: Shape) -> Tensor { Tensor(repeating: 0, shape: shape) }

    /// A constant of ones.
    package static func ones(_ shape: Shape) -> Tensor { Tensor(repeating: 1, shape: shape) }

    /// The number of elements.
    package var count: Int { shape.elementCount }

    /// The number of axes.
    package var rank: Int { shape.rank }

    /// The values in row-major order, without a copy.
    package var span: Span<Float> {
        @_lifetime(borrow self) get {
            unsafe _overrideLifetime(
                Span(_unsafeStart: storage.base + offset, count: count),
                borrowing: self
            )
        }
    }

    /// Calls `body` with the values in row-major order. Weights that a file has as 16-bit values are widened
    /// for the time of the call only, while `span` would keep them so.
    func reading<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result {
        try storage.reading(offset..<offset + count, body)
    }

    /// The values in row-major order, copied.
    package var values: [Float] {
        let span = span
        return span.indices.map { span[$0] }
    }

    /// The value of a tensor with exactly one element.
    package var scalar: Float {
        precondition(count == 1, "a tensor of shape \(shape) is no scalar")
        return span[0]
    }

    /// The same values off the tape: gradients stop here.
    package var detached: Tensor { Tensor(shape: shape, storage: storage, offset: offset) }

    /// The same values under another shape of as many elements, in shared storage. Not recorded:
    /// operations use `reshaped(to:)`.
    func viewed(as shape: Shape, entry: TapeEntry? = nil) -> Tensor {
        precondition(shape.elementCount == count, "\(self.shape) cannot be viewed as \(shape)")
        return Tensor(shape: shape, storage: storage, offset: offset, entry: entry)
    }

    /// The same values with a place on the tape.
    func placed(at entry: TapeEntry?) -> Tensor {
        Tensor(shape: shape, storage: storage, offset: offset, entry: entry)
    }
}

extension Tensor: CustomStringConvertible {
    /// The shape and the first values.
    package var description: String {
        let head = values.prefix(8).map { "\($0)" }.joined(separator: ", ")
        return "Tensor\(shape)(\(head)\(count > 8 ? ", …" : ""))"
    }
}
