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
    /// Where a caption's placeholders stand.
    package let placement: PlaceholderPlacement
    /// All parameters, in the order in which they were created.
    package let parameters: [Parameter]

    /// Creates a fresh adapter for a UNet, ready to be trained.
    ///
    /// - Parameter seed: Decides all first values but those of the visual cross-attention, which are the
    ///   UNet's own projections of text.
    package init(fresh design: AdapterDesign, unet: UNet2DConditionModel, seed: UInt64) throws {
        try self.init(
            .initializing(seed: seed),
            design: design,
            layers: unet.crossAttentionLayers
        )
        crossAttention?.adoptTextProjections(of: unet)
    }

    /// Creates an adapter: drawn with an initialising scope, read with a loading one.
    ///
    /// - Parameters:
    ///   - layers: The UNet's cross-attention layers, in execution order.
    package init(
        _ scope: ParameterScope,
        design: AdapterDesign,
        layers: [CrossAttentionLayer]
    ) throws {
        placement = design.placement
        switch design {
        case .customContrast(let configuration):
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
        case .ipAdapterPlus(let dimensions, let tokenCount):
            encoder = .resampler(
                try Resampler(
                    scope["image_proj"],
                    queryCount: tokenCount,
                    dimensions: dimensions
                )
            )
            crossAttention = try SubjectCrossAttention(
                ipAdapter: scope["ip_adapter"],
                layers: layers,
                width: dimensions.outputWidth
            )
            componentOfLayer = nil
        case .ipAdapter(let embeddingWidth, let tokenCount, let outputWidth):
            encoder = .projection(
                try ImageProjection(
                    scope["image_proj"],
                    embeddingWidth: embeddingWidth,
                    tokenCount: tokenCount,
                    outputWidth: outputWidth
                )
            )
            crossAttention = try SubjectCrossAttention(
                ipAdapter: scope["ip_adapter"],
                layers: layers,
                width: outputWidth
            )
            componentOfLayer = nil
        }
        parameters = scope.parameters
    }

    /// What training changes.
    package var trainableParameters: [Parameter] { parameters.filter(\.isTrainable) }
}
