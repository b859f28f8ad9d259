package import Foundation
internal import Layers

/// What the `config.json` of a DINOv2 model says. Missing keys are transformers' defaults.
package struct DINOv2Configuration: Sendable, Equatable {
    /// Channels of a token.
    package var width: Int
    package var layerCount: Int
    package var headCount: Int
    /// How much wider the feed-forward part is inside.
    package var feedForwardRatio: Int
    /// Whether the feed-forward part is gated (SwiGLU, the giant model's), not two maps around GELU.
    package var isGated: Bool
    /// Whether queries, keys and values have biases.
    package var hasAttentionBias: Bool
    /// Sides of the pictures the position embeddings are for, in pixels; others are interpolated.
    package var imageSize: Int
    /// Sides of a patch, in pixels.
    package var patchSize: Int
    /// ε of the normalisations.
    package var epsilon: Float

    /// Patches along a side of a picture of `imageSize`.
    package var patchesPerSide: Int { imageSize / patchSize }

    /// Channels inside the feed-forward part; a gated one keeps two thirds, rounded up to a multiple of 8.
    var innerWidth: Int {
        let width = width * feedForwardRatio
        return isGated ? (width * 2 / 3 + 7) / 8 * 8 : width
    }

    /// Reads a `config.json`.
    package init(file: URL) throws {
        self = try ModelFile.decode(Self.self, from: file)
    }
}

extension DINOv2Configuration: Decodable {
    /// The largest size that is computed with; it is far beyond any model's.
    private static let largestSize = 1 << 14

    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case width = "hidden_size"
        case layerCount = "num_hidden_layers"
        case headCount = "num_attention_heads"
        case feedForwardRatio = "mlp_ratio"
        case isGated = "use_swiglu_ffn"
        case hasAttentionBias = "qkv_bias"
        case imageSize = "image_size"
        case patchSize = "patch_size"
        case channels = "num_channels"
        case activation = "hidden_act"
        case epsilon = "layer_norm_eps"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys, or missing: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? missing
        }
        func require<Value: Equatable>(
            _ found: Value,
            _ supported: Value,
            _ key: CodingKeys
        ) throws {
            guard found == supported else {
                throw ModelFileError.unsupported(
                    option: key.rawValue,
                    value: "\(found)",
                    supported: "\(supported)"
                )
            }
        }
        try require(try value(.modelType, or: "none"), "dinov2", .modelType)
        width = try value(.width, or: 768)
        layerCount = try value(.layerCount, or: 12)
        headCount = try value(.headCount, or: 12)
        feedForwardRatio = try value(.feedForwardRatio, or: 4)
        isGated = try value(.isGated, or: false)
        hasAttentionBias = try value(.hasAttentionBias, or: true)
        imageSize = try value(.imageSize, or: 224)
        patchSize = try value(.patchSize, or: 14)
        epsilon = try value(.epsilon, or: 1e-6)
        try require(try value(.channels, or: 3), 3, .channels)
        try require(try value(.activation, or: "gelu"), "gelu", .activation)
        let sizes = [width, layerCount, headCount, feedForwardRatio, imageSize, patchSize]
        guard sizes.allSatisfy({ 1...Self.largestSize ~= $0 }), width.isMultiple(of: headCount),
            imageSize >= patchSize
        else {
            throw ModelFileError.unsupported(
                option: "the sizes of a DINOv2 model",
                value: "\(sizes)",
                supported: "1 … \(Self.largestSize), heads that divide the width, a patch at least"
            )
        }
    }
}
