internal import CLIP
internal import CustomContrast
internal import Generation
internal import Requests
internal import StableDiffusion

extension MethodSettings {
    /// The fresh adapter that is asked for, in the sizes that a base needs.
    func design(for base: BaseModel, imageEncoder: ImageEncoder) -> AdapterDesign {
        let vision = imageEncoder.model.configuration
        let textWidths = base.prompts.stages.map(\.model.configuration.width)
        switch name {
        case .customcontrast:
            return .customContrast(
                CustomContrastConfiguration(
                    layers: base.unet.crossAttentionLayers,
                    textWidths: textWidths,
                    imageWidth: vision.width,
                    imageLayerCount: vision.layerCount,
                    visualTokenCount: visualTokenCount,
                    depth: depth,
                    grouping: grouping.components,
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
