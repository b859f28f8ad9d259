package import StableDiffusion

/// The sizes and parts of a CustomContrast adapter; stored with its weights.
package struct CustomContrastConfiguration: Sendable, Equatable, Codable {
    /// Which hidden states of the CLIP image encoder are joined along the tokens: 0 is the embeddings,
    /// i the output of layer i.
    package var imageLayers: [Int]
    /// The sizes of both Q-Formers.
    package var dimensions: QFormerDimensions
    /// The heads of the fusion, whose width is d.
    package var fusionHeads: HeadLayout
    /// m: how many visual tokens.
    package var visualTokenCount: Int
    /// l: how many S⁺ components.
    package var componentCount: Int
    /// Which cross-attention layers share a component.
    package var grouping: ComponentGrouping
    /// Where the placeholder stands in a caption.
    package var placement: PlaceholderPlacement
    /// The widths of the text encoders, which together are d.
    package var textWidths: [Int]
    /// How the textual queries encode timestep and layer.
    package var spatiotemporal: SpatiotemporalSettings
    /// Whether there is a visual Q-Former.
    package var hasVisual: Bool
    /// Whether there is a textual Q-Former.
    package var hasTextual: Bool
    /// Whether visual features are refined by textual ones.
    package var hasFusion: Bool

    /// The method's configuration for a base model and an image encoder.
    ///
    /// For Stable Diffusion 1.5 or SDXL with OpenCLIP ViT-H/14 the sizes are those of IP-Adapter-plus.
    ///
    /// - Parameters:
    ///   - layers: The UNet's cross-attention layers, in execution order.
    ///   - textWidths: The widths of the text encoders.
    ///   - imageWidth: The width of the CLIP image encoder's hidden states.
    ///   - imageLayerCount: How many layers the CLIP image encoder has.
    ///   - grouping: Which layers share a component; `nil` for the transformers, which are the layers
    ///     where each has only one.
    ///   - placement: Where the placeholder stands in a caption.
    ///   - switches: Which pieces take part.
    package init(
        layers: [CrossAttentionLayer],
        textWidths: [Int],
        imageWidth: Int,
        imageLayerCount: Int,
        visualTokenCount: Int = 16,
        depth: Int = 4,
        grouping: ComponentGrouping? = nil,
        placement: PlaceholderPlacement = .replace,
        spatiotemporal: SpatiotemporalSettings = SpatiotemporalSettings(),
        switches: AblationSwitches = .full
    ) {
        let outputWidth = textWidths.reduce(0, +)
        let width = min(outputWidth, 1280)
        imageLayers = Self.spreadLayers(of: imageLayerCount)
        dimensions = QFormerDimensions(
            imageWidth: imageWidth,
            width: width,
            heads: HeadLayout(splitting: width),
            depth: depth,
            outputWidth: outputWidth
        )
        fusionHeads = HeadLayout(splitting: outputWidth)
        self.visualTokenCount = visualTokenCount
        self.grouping = grouping ?? .block
        componentCount = self.grouping.componentCount(layers)
        self.placement = placement
        self.textWidths = textWidths
        self.spatiotemporal = spatiotemporal
        hasVisual = switches.visual
        hasTextual = switches.textual
        hasFusion = switches.fusion
    }

    /// Four hidden states from deep to shallow, the first before the last layer: 13, 19, 25 and 31 of
    /// ViT-H's 32, 5, 11, 17 and 23 of ViT-L's 24; fewer of a network that has not as many.
    ///
    /// The paper says K = 3 with k = 0…K and names no layers; the spacing is RealCustom++'s, and the
    /// deepest is what IP-Adapter-plus reads.
    static func spreadLayers(of layerCount: Int) -> [Int] {
        let spacing = min(6, max(1, layerCount / 4))
        return (0..<4).map { layerCount - 1 - spacing * $0 }.filter { $0 >= 0 }.reversed()
    }
}
