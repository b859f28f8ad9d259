internal import Layers

extension AdapterDesign {
    /// An IP-Adapter-plus as the published ones are built: 12 heads of 64 for Stable Diffusion 1.5, 20 for
    /// SDXL, four layers, which is what diffusers takes for granted.
    ///
    /// - Parameters:
    ///   - imageWidth: The width of the CLIP image encoder's hidden states.
    ///   - textWidth: The UNet's cross-attention width.
    package static func ipAdapterPlus(
        imageWidth: Int,
        textWidth: Int,
        tokenCount: Int
    ) -> AdapterDesign {
        let width = min(textWidth, 1280)
        let dimensions = QFormerDimensions(
            imageWidth: imageWidth,
            width: width,
            heads: HeadLayout(count: max(1, width / 64)),
            outputWidth: textWidth
        )
        return .ipAdapterPlus(dimensions, tokenCount: tokenCount)
    }

    /// Reads the kind and the sizes of an IP-Adapter file off its keys and shapes, as diffusers does;
    /// `nil` if it is none.
    init?(ipAdapter weights: SafeTensorsWeights) {
        func shape(_ key: String, rank: Int) -> [Int]? {
            weights.shape(of: "image_proj.\(key)").flatMap { $0.count == rank ? $0 : nil }
        }
        if let latents = shape("latents", rank: 3), let projIn = shape("proj_in.weight", rank: 2),
            let projOut = shape("proj_out.weight", rank: 2),
            let queries = shape("layers.0.0.to_q.weight", rank: 2),
            let widening = shape("layers.0.1.1.weight", rank: 2)
        {
            let depth = (0...).prefix { shape("layers.\($0).0.to_q.weight", rank: 2) != nil }.count
            let dimensions = QFormerDimensions(
                imageWidth: projIn[1],
                width: latents[2],
                heads: HeadLayout(count: queries[0] / 64),
                depth: depth,
                feedForwardMultiplier: widening[0] / max(1, latents[2]),
                outputWidth: projOut[0]
            )
            self = .ipAdapterPlus(dimensions, tokenCount: latents[1])
        } else if let proj = shape("proj.weight", rank: 2),
            let norm = shape("norm.weight", rank: 1),
            let width = norm.first, width > 0
        {
            self = .ipAdapter(
                embeddingWidth: proj[1],
                tokenCount: proj[0] / width,
                outputWidth: width
            )
        } else {
            return nil
        }
    }
}
