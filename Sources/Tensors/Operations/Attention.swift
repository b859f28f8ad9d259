/// softmax(Q·Kᵀ/√d)·V for each head; d is the channels of a head.
///
/// Scores are never stored: the gradient pass computes them again from log Σ eˢ of each row. Heads are
/// consecutive stretches of the channels.
///
/// - Parameters:
///   - queries: `[N, Tq, C]`.
///   - keys: `[N, Tk, C]`.
///   - values: `[N, Tk, C]`.
///   - headCount: The number of heads; divides C.
///   - causal: Whether query i sees only keys up to i + (Tk − Tq).
///   - precision: The numbers multiplied. What is recorded for gradients takes float32, because the gradient pass
///     computes the same scores again.
/// - Returns: `[N, Tq, C]`.
package func attention(
    _ queries: Tensor,
    _ keys: Tensor,
    _ values: Tensor,
    headCount: Int,
    causal: Bool = false,
    precision: ProductPrecision = .float32
) -> Tensor {
    checkAttention(queries, keys, headCount: headCount)
    precondition(
        keys.shape == values.shape,
        "attention: keys of shape \(keys.shape) do not fit values of shape \(values.shape)"
    )
    let (q, k, v) = (queries.detached, keys.detached, values.detached)
    let isRecorded = Tape.isRecording && [queries, keys, values].contains(where: \.isTracked)
    let (output, logSumExp) = device.attention(
        q,
        k,
        v,
        headCount: headCount,
        isCausal: causal,
        precision: isRecorded ? .float32 : precision
    )
    return output.recorded(jointlyFrom: [queries, keys, values]) { upstream in
        let gradients = device.attentionGradients(
            q,
            k,
            v,
            headCount: headCount,
            isCausal: causal,
            output: output,
            logSumExp: logSumExp,
            upstream: upstream
        )
        return [gradients.queries, gradients.keys, gradients.values]
    }
}

/// The softmax probability of one key per sample, softmax(Q·Kᵀ/√d)ᵢ꜀, for each query and head.
///
/// - Parameters:
///   - queries: `[N, Tq, C]`.
///   - keys: `[N, Tk, C]`.
///   - headCount: The number of heads; divides C.
///   - columns: The key of each sample.
/// - Returns: `[N, Tq, heads]`.
package func attentionColumn(
    _ queries: Tensor,
    _ keys: Tensor,
    headCount: Int,
    columns: [Int]
) -> Tensor {
    checkAttention(queries, keys, headCount: headCount)
    precondition(
        columns.count == keys.shape[0] && columns.allSatisfy { 0..<keys.shape[1] ~= $0 },
        "attentionColumn: columns \(columns) are not one key of \(keys.shape) per sample"
    )
    let (q, k) = (queries.detached, keys.detached)
    let (probabilities, logSumExp) = device.attentionColumn(
        q,
        k,
        headCount: headCount,
        columns: columns
    )
    return probabilities.recorded(jointlyFrom: [queries, keys]) { upstream in
        let gradients = device.attentionColumnGradients(
            q,
            k,
            headCount: headCount,
            columns: columns,
            probabilities: probabilities,
            logSumExp: logSumExp,
            upstream: upstream
        )
        return [gradients.queries, gradients.keys]
    }
}

/// Traps unless queries `[N, Tq, C]`, keys `[N, Tk, C]` and heads fit together.
private func checkAttention(_ queries: Tensor, _ keys: Tensor, headCount: Int) {
    precondition(
        queries.rank == 3 && keys.rank == 3 && queries.shape[0] == keys.shape[0]
            && queries.shape[2] == keys.shape[2] && headCount > 0
            && queries.shape[2] % headCount == 0,
        "attention: \(queries.shape) does not attend to \(keys.shape) with \(headCount) heads"
    )
}
