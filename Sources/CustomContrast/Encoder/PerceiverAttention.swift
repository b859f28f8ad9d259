package import Layers
package import Tensors

/// Attention of learnable latents over media and themselves, `PA(x, q)` of equation 2:
///
///     PA(x, q) = softmax(Q(q̂) K([x̂, q̂])ᵀ / √h) V([x̂, q̂]) W_o      x̂ = LN₁(x), q̂ = LN₂(q)
///
/// Matches IP-Adapter's `PerceiverAttention`, with its key names: no projection has a bias, and keys and
/// values share one matrix, keys first. h is the width of a head. The residual sum is the caller's.
package struct PerceiverAttention {
    /// Normalises the media.
    let norm1: LayerNorm
    /// Normalises the latents.
    let norm2: LayerNorm
    let toQueries: Linear
    let toKeysAndValues: Linear
    let toOut: Linear
    let headCount: Int

    /// Creates the attention.
    ///
    /// - Parameters:
    ///   - width: The width of media, latents and result.
    ///   - heads: How many heads, and how wide each is.
    ///   - startsAtZero: Whether a fresh output projection is zero, so that the residual sum starts as
    ///     the identity.
    package init(
        _ scope: ParameterScope,
        width: Int,
        heads: HeadLayout,
        startsAtZero: Bool = false
    ) throws {
        let inner = heads.innerWidth
        norm1 = try LayerNorm(scope["norm1"], width: width, epsilon: 1e-5)
        norm2 = try LayerNorm(scope["norm2"], width: width, epsilon: 1e-5)
        toQueries = try Linear(scope["to_q"], from: width, to: inner, bias: false)
        toKeysAndValues = try Linear(scope["to_kv"], from: width, to: 2 * inner, bias: false)
        toOut = try Linear(
            scope["to_out"],
            from: inner,
            to: width,
            bias: false,
            initialization: startsAtZero ? .zeros : nil
        )
        headCount = heads.count
    }

    /// The media's keys and values `[N, T, 2·inner]`, which do not depend on the latents.
    package func keysAndValues(of media: Tensor) -> Tensor { toKeysAndValues(norm1(media)) }

    /// What the latents `[N, q, width]` gather from the media behind `keysAndValues` and themselves.
    package func callAsFunction(_ latents: Tensor, mediaKeysAndValues: Tensor) -> Tensor {
        let q = norm2(latents)
        // [N, T + q, 2·inner]
        let both = concatenated([mediaKeysAndValues, toKeysAndValues(q)], axis: 1)
        let inner = both.shape[2] / 2
        let gathered = attention(
            toQueries(q),
            both.sliced(axis: 2, 0..<inner),
            both.sliced(axis: 2, inner..<2 * inner),
            headCount: headCount
        )
        return toOut(gathered)
    }

    /// `PA(media, latents)`: media `[N, T, width]`, latents `[N, q, width]`, result like the latents.
    package func callAsFunction(media: Tensor, latents: Tensor) -> Tensor {
        self(latents, mediaKeysAndValues: keysAndValues(of: media))
    }
}
