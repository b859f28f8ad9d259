extension OriginalKeyMap {
    /// The inner layers of a residual block; the others have the same names.
    private static let residualBlock = [
        "norm1": "norm1", "conv1": "conv1", "norm2": "norm2", "conv2": "conv2",
        "nin_shortcut": "conv_shortcut",
    ]
    /// The inner layers of the middle's attention.
    private static let attention = [
        "norm": "group_norm", "q": "to_q", "k": "to_k", "v": "to_v", "proj_out": "to_out.0",
    ]

    /// The autoencoder: the decoder's blocks are numbered from the picture inwards.
    ///
    /// Matches diffusers `convert_ldm_vae_checkpoint`.
    static func autoencoder(_ configuration: AutoencoderConfiguration) -> OriginalKeyMap {
        var map = OriginalKeyMap(prefix: "first_stage_model.")
        for name in ["quant_conv", "post_quant_conv"] { map.add(name, name) }
        for side in ["encoder", "decoder"] {
            for name in ["conv_in", "conv_out"] { map.add("\(side).\(name)", "\(side).\(name)") }
            map.add("\(side).norm_out", "\(side).conv_norm_out")
            for index in 0...1 {
                map.add(
                    "\(side).mid.block_\(index + 1)",
                    "\(side).mid_block.resnets.\(index)",
                    inner: residualBlock
                )
            }
            map.add("\(side).mid.attn_1", "\(side).mid_block.attentions.0", inner: attention)
        }
        let last = configuration.blockChannels.count - 1
        for index in 0...last {
            map.addBlock(
                "encoder.down.\(index)",
                "encoder.down_blocks.\(index)",
                layerCount: configuration.layersPerBlock
            )
            map.add(
                "encoder.down.\(index).downsample.conv",
                "encoder.down_blocks.\(index).downsamplers.0.conv"
            )
            map.addBlock(
                "decoder.up.\(last - index)",
                "decoder.up_blocks.\(index)",
                layerCount: configuration.layersPerBlock + 1
            )
            map.add(
                "decoder.up.\(last - index).upsample.conv",
                "decoder.up_blocks.\(index).upsamplers.0.conv"
            )
        }
        return map
    }

    private mutating func addBlock(_ original: String, _ name: String, layerCount: Int) {
        for layer in 0..<layerCount {
            add(
                "\(original).block.\(layer)",
                "\(name).resnets.\(layer)",
                inner: Self.residualBlock
            )
        }
    }
}
