internal import Layers
internal import Tensors

/// Multi-head self-attention with biases. [N, T, C] → [N, T, C].
///
/// Matches transformers `CLIPAttention`.
struct CLIPAttention {
    let queries: Linear
    let keys: Linear
    let values: Linear
    let output: Linear
    let headCount: Int

    init(_ scope: ParameterScope, _ sizes: CLIPLayerSizes) throws {
        func map(_ name: String, _ initialization: Initialization) throws -> Linear {
            try Linear(
                scope[name],
                from: sizes.width,
                to: sizes.width,
                initialization: initialization
            )
        }
        queries = try map("q_proj", sizes.innerInitialization)
        keys = try map("k_proj", sizes.innerInitialization)
        values = try map("v_proj", sizes.innerInitialization)
        output = try map("out_proj", sizes.outputInitialization)
        headCount = sizes.headCount
    }

    /// - Parameters:
    ///   - x: The tokens that ask, `[N, T, C]`.
    ///   - offered: What tokens offer that may be looked at: at least those of `x`, which come last.
    ///   - causal: Whether a token sees only itself and those before it.
    func callAsFunction(_ x: Tensor, _ offered: KeysAndValues, causal: Bool) -> Tensor {
        output(
            attention(
                queries(x),
                offered.keys,
                offered.values,
                headCount: headCount,
                causal: causal,
                precision: queries.weight.precision
            )
        )
    }

    /// What tokens offer to those that look at them.
    func keysAndValues(of x: Tensor) -> KeysAndValues {
        KeysAndValues(keys: keys(x), values: values(x))
    }
}
