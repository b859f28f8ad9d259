internal import COpenBLAS

/// OpenBLAS on one thread: the threads are our own team's.
enum OpenBLAS {
    /// Makes OpenBLAS compute on the calling thread only, once per process.
    private static let isSingleThreaded: Bool = {
        openblas_set_num_threads(1)
        return true
    }()

    /// result = scale · left · right + (accumulates ? result : 0), row-major.
    ///
    /// - Parameters:
    ///   - rows: The rows of `left` and `result`.
    ///   - columns: The columns of `right` and `result`.
    ///   - inner: The columns of `left` and rows of `right`.
    ///   - resultStride: The elements from one row of `result` to the next.
    @unsafe
    static func multiply(
        rows: Int,
        columns: Int,
        inner: Int,
        _ left: MatrixOperand,
        _ right: MatrixOperand,
        into result: UnsafeMutablePointer<Float>,
        resultStride: Int,
        scale: Float = 1,
        accumulates: Bool = false
    ) {
        precondition(isSingleThreaded)
        let beta: Float = accumulates ? 1 : 0
        if rows <= 4, !left.isTransposed {
            // A few rows times a matrix read the matrix in place; sgemm would copy it into panels first.
            let storedRows = right.isTransposed ? columns : inner
            let storedColumns = right.isTransposed ? inner : columns
            for row in 0..<rows {
                unsafe cblas_sgemv(
                    CblasRowMajor,
                    right.isTransposed ? CblasNoTrans : CblasTrans,
                    Int32(storedRows),
                    Int32(storedColumns),
                    scale,
                    right.base,
                    Int32(right.stride),
                    left.from(row: row, column: 0).base,
                    1,
                    beta,
                    result + row * resultStride,
                    1
                )
            }
            return
        }
        unsafe cblas_sgemm(
            CblasRowMajor,
            left.isTransposed ? CblasTrans : CblasNoTrans,
            right.isTransposed ? CblasTrans : CblasNoTrans,
            Int32(rows),
            Int32(columns),
            Int32(inner),
            scale,
            left.base,
            Int32(left.stride),
            right.base,
            Int32(right.stride),
            beta,
            result,
            Int32(resultStride)
        )
    }
}
