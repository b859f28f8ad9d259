/// A stored matrix that a product reads: where it begins and how it lies in memory. Whoever reads through
/// `base` answers for its validity.
@safe
struct MatrixOperand {
    /// The first stored value.
    let base: UnsafePointer<Float>
    /// The elements from one stored row to the next.
    let stride: Int
    /// Whether stored rows are the columns of the matrix.
    let isTransposed: Bool

    /// The operand that begins at `row`, `column` of this one.
    @unsafe
    func from(row: Int, column: Int) -> MatrixOperand {
        let offset = isTransposed ? column * stride + row : row * stride + column
        return unsafe MatrixOperand(base: base + offset, stride: stride, isTransposed: isTransposed)
    }
}
