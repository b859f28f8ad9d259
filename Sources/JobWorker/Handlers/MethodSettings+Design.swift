internal import CLIP
internal import CustomContrast
internal import Generation
internal import Requests
internal import StableDiffusion

extension MethodSettings {
    /// The fresh adapter that is asked for, in the sizes that a base needs.
    ///
    /// - Parameters:
    ///   - layers: The UNet's cross-attention layers, in execution order.
    ///   - textWidths: The widths of the text encoders.
    ///   - vision: The image encoder's sizes.
    func design(
        layers: [CrossAttentionLayer],
        textWidths: [Int],
        vision: CLIPVisionConfiguration
    ) -> AdapterDesign {
        switch name {
        case .customcontrast:
            return .customContrast(
                CustomContrastConfiguration(
                    layers: layers,
                    textWidths: textWidths,
                    imageWidth: vision.width,
                    imageLayerCount: vision.layerCount,
                    visualTokenCount: visualTokenCount,
                    depth: depth,
                    grouping: grouping.components,
                    placement: placeholder.placement,
                    switches: switches
                )
            )
        case .ipAdapter:
            return .ipAdapter(
                embeddingWidth: vision.projectionWidth,
                tokenCount: visualTokenCount,
                outputWidth: textWidths.reduce(0, +)
            )
        case .ipAdapterPlus:
            return .ipAdapterPlus(
                imageWidth: vision.width,
                textWidth: textWidths.reduce(0, +),
                tokenCount: visualTokenCount
            )
        }
    }

    /// The pieces of the method that take part.
    var switches: AblationSwitches {
        AblationSwitches(
            visual: true,
            textual: usesTextualQFormer,
            fusion: usesTVFusion,
            semanticContrast: usesSemanticContrast,
            appearanceContrast: usesAppearanceContrast,
            locationLoss: usesLocationLoss,
            locationMask: usesTextualQFormer
        )
    }
}

extension PlaceholderChoice {
    /// What the method calls it.
    fileprivate var placement: PlaceholderPlacement {
        switch self {
        case .replace: .replace
        case .before: .before
        }
    }
}

extension LayerGrouping {
    /// What the method calls it; `nil` for its own choice.
    fileprivate var components: ComponentGrouping? {
        switch self {
        case .automatic: nil
        case .attention: .attention
        case .block: .block
        }
    }
}
