package import Layers
package import StableDiffusion
package import Tensors

/// Everything an adapter file holds: what encodes a subject and what injects it into the UNet.
package struct SubjectAdapter {
    /// The image side.
    package let encoder: SubjectEncoder
    /// W_k^v and W_v^v; `nil` for an adapter without a visual branch.
    package let crossAttention: SubjectCrossAttention?
    /// For each cross-attention layer in execution order, the S⁺ component it reads; `nil` for an
    /// adapter without S⁺.
    package let componentOfLayer: [Int]?
    /// All parameters, in the order in which they were created.
    package let parameters: [Parameter]

    /// Creates a fresh adapter of our own kind for a UNet, ready to be trained.
    ///
    /// - Parameter seed: Decides all first values but those of the visual cross-attention, which are the
    ///   UNet's own projections of text.
    package init(
        fresh configuration: CustomContrastConfiguration,
        unet: UNet2DConditionModel,
        seed: UInt64
    ) throws {
        try self.init(
            .initializing(seed: seed),
            configuration: configuration,
            layers: unet.crossAttentionLayers
        )
        crossAttention?.adoptTextProjections(of: unet)
    }

    /// Creates an adapter of our own kind: drawn with an initialising scope, read with a loading one.
    ///
    /// - Parameters:
    ///   - layers: The UNet's cross-attention layers, in execution order.
    package init(
        _ scope: ParameterScope,
        configuration: CustomContrastConfiguration,
        layers: [CrossAttentionLayer]
    ) throws {
        try configuration.validate(layers: layers)
        encoder = .multimodal(
            try MFIEncoder(scope, configuration: configuration),
            imageLayers: configuration.imageLayers
        )
        crossAttention =
            configuration.hasVisual
            ? try SubjectCrossAttention(
                scope["subject_attention"],
                layers: layers,
                width: configuration.dimensions.outputWidth
            )
            : nil
        componentOfLayer =
            configuration.hasTextual ? configuration.grouping.components(layers) : nil
        parameters = scope.parameters
    }

    /// Creates an adapter of parts that were read from an IP-Adapter file.
    init(encoder: SubjectEncoder, crossAttention: SubjectCrossAttention, parameters: [Parameter]) {
        self.encoder = encoder
        self.crossAttention = crossAttention
        componentOfLayer = nil
        self.parameters = parameters
    }

    /// What training changes.
    package var trainableParameters: [Parameter] { parameters.filter(\.isTrainable) }
}
