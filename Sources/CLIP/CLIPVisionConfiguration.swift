package import Foundation
internal import Layers

/// What the `config.json` of a CLIP vision model says. Missing keys are transformers' defaults.
package struct CLIPVisionConfiguration: Sendable, Equatable {
    /// Channels of a token.
    package var width: Int
    /// Channels between the two maps of a layer.
    package var intermediateWidth: Int
    package var layerCount: Int
    package var headCount: Int
    /// Sides of the pictures, in pixels.
    package var imageSize: Int
    /// Sides of a patch, in pixels.
    package var patchSize: Int
    package var activation: CLIPActivation
    /// ε of the normalisations.
    package var epsilon: Float
    /// Channels of the projected picture; only models with a projection have one.
    package var projectionWidth: Int

    /// Patches of a picture.
    package var patchCount: Int { (imageSize / patchSize) * (imageSize / patchSize) }

    /// The image encoder of IP-Adapter (ViT-H/14), or another one of its kind.
    package init(
        width: Int = 1280,
        intermediateWidth: Int = 5120,
        layerCount: Int = 32,
        headCount: Int = 16,
        imageSize: Int = 224,
        patchSize: Int = 14,
        activation: CLIPActivation = .gelu,
        projectionWidth: Int = 1024
    ) {
        self.width = width
        self.intermediateWidth = intermediateWidth
        self.layerCount = layerCount
        self.headCount = headCount
        self.imageSize = imageSize
        self.patchSize = patchSize
        self.activation = activation
        epsilon = 1e-5
        self.projectionWidth = projectionWidth
    }

    /// Reads a `config.json`, of a vision model or of a whole CLIP model.
    package init(file: URL) throws {
        self = try ModelFile.decode(Self.self, from: file)
    }
}

extension CLIPVisionConfiguration: Codable {
    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case nested = "vision_config"
        case width = "hidden_size"
        case intermediateWidth = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case headCount = "num_attention_heads"
        case imageSize = "image_size"
        case patchSize = "patch_size"
        case channels = "num_channels"
        case activation = "hidden_act"
        case epsilon = "layer_norm_eps"
        case projectionWidth = "projection_dim"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.requireModelType(["clip", "clip_vision_model"], at: .modelType)
        if let nested = try container.decodeIfPresent(Self.self, forKey: .nested) {
            self = nested
            projectionWidth =
                try container.decodeIfPresent(Int.self, forKey: .projectionWidth) ?? 512
            return
        }
        func value<Value: Decodable>(_ key: CodingKeys, or missing: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? missing
        }
        width = try value(.width, or: 768)
        intermediateWidth = try value(.intermediateWidth, or: 3072)
        layerCount = try value(.layerCount, or: 12)
        headCount = try value(.headCount, or: 12)
        imageSize = try value(.imageSize, or: 224)
        patchSize = try value(.patchSize, or: 32)
        activation = try container.activation(at: .activation)
        epsilon = try value(.epsilon, or: 1e-5)
        projectionWidth = try value(.projectionWidth, or: 512)
        let channels = try value(.channels, or: 3)
        guard channels == 3 else {
            throw ModelFileError.unsupported(
                option: "num_channels",
                value: "\(channels)",
                supported: "3"
            )
        }
        // Before anything is divided by it.
        try container.requireSizes(
            [patchSize, imageSize],
            width: width,
            headCount: max(1, headCount)
        )
        try container.requireSizes(
            [width, intermediateWidth, layerCount, headCount, patchSize, imageSize / patchSize],
            width: width,
            headCount: headCount
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("clip_vision_model", forKey: .modelType)
        try container.encode(width, forKey: .width)
        try container.encode(intermediateWidth, forKey: .intermediateWidth)
        try container.encode(layerCount, forKey: .layerCount)
        try container.encode(headCount, forKey: .headCount)
        try container.encode(imageSize, forKey: .imageSize)
        try container.encode(patchSize, forKey: .patchSize)
        try container.encode(3, forKey: .channels)
        try container.encode(activation, forKey: .activation)
        try container.encode(epsilon, forKey: .epsilon)
        try container.encode(projectionWidth, forKey: .projectionWidth)
    }
}
