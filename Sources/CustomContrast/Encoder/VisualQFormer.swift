package import Layers
package import Tensors

/// Extracts the visual features `f_v` of section 3.2: m tokens for the visual cross-attention and, in
/// the last row, the CLS feature for CSCL.
package struct VisualQFormer {
    let resampler: Resampler

    /// Creates the Q-Former with `tokenCount` (m) queries and one for CLS.
    package init(_ scope: ParameterScope, tokenCount: Int, dimensions: QFormerDimensions) throws {
        resampler = try Resampler(scope, queryCount: tokenCount + 1, dimensions: dimensions)
    }

    /// Image features `[N, T, imageWidth]` to `f_v`, `[N, m + 1, d]`.
    package func callAsFunction(_ features: Tensor) -> Tensor { resampler(features) }
}
