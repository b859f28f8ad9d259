internal import Kernels

extension CPUDevice: AttentionArithmetic {
    package func attention(
        _ queries: Tensor,
        _ keys: Tensor,
        _ values: Tensor,
        headCount: Int,
        isCausal: Bool,
        precision: ProductPrecision
    ) -> (output: Tensor, logSumExp: Tensor) {
        let extents = AttentionExtents(queries, keys, headCount: headCount, isCausal: isCausal)
        var output: Tensor?
        let logSumExp = Tensor(shape: extents.statisticsShape) { logSumExp in
            output = Tensor(shape: queries.shape) { result in
                Kernels.attention(
                    extents,
                    queries: queries.span,
                    keys: keys.span,
                    values: values.span,
                    into: &result,
                    logSumExp: &logSumExp,
                    precision: precision.panels
                )
            }
        }
        return (output ?? .zeros(queries.shape), logSumExp)
    }

    package func attentionGradients(
        _ queries: Tensor,
        _ keys: Tensor,
        _ values: Tensor,
        headCount: Int,
        isCausal: Bool,
        output: Tensor,
        logSumExp: Tensor,
        upstream: Tensor
    ) -> (queries: Tensor, keys: Tensor, values: Tensor) {
        let extents = AttentionExtents(queries, keys, headCount: headCount, isCausal: isCausal)
        var (queryGradient, keyGradient) = (queries, keys)
        let valueGradient = Tensor(shape: values.shape) { valueTarget in
            keyGradient = Tensor(shape: keys.shape) { keyTarget in
                queryGradient = Tensor(shape: queries.shape) { queryTarget in
                    Kernels.attentionGradients(
                        extents,
                        queries: queries.span,
                        keys: keys.span,
                        values: values.span,
                        output: output.span,
                        logSumExp: logSumExp.span,
                        upstream: upstream.span,
                        queryGradient: &queryTarget,
                        keyGradient: &keyTarget,
                        valueGradient: &valueTarget
                    )
                }
            }
        }
        return (queryGradient, keyGradient, valueGradient)
    }

    package func attentionColumn(
        _ queries: Tensor,
        _ keys: Tensor,
        headCount: Int,
        columns: [Int]
    ) -> (probabilities: Tensor, logSumExp: Tensor) {
        let extents = AttentionExtents(queries, keys, headCount: headCount)
        var logSumExp = queries
        let shape: Shape = [extents.sampleCount, extents.queryCount, headCount]
        let probabilities = Tensor(shape: shape) { result in
            logSumExp = Tensor(shape: extents.statisticsShape) { statistics in
                Kernels.attentionColumn(
                    extents,
                    queries: queries.span,
                    keys: keys.span,
                    columns: columns,
                    into: &result,
                    logSumExp: &statistics
                )
            }
        }
        return (probabilities, logSumExp)
    }

    package func attentionColumnGradients(
        _ queries: Tensor,
        _ keys: Tensor,
        headCount: Int,
        columns: [Int],
        probabilities: Tensor,
        logSumExp: Tensor,
        upstream: Tensor
    ) -> (queries: Tensor, keys: Tensor) {
        let extents = AttentionExtents(queries, keys, headCount: headCount)
        var queryGradient = queries
        let keyGradient = Tensor(shape: keys.shape) { keyTarget in
            queryGradient = Tensor(shape: queries.shape) { queryTarget in
                Kernels.attentionColumnGradients(
                    extents,
                    queries: queries.span,
                    keys: keys.span,
                    columns: columns,
                    probabilities: probabilities.span,
                    logSumExp: logSumExp.span,
                    upstream: upstream.span,
                    queryGradient: &queryTarget,
                    keyGradient: &keyTarget
                )
            }
        }
        return (queryGradient, keyGradient)
    }
}

extension AttentionExtents {
    /// The extents of queries `[N, Tq, C]` against keys `[N, Tk, C]`.
    fileprivate init(_ queries: Tensor, _ keys: Tensor, headCount: Int, isCausal: Bool = false) {
        self.init(
            sampleCount: queries.shape[0],
            queryCount: queries.shape[1],
            keyCount: keys.shape[1],
            headCount: headCount,
            headDimension: queries.shape[2] / headCount,
            isCausal: isCausal
        )
    }

    /// `[N, heads, Tq]`.
    fileprivate var statisticsShape: Shape { [sampleCount, headCount, queryCount] }
}
