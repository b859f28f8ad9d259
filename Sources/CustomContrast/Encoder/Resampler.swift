package import Layers
package import Tensors

/// A Q-Former with learnt queries: image features in, a fixed number of tokens out.
///
/// Matches IP-Adapter-plus's `Resampler` (its `image_proj`), key for key.
package struct Resampler {
    /// The learnt queries, `[1, count, width]`.
    let latents: Parameter
    let qFormer: QFormer

    /// Creates the resampler with `queryCount` learnt queries.
    package init(_ scope: ParameterScope, queryCount: Int, dimensions: QFormerDimensions) throws {
        latents = try scope.parameter(
            "latents",
            shape: [1, queryCount, dimensions.width],
            initialization: .normal(standardDeviation: 1 / Float(dimensions.width).squareRoot())
        )
        qFormer = try QFormer(scope, dimensions: dimensions)
    }

    /// Image features `[N, T, imageWidth]` to tokens `[N, count, outputWidth]`.
    package func callAsFunction(_ features: Tensor) -> Tensor {
        let queries = latents.tensor.repeated(features.shape[0], axis: 0)
        return qFormer(queries, media: qFormer.media(features))
    }
}
