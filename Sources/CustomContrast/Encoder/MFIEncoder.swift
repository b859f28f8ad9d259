package import Layers
package import Tensors

/// The multimodal feature injection (MFI) encoder of section 3.2: visual Q-Former, textual Q-Former and
/// textual-visual fusion over CLIP image features of several layers.
package struct MFIEncoder {
    let visual: VisualQFormer?
    let textual: TextualQFormer?
    let fusion: TVFusion?
    /// The width of the image features it reads.
    let imageWidth: Int

    /// Creates the parts that `configuration` has.
    package init(_ scope: ParameterScope, configuration: CustomContrastConfiguration) throws {
        let dimensions = configuration.dimensions
        imageWidth = dimensions.imageWidth
        visual =
            configuration.hasVisual
            ? try VisualQFormer(
                scope["visual_qformer"],
                tokenCount: configuration.visualTokenCount,
                dimensions: dimensions
            )
            : nil
        textual =
            configuration.hasTextual
            ? try TextualQFormer(
                scope["textual_qformer"],
                layerCount: configuration.componentCount,
                dimensions: dimensions,
                settings: configuration.spatiotemporal
            )
            : nil
        fusion =
            configuration.hasFusion
            ? try TVFusion(
                scope["tv_fusion"],
                width: dimensions.outputWidth,
                heads: configuration.fusionHeads
            )
            : nil
    }

    /// Whether its features change with the timestep.
    package var dependsOnTimestep: Bool { textual != nil }

    /// What does not depend on the timestep, from image features `[N, T, imageWidth]`: the hidden states
    /// of several CLIP layers, joined along the tokens.
    package func media(_ features: Tensor) -> MFIMedia {
        MFIMedia(visual: visual?(features), textual: textual?.media(features))
    }

    /// The features at each sample's timestep (0…999).
    package func callAsFunction(_ media: MFIMedia, timesteps: [Float]) -> MFIFeatures {
        var textualFeatures: Tensor?
        if let textual, let read = media.textual {
            textualFeatures = textual(read, timesteps: timesteps)
        }
        var refined = media.visual
        if let fusion, let textualFeatures, let visual = media.visual {
            refined = fusion(textual: textualFeatures, visual: visual)
        }
        return MFIFeatures(
            textual: textualFeatures,
            visual: media.visual,
            subjectTokens: refined.map { $0.sliced(axis: 1, 0..<$0.shape[1] - 1) }
        )
    }
}
