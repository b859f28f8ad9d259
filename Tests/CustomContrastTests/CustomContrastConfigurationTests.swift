import Testing

@testable import CustomContrast
@testable import StableDiffusion

struct CustomContrastConfigurationTests {
    /// ViT-H/14 has 32 layers, ViT-L/14 has 24; a small world's encoder has few.
    @Test(arguments: [
        (32, [13, 19, 25, 31]), (24, [5, 11, 17, 23]), (12, [2, 5, 8, 11]), (4, [0, 1, 2, 3]),
        (3, [0, 1, 2]),
    ])
    func spreadsTheImageLayers(layerCount: Int, expected: [Int]) {
        #expect(CustomContrastConfiguration.spreadLayers(of: layerCount) == expected)
    }

    /// Sixteen layers in sixteen transformers, as Stable Diffusion 1.5 has them.
    private var layers: [CrossAttentionLayer] {
        Self.layers(groups: Array(0..<16))
    }

    /// Layers by the transformer each is a part of.
    private static func layers(groups: [Int]) -> [CrossAttentionLayer] {
        groups.enumerated().map { index, group in
            CrossAttentionLayer(
                key: "attn2",
                executionIndex: index,
                groupIndex: group,
                registrationIndex: 2 * index + 1,
                channels: 320,
                headCount: 8
            )
        }
    }

    @Test func hasThePublishedSizesForStableDiffusion15() throws {
        let configuration = CustomContrastConfiguration(
            layers: layers,
            textWidths: [768],
            imageWidth: 1280,
            imageLayerCount: 32
        )
        #expect(
            configuration.dimensions
                == QFormerDimensions(
                    imageWidth: 1280,
                    width: 768,
                    heads: HeadLayout(count: 12),
                    outputWidth: 768
                )
        )
        #expect(configuration.componentCount == 16)
        #expect(configuration.visualTokenCount == 16)
        #expect(configuration.fusionHeads == HeadLayout(count: 12))
        try configuration.validate(layers: layers)
    }

    /// SDXL: 70 layers in 11 transformers.
    @Test(arguments: [(ComponentGrouping?.none, 11), (.block, 11), (.attention, 70)])
    func hasThePublishedSizesForSDXL(grouping: ComponentGrouping?, componentCount: Int) throws {
        let depths = [2, 2, 10, 10, 10, 10, 10, 10, 2, 2, 2]
        let groups = depths.enumerated().flatMap { repeatElement($0.offset, count: $0.element) }
        let layers = Self.layers(groups: groups)
        let configuration = CustomContrastConfiguration(
            layers: layers,
            textWidths: [768, 1280],
            imageWidth: 1280,
            imageLayerCount: 32,
            grouping: grouping
        )
        #expect(
            configuration.dimensions
                == QFormerDimensions(
                    imageWidth: 1280,
                    width: 1280,
                    heads: HeadLayout(count: 20),
                    outputWidth: 2048
                )
        )
        #expect(configuration.fusionHeads == HeadLayout(count: 32))
        #expect(configuration.componentCount == componentCount)
        #expect(configuration.grouping.components(layers).count == 70)
    }

    @Test func followsTheAblationSwitches() throws {
        for id in 0...5 {
            let switches = try #require(AblationSwitches(tableRow: id))
            let configuration = CustomContrastConfiguration(
                layers: layers,
                textWidths: [768],
                imageWidth: 1280,
                imageLayerCount: 32,
                switches: switches
            )
            #expect(configuration.hasVisual)
            #expect(configuration.hasTextual == (id >= 1))
            #expect(configuration.hasFusion == (id >= 2))
            try configuration.validate(layers: layers)
        }
    }

    @Test func refusesWhatDoesNotFit() throws {
        let good = CustomContrastConfiguration(
            layers: layers,
            textWidths: [768],
            imageWidth: 1280,
            imageLayerCount: 32
        )
        func refuses(_ change: (inout CustomContrastConfiguration) -> Void) {
            var bad = good
            change(&bad)
            #expect(throws: AdapterError.self) { try bad.validate(layers: layers) }
        }
        refuses { $0.componentCount = 15 }
        refuses { $0.textWidths = [768, 1280] }
        refuses { $0.hasVisual = false }
        refuses { $0.imageLayers = [] }
        refuses { $0.visualTokenCount = 0 }
        refuses { $0.spatiotemporal = SpatiotemporalSettings(anchorsPerLayer: 0) }
    }
}
