internal import Layers

extension AutoencoderConfiguration: Codable {
    private enum CodingKeys: String, CodingKey {
        case className = "_class_name"
        case inputChannels = "in_channels"
        case outputChannels = "out_channels"
        case latentChannels = "latent_channels"
        case blockChannels = "block_out_channels"
        case layersPerBlock = "layers_per_block"
        case groupCount = "norm_num_groups"
        case hasMidBlockAttention = "mid_block_add_attention"
        case hasQuantConvolution = "use_quant_conv"
        case hasPostQuantConvolution = "use_post_quant_conv"
        case scalingFactor = "scaling_factor"
        case forcesUpcast = "force_upcast"
        case activation = "act_fn"
        case downBlockTypes = "down_block_types"
        case upBlockTypes = "up_block_types"
        case shiftFactor = "shift_factor"
        case latentMeans = "latents_mean"
        case latentDeviations = "latents_std"
        case sampleSize = "sample_size"
        // These say nothing about the architecture.
        case version = "_diffusers_version"
        case origin = "_name_or_path"
        case defaults = "_use_default_values"
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseOptions(unknownTo: CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys, or missing: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? missing
        }
        inputChannels = try value(.inputChannels, or: 3)
        outputChannels = try value(.outputChannels, or: 3)
        latentChannels = try value(.latentChannels, or: 4)
        blockChannels = try container.decode([Int].self, forKey: .blockChannels)
        layersPerBlock = try value(.layersPerBlock, or: 1)
        groupCount = try value(.groupCount, or: 32)
        hasMidBlockAttention = try value(.hasMidBlockAttention, or: true)
        hasQuantConvolution = try value(.hasQuantConvolution, or: true)
        hasPostQuantConvolution = try value(.hasPostQuantConvolution, or: true)
        scalingFactor = try value(.scalingFactor, or: 0.18215)
        forcesUpcast = try value(.forcesUpcast, or: true)
        sampleSize = try container.decodeIfPresent(Int.self, forKey: .sampleSize)
        try Self.require(try value(.className, or: Self.className), Self.className, at: .className)
        try Self.require(try value(.activation, or: "silu"), "silu", at: .activation)
        for (key, type) in [
            (CodingKeys.downBlockTypes, Self.downBlockType), (.upBlockTypes, Self.upBlockType),
        ] {
            let types = try container.decode([String].self, forKey: key)
            let expected = Array(repeating: type, count: blockChannels.count)
            try Self.require(types, expected, at: key)
        }
        for key in [CodingKeys.latentMeans, .latentDeviations] {
            let found = try container.decodeIfPresent([Float].self, forKey: key)
            try Self.require(found, nil, at: key)
        }
        try Self.require(
            try container.decodeIfPresent(Float.self, forKey: .shiftFactor),
            nil,
            at: .shiftFactor
        )
        try checkSizes()
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.className, forKey: .className)
        try container.encode(inputChannels, forKey: .inputChannels)
        try container.encode(outputChannels, forKey: .outputChannels)
        try container.encode(latentChannels, forKey: .latentChannels)
        try container.encode(blockChannels, forKey: .blockChannels)
        try container.encode(layersPerBlock, forKey: .layersPerBlock)
        try container.encode(groupCount, forKey: .groupCount)
        try container.encode(hasMidBlockAttention, forKey: .hasMidBlockAttention)
        try container.encode(hasQuantConvolution, forKey: .hasQuantConvolution)
        try container.encode(hasPostQuantConvolution, forKey: .hasPostQuantConvolution)
        try container.encode(scalingFactor, forKey: .scalingFactor)
        try container.encode(forcesUpcast, forKey: .forcesUpcast)
        try container.encodeIfPresent(sampleSize, forKey: .sampleSize)
        try container.encode("silu", forKey: .activation)
        let count = blockChannels.count
        try container.encode(
            Array(repeating: Self.downBlockType, count: count),
            forKey: .downBlockTypes
        )
        try container.encode(
            Array(repeating: Self.upBlockType, count: count),
            forKey: .upBlockTypes
        )
    }

    private static let className = "AutoencoderKL"
    private static let downBlockType = "DownEncoderBlock2D"
    private static let upBlockType = "UpDecoderBlock2D"

    private static func require<Value: Equatable>(
        _ found: Value,
        _ supported: Value,
        at key: CodingKeys
    ) throws {
        guard found == supported else {
            throw ModelFileError.unsupported(
                option: "the autoencoder's \(key.rawValue)",
                value: "\(found)",
                supported: "\(supported)"
            )
        }
    }

    /// The largest size that is computed with, far beyond any model's, and the most blocks.
    private static let largestSize = 1 << 16
    private static let mostBlocks = 16

    /// Throws unless every size is possible and the groups divide the channels.
    private func checkSizes() throws {
        let counts = [inputChannels, outputChannels, latentChannels, layersPerBlock, groupCount]
        guard
            (counts + blockChannels + [sampleSize ?? 1]).allSatisfy({ 1...Self.largestSize ~= $0 }),
            1...Self.mostBlocks ~= blockChannels.count,
            blockChannels.allSatisfy({ $0.isMultiple(of: groupCount) })
        else {
            throw ModelFileError.unsupported(
                option: "the autoencoder's block_out_channels",
                value: "\(blockChannels)",
                supported:
                    "up to \(Self.mostBlocks) multiples of norm_num_groups (\(groupCount)), and sizes "
                    + "from 1 to \(Self.largestSize)"
            )
        }
    }
}
