package import Layers
package import Tensors

/// Textual-visual fusion: visual features refined by what the textual ones attend to,
///
///     f̂_v = f_v + PA(f_t, f_v)
///
/// The visual features are the latents (the paper's formula; its introduction says the opposite), so the
/// result has their length. The output projection starts at zero: a fresh model begins as the one
/// without fusion.
package struct TVFusion {
    let attention: PerceiverAttention

    /// Creates the fusion of features `width` (d) wide.
    package init(_ scope: ParameterScope, width: Int, heads: HeadLayout) throws {
        attention = try PerceiverAttention(scope, width: width, heads: heads, startsAtZero: true)
    }

    /// `f̂_v` `[N, m + 1, d]` of `f_t` `[N, l + 1, d]` and `f_v` `[N, m + 1, d]`.
    package func callAsFunction(textual: Tensor, visual: Tensor) -> Tensor {
        visual + attention(media: textual, latents: visual)
    }
}
