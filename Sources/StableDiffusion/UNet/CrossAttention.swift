internal import Layers
internal import Tensors

/// Attention of the places of a picture to the text, and to further streams of tokens.
///
/// Matches diffusers `Attention` as `attn2`, and its `IPAdapterAttnProcessor` where the context has
/// visual streams: Softmax(QKᵗ)Vᵗ + γ·Softmax(QKᵛ)Vᵛ, then one output layer over the sum.
/// Batch N, places of the picture T = H·W, channels C, heads h.
struct CrossAttention {
    let toQueries: Linear
    let toKeys: Linear
    let toValues: Linear
    let toOutput: Linear
    let headCount: Int

    init(_ scope: ParameterScope, channels: Int, textSize: Int, headCount: Int) throws {
        toQueries = try Linear(scope["to_q"], from: channels, to: channels, bias: false)
        toKeys = try Linear(scope["to_k"], from: textSize, to: channels, bias: false)
        toValues = try Linear(scope["to_v"], from: textSize, to: channels, bias: false)
        toOutput = try Linear(scope["to_out"][0], from: channels, to: channels)
        self.headCount = headCount
    }

    /// - Parameters:
    ///   - x: `[N, T, C]`.
    ///   - context: What to attend to.
    ///   - plane: The picture's height and width.
    /// - Returns: `[N, T, C]`, and the placeholders' maps `[N, T]` if the context wants them.
    func callAsFunction(
        _ x: Tensor,
        context: LayerContext,
        plane: Plane
    ) -> (output: Tensor, maps: [Tensor]) {
        let queries = toQueries(x)
        let (keys, values) = (toKeys(context.text), toValues(context.text))
        let precision = toQueries.weight.precision
        var sum = attention(
            queries,
            keys,
            values,
            headCount: headCount,
            precision: precision
        )
        let columns = context.placeholders.map { placeholder in
            let isNeeded = context.collectsMaps || placeholder.mask != nil
            return isNeeded ? probabilities(of: placeholder, queries, keys) : nil  // [N, T, h]
        }
        for (placeholder, column) in zip(context.placeholders, columns) {
            guard let column, let mask = placeholder.mask else { continue }
            let change = column * (plane.tokens(of: mask) - 1)
            sum += contribution(of: placeholder, probabilities: change, values)
        }
        for stream in context.visual {
            var branch = attention(
                queries,
                stream.keys,
                stream.values,
                headCount: headCount,
                precision: precision
            )
            if let mask = stream.mask { branch *= plane.tokens(of: mask) }
            sum += branch * stream.scale
        }
        let maps = context.collectsMaps ? columns.compactMap { $0?.mean(axis: 2) } : []
        return (toOutput(sum), maps)
    }
}

extension CrossAttention {
    /// The probability of the placeholder's token for each place and head, `[N, T, h]`; 0 for samples
    /// without one.
    private func probabilities(
        of placeholder: PlaceholderAttention,
        _ queries: Tensor,
        _ keys: Tensor
    ) -> Tensor {
        let columns = placeholder.columns
        let column = attentionColumn(
            queries,
            keys,
            headCount: headCount,
            columns: columns.map { $0 ?? 0 }
        )
        guard columns.contains(nil) else { return column }
        return column * Tensor(columns.map { $0 == nil ? 0 : 1 }, shape: [columns.count, 1, 1])
    }

    /// What the placeholder's token adds to the output with the given probabilities `[N, T, h]`:
    /// A_p · V_p per head, `[N, T, C]`.
    private func contribution(
        of placeholder: PlaceholderAttention,
        probabilities: Tensor,
        _ values: Tensor
    ) -> Tensor {
        let (count, length, channels) = (values.shape[0], values.shape[1], values.shape[2])
        let rows = placeholder.columns.enumerated().map { sample, column in
            sample * length + (column ?? 0)
        }
        let value = values.reshaped(to: [count * length, channels])
            .gathered(rows: rows)
            .reshaped(to: [count, 1, headCount, channels / headCount])
        let places = probabilities.shape[1]
        return (probabilities.reshaped(to: [count, places, headCount, 1]) * value)
            .reshaped(to: [count, places, channels])
    }
}
