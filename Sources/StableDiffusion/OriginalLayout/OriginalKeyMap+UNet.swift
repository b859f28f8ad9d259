extension OriginalKeyMap {
    /// The inner layers of a residual block.
    private static let residualBlock = [
        "in_layers.0": "norm1", "in_layers.2": "conv1", "emb_layers.1": "time_emb_proj",
        "out_layers.0": "norm2", "out_layers.3": "conv2", "skip_connection": "conv_shortcut",
    ]

    /// The denoiser: blocks are numbered through, resnets, transformers and changes of size alike.
    ///
    /// Matches diffusers `convert_ldm_unet_checkpoint`.
    static func unet(_ configuration: UNetConfiguration) -> OriginalKeyMap {
        var map = OriginalKeyMap(prefix: "model.diffusion_model.")
        map.add("time_embed.0", "time_embedding.linear_1")
        map.add("time_embed.2", "time_embedding.linear_2")
        map.add("label_emb.0.0", "add_embedding.linear_1")
        map.add("label_emb.0.2", "add_embedding.linear_2")
        map.add("input_blocks.0.0", "conv_in")
        map.addEncoder(configuration.levels)
        map.add("middle_block.0", "mid_block.resnets.0", inner: residualBlock)
        map.add("middle_block.1", "mid_block.attentions.0")
        map.add("middle_block.2", "mid_block.resnets.1", inner: residualBlock)
        map.addDecoder(configuration.levels.reversed())
        map.add("out.0", "conv_norm_out")
        map.add("out.2", "conv_out")
        return map
    }

    private mutating func addEncoder(_ levels: [UNetConfiguration.Level]) {
        var number = 1
        for (index, level) in levels.enumerated() {
            let block = "down_blocks.\(index)"
            for layer in 0..<level.layerCount {
                let original = "input_blocks.\(number)"
                add("\(original).0", "\(block).resnets.\(layer)", inner: Self.residualBlock)
                add("\(original).1", "\(block).attentions.\(layer)")
                number += 1
            }
            guard index < levels.count - 1 else { continue }
            add("input_blocks.\(number).0.op", "\(block).downsamplers.0.conv")
            number += 1
        }
    }

    private mutating func addDecoder(_ levels: [UNetConfiguration.Level]) {
        var number = 0
        for (index, level) in levels.enumerated() {
            let block = "up_blocks.\(index)"
            for layer in 0...level.layerCount {
                let original = "output_blocks.\(number)"
                add("\(original).0", "\(block).resnets.\(layer)", inner: Self.residualBlock)
                add("\(original).1", "\(block).attentions.\(layer)")
                number += 1
            }
            guard index < levels.count - 1 else { continue }
            // The last resnet's number counts its transformer and, after it, the change of size.
            let place = level.decoderTransformerDepth == nil ? 1 : 2
            add("output_blocks.\(number - 1).\(place).conv", "\(block).upsamplers.0.conv")
        }
    }
}
