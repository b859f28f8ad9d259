package import Layers
package import Tensors

/// A transformer whose queries gather from image features by perceiver attention.
///
/// Matches IP-Adapter's `Resampler` without its latents: the queries are an argument, because the visual
/// ones are learnt and the textual ones depend on the timestep.
package struct QFormer {
    let projIn: Linear
    let layers: [QFormerLayer]
    let projOut: Linear
    let normOut: LayerNorm

    /// Creates the Q-Former.
    package init(_ scope: ParameterScope, dimensions: QFormerDimensions) throws {
        let (width, output) = (dimensions.width, dimensions.outputWidth)
        projIn = try Linear(scope["proj_in"], from: dimensions.imageWidth, to: width)
        layers = try (0..<dimensions.depth).map { index in
            try QFormerLayer(scope["layers"][index], dimensions: dimensions)
        }
        projOut = try Linear(scope["proj_out"], from: width, to: output)
        normOut = try LayerNorm(scope["norm_out"], width: output, epsilon: 1e-5)
    }

    /// The width of the image features it reads.
    var imageWidth: Int { projIn.weight.shape[1] }

    /// What the layers read of image features `[N, T, imageWidth]`; no query enters, so it is computed
    /// once for all timesteps.
    package func media(_ features: Tensor) -> QFormerMedia {
        let x = projIn(features)
        return QFormerMedia(keysAndValues: layers.map { $0.attention.keysAndValues(of: x) })
    }

    /// Queries `[N, q, width]` to features `[N, q, outputWidth]`.
    package func callAsFunction(_ queries: Tensor, media: QFormerMedia) -> Tensor {
        var x = queries
        for (layer, keysAndValues) in zip(layers, media.keysAndValues) {
            x = layer(x, mediaKeysAndValues: keysAndValues)
        }
        return normOut(projOut(x))
    }
}
