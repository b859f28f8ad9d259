internal import Layers
internal import Tensors

/// A transformer layer that normalises before attention and before the feed-forward part.
///
/// Matches transformers `CLIPEncoderLayer`.
struct CLIPLayer {
    let layerNorm1: LayerNorm
    let selfAttention: CLIPAttention
    let layerNorm2: LayerNorm
    let feedForward: CLIPFeedForward

    init(_ scope: ParameterScope, _ sizes: CLIPLayerSizes) throws {
        layerNorm1 = try LayerNorm(
            scope["layer_norm1"],
            width: sizes.width,
            epsilon: sizes.epsilon
        )
        selfAttention = try CLIPAttention(scope["self_attn"], sizes)
        layerNorm2 = try LayerNorm(
            scope["layer_norm2"],
            width: sizes.width,
            epsilon: sizes.epsilon
        )
        feedForward = try CLIPFeedForward(scope["mlp"], sizes)
    }

    /// Runs the layer, and tells what its tokens offer to later ones.
    ///
    /// - Parameters:
    ///   - x: The tokens, `[N, T, C]`.
    ///   - earlier: What tokens before them offer, `[N, P, C]`; only causal models have them.
    ///   - causal: Whether a token sees only itself and those before it.
    func run(
        _ x: Tensor,
        after earlier: KeysAndValues? = nil,
        causal: Bool
    ) -> (output: Tensor, offered: KeysAndValues) {
        let normalized = layerNorm1(x)
        let own = selfAttention.keysAndValues(of: normalized)
        let all = earlier?.followed(by: own) ?? own
        let h = x + selfAttention(normalized, all, causal: causal)
        return (h + feedForward(layerNorm2(h)), own)
    }

    func callAsFunction(_ x: Tensor, causal: Bool) -> Tensor { run(x, causal: causal).output }
}
