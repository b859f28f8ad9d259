internal import FoundationEssentials
internal import Layers

extension UNetConfiguration: Decodable {
    /// Reads the options, with diffusers' defaults for those that a file leaves out.
    ///
    /// - Throws: `ModelFileError.unsupported` for options that are unknown, or set to something that
    ///   would make another architecture.
    package init(from decoder: any Decoder) throws {
        let options = try UNetOptions(decoder)
        try options.refuseUnsupported()
        let downBlocks = try options.blocks(
            "down_block_types",
            default: [
                "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D",
                "DownBlock2D",
            ],
            plain: "DownBlock2D",
            attending: "CrossAttnDownBlock2D"
        )
        let upBlocks = try options.blocks(
            "up_block_types",
            default: [
                "UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D",
            ],
            plain: "UpBlock2D",
            attending: "CrossAttnUpBlock2D"
        )
        let count = downBlocks.count
        try options.require(
            upBlocks.count == count,
            "up_block_types",
            "as many as down_block_types"
        )
        let channels = try options.perLevel(
            "block_out_channels",
            default: [320, 640, 1280, 1280],
            count
        )
        let layers = try options.perLevel("layers_per_block", default: [2], count)
        // The files' name is wrong since the first of them: it has always been the number of heads.
        let heads = try options.perLevel("attention_head_dim", default: [8], count)
        let depths = try options.perLevel("transformer_layers_per_block", default: [1], count)
        let upDepths: [Int] =
            try options.has("reverse_transformer_layers_per_block")
            ? options.perLevel("reverse_transformer_layers_per_block", default: [], count)
            : depths.reversed()
        self.init(
            levels: (0..<count).map { level in
                let fromEnd = count - 1 - level
                return Level(
                    channels: channels[level],
                    layerCount: layers[level],
                    headCount: heads[level],
                    encoderTransformerDepth: downBlocks[level] ? depths[level] : nil,
                    decoderTransformerDepth: upBlocks[fromEnd] ? upDepths[fromEnd] : nil
                )
            },
            middleTransformerDepth: depths[count - 1],
            crossAttentionSize: try options.common("cross_attention_dim", default: 1280),
            groupCount: try options.value("norm_num_groups", default: 32)
        )
        sampleSize = try options.optional("sample_size", Side.self)?.length
        inputChannels = try options.value("in_channels", default: 4)
        outputChannels = try options.value("out_channels", default: 4)
        usesLinearProjection = try options.value("use_linear_projection", default: false)
        epsilon = try options.value("norm_eps", default: 1e-5)
        flipsSineToCosine = try options.value("flip_sin_to_cos", default: true)
        frequencyShift = try options.value("freq_shift", default: 0)
        timeEmbeddingSize = try options.value("time_embedding_dim", default: timeEmbeddingSize)
        addedConditioning = try UNetConfiguration.addedConditioning(options)
        try checkSizes(options)
    }

    private static func addedConditioning(_ options: UNetOptions) throws -> AddedConditioning? {
        guard let kind = try options.optional("addition_embed_type", String.self) else {
            return nil
        }
        try options.require(
            kind == "text_time",
            "addition_embed_type",
            "null or text_time",
            found: kind
        )
        let size = try options.optional("addition_time_embed_dim", Int.self)
        let inputSize = try options.optional("projection_class_embeddings_input_dim", Int.self)
        guard let size, let inputSize else {
            throw ModelFileError.unsupported(
                option: "addition_embed_type",
                value: kind,
                supported:
                    "it with addition_time_embed_dim and projection_class_embeddings_input_dim"
            )
        }
        return AddedConditioning(timeEmbeddingSize: size, inputSize: inputSize)
    }

    /// Throws if sizes do not fit each other, which would trap when layers are made.
    private func checkSizes(_ options: UNetOptions) throws {
        let positive = [
            inputChannels, outputChannels, crossAttentionSize, groupCount, timeEmbeddingSize,
        ]
        for size in positive + [middleTransformerDepth, sampleSize ?? 1] {
            try options.require(
                1...UNetOptions.largestSize ~= size,
                "a size",
                "sizes from 1 to \(UNetOptions.largestSize)",
                found: "\(size)"
            )
        }
        try options.require(
            levels[0].channels.isMultiple(of: 2),
            "block_out_channels",
            "even numbers"
        )
        for level in levels {
            try options.require(
                level.channels > 0 && level.headCount > 0 && level.layerCount > 0
                    && level.channels.isMultiple(of: groupCount)
                    && level.channels.isMultiple(of: level.headCount),
                "block_out_channels",
                "multiples of norm_num_groups and of attention_head_dim"
            )
        }
        if let added = addedConditioning {
            try options.require(
                1...UNetOptions.largestSize ~= added.timeEmbeddingSize
                    && added.timeEmbeddingSize.isMultiple(of: 2)
                    && 1...UNetOptions.largestSize ~= added.inputSize,
                "addition_time_embed_dim",
                "an even number"
            )
        }
    }

    /// A side length: one number, or the same number twice.
    private struct Side: Decodable {
        let length: Int

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            guard let sides = try? container.decode([Int].self) else {
                length = try container.decode(Int.self)
                return
            }
            guard let side = sides.first, sides.allSatisfy({ $0 == side }) else {
                throw ModelFileError.unsupported(
                    option: "sample_size",
                    value: "\(sides)",
                    supported: "a square"
                )
            }
            length = side
        }
    }
}
