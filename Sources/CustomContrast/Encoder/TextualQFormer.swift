package import Layers
package import Tensors

/// Maps a subject into the text space, `f_t` of section 3.2: one feature per S⁺ component and, in the
/// last row, the CLS feature for CSCL.
package struct TextualQFormer {
    let queries: SpatiotemporalQueries
    let qFormer: QFormer

    /// Creates the Q-Former for `layerCount` (l) components.
    package init(
        _ scope: ParameterScope,
        layerCount: Int,
        dimensions: QFormerDimensions,
        settings: SpatiotemporalSettings
    ) throws {
        queries = try SpatiotemporalQueries(
            scope["queries"],
            layerCount: layerCount,
            width: dimensions.width,
            settings: settings
        )
        qFormer = try QFormer(scope, dimensions: dimensions)
    }

    /// What the Q-Former reads of image features `[N, T, imageWidth]`, for all timesteps.
    package func media(_ features: Tensor) -> QFormerMedia { qFormer.media(features) }

    /// `f_t` at each sample's timestep, `[N, l + 1, d]`.
    package func callAsFunction(_ media: QFormerMedia, timesteps: [Float]) -> Tensor {
        qFormer(queries(timesteps: timesteps), media: media)
    }
}
