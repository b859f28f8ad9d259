package import StableDiffusion

extension CustomContrastConfiguration {
    /// Requires the parts to fit each other and the UNet.
    package func validate(layers: [CrossAttentionLayer]) throws(AdapterError) {
        func require(_ condition: Bool, _ problem: String) throws(AdapterError) {
            if !condition { throw .configuration(problem) }
        }
        let sizes = [
            dimensions.imageWidth, dimensions.width, dimensions.heads.count, dimensions.heads.width,
            dimensions.depth, dimensions.feedForwardMultiplier, dimensions.outputWidth,
            fusionHeads.count, fusionHeads.width, visualTokenCount, componentCount,
            spatiotemporal.frequencyCount,
        ]
        try require(sizes.allSatisfy { $0 > 0 }, "expected positive sizes, found one of 0 or less")
        try require(
            1...1000 ~= spatiotemporal.anchorsPerLayer,
            "expected 1 to 1000 anchors per layer, found \(spatiotemporal.anchorsPerLayer)"
        )
        try require(
            !imageLayers.isEmpty && imageLayers.allSatisfy { $0 >= 0 },
            "expected hidden states of the image encoder, found \(imageLayers)"
        )
        try require(
            textWidths.reduce(0, +) == dimensions.outputWidth,
            "expected text encoders of width \(dimensions.outputWidth) together, found \(textWidths)"
        )
        try require(
            hasVisual || hasTextual,
            "expected a visual or a textual Q-Former, found neither"
        )
        try require(
            !hasFusion || (hasVisual && hasTextual),
            "expected both Q-Formers for the fusion, found one"
        )
        let expected = grouping.componentCount(layers)
        try require(
            componentCount == expected,
            "expected \(expected) components for this UNet, found \(componentCount)"
        )
    }
}
