/// The extents and memory layout of a batch of matrix products C = A·B, all row-major.
///
/// A is `[rows, inner]`, or stored as `[inner, rows]` when transposed; B is `[inner, columns]`, or stored
/// as `[columns, inner]`; C is `[rows, columns]`.
package struct MatrixProduct: Sendable {
    /// The rows of A and C.
    package let rows: Int
    /// The columns of B and C.
    package let columns: Int
    /// The columns of A and rows of B, summed over.
    package let inner: Int
    /// Whether A is stored transposed.
    package let transposesLeft: Bool
    /// Whether B is stored transposed.
    package let transposesRight: Bool
    /// The number of products.
    package var batchCount = 1
    /// From one product's A to the next one's, in elements.
    package var leftBatchStride: Int
    /// From one product's B to the next one's; 0 where all share one B.
    package var rightBatchStride: Int
    /// Whether C is added to instead of being overwritten.
    package var accumulates = false

    /// Describes one product of densely stored matrices.
    package init(
        rows: Int,
        columns: Int,
        inner: Int,
        transposesLeft: Bool = false,
        transposesRight: Bool = false
    ) {
        precondition(rows >= 0 && columns >= 0 && inner >= 0, "a matrix has a negative extent")
        self.rows = rows
        self.columns = columns
        self.inner = inner
        self.transposesLeft = transposesLeft
        self.transposesRight = transposesRight
        leftBatchStride = rows * inner
        rightBatchStride = inner * columns
    }

    /// The elements from one stored row of A to the next.
    var leftStride: Int { transposesLeft ? rows : inner }

    /// The elements from one stored row of B to the next.
    var rightStride: Int { transposesRight ? inner : columns }
}
