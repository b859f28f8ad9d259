/// A device's attention over heads that lie side by side in the channels.
package protocol AttentionArithmetic {
    /// softmax(Q·Kᵀ/√d)·V per head.
    ///
    /// - Parameter precision: The numbers multiplied.
    /// - Returns: The output, `[N, Tq, C]`, and log Σ eˢ of each row of scores, `[N, heads, Tq]`.
    func attention(
        _ queries: Tensor,
        _ keys: Tensor,
        _ values: Tensor,
        headCount: Int,
        isCausal: Bool,
        precision: ProductPrecision
    ) -> (output: Tensor, logSumExp: Tensor)

    /// The gradients of `attention` with respect to queries, keys and values.
    func attentionGradients(
        _ queries: Tensor,
        _ keys: Tensor,
        _ values: Tensor,
        headCount: Int,
        isCausal: Bool,
        output: Tensor,
        logSumExp: Tensor,
        upstream: Tensor
    ) -> (queries: Tensor, keys: Tensor, values: Tensor)

    /// The probability of one key per sample, for each query and head.
    ///
    /// - Returns: `[N, Tq, heads]`, and log Σ eˢ of each row of scores, `[N, heads, Tq]`.
    func attentionColumn(
        _ queries: Tensor,
        _ keys: Tensor,
        headCount: Int,
        columns: [Int]
    ) -> (probabilities: Tensor, logSumExp: Tensor)

    /// The gradients of `attentionColumn` with respect to queries and keys.
    func attentionColumnGradients(
        _ queries: Tensor,
        _ keys: Tensor,
        headCount: Int,
        columns: [Int],
        probabilities: Tensor,
        logSumExp: Tensor,
        upstream: Tensor
    ) -> (queries: Tensor, keys: Tensor)
}
