package import Tensors

/// The cosines between all rows of `left` and all rows of `right`: `[…, A, d] × […, B, d] → […, A, B]`.
package func cosineSimilarities(_ left: Tensor, _ right: Tensor) -> Tensor {
    matrixMultiply(left.l2Normalized(), right.l2Normalized(), transposingRight: true)
}
