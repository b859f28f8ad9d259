package import Foundation
internal import Layers

/// What the `config.json` of a CLIP text model says. Missing keys are transformers' defaults.
package struct CLIPTextConfiguration: Sendable, Equatable {
    /// Rows of the token table.
    package var vocabularySize: Int
    /// Channels of a token.
    package var width: Int
    /// Channels between the two maps of a layer.
    package var intermediateWidth: Int
    package var layerCount: Int
    package var headCount: Int
    /// The number of positions.
    package var length: Int
    package var activation: CLIPActivation
    /// ε of the normalisations.
    package var epsilon: Float
    /// The id that ends a text; 2 means the largest id of the text, as in configurations of 2022.
    package var endToken: Int
    /// Channels of the projected text; only models with a projection have one.
    package var projectionWidth: Int

    /// The text model of Stable Diffusion 1, or another one of its kind.
    package init(
        vocabularySize: Int = 49408,
        width: Int = 768,
        intermediateWidth: Int = 3072,
        layerCount: Int = 12,
        headCount: Int = 12,
        length: Int = 77,
        activation: CLIPActivation = .quickGELU,
        endToken: Int = 49407,
        projectionWidth: Int = 768
    ) {
        self.vocabularySize = vocabularySize
        self.width = width
        self.intermediateWidth = intermediateWidth
        self.layerCount = layerCount
        self.headCount = headCount
        self.length = length
        self.activation = activation
        epsilon = 1e-5
        self.endToken = endToken
        self.projectionWidth = projectionWidth
    }

    /// Reads a `config.json`, of a text model or of a whole CLIP model.
    package init(file: URL) throws {
        self = try ModelFile.decode(Self.self, from: file)
    }
}

extension CLIPTextConfiguration: Codable {
    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case nested = "text_config"
        case vocabularySize = "vocab_size"
        case width = "hidden_size"
        case intermediateWidth = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case headCount = "num_attention_heads"
        case length = "max_position_embeddings"
        case activation = "hidden_act"
        case epsilon = "layer_norm_eps"
        case endToken = "eos_token_id"
        case projectionWidth = "projection_dim"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.requireModelType(["clip", "clip_text_model"], at: .modelType)
        if let nested = try container.decodeIfPresent(Self.self, forKey: .nested) {
            self = nested
            projectionWidth =
                try container.decodeIfPresent(Int.self, forKey: .projectionWidth) ?? 512
            return
        }
        func value<Value: Decodable>(_ key: CodingKeys, or missing: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? missing
        }
        vocabularySize = try value(.vocabularySize, or: 49408)
        width = try value(.width, or: 512)
        intermediateWidth = try value(.intermediateWidth, or: 2048)
        layerCount = try value(.layerCount, or: 12)
        headCount = try value(.headCount, or: 8)
        length = try value(.length, or: 77)
        activation = try container.activation(at: .activation)
        epsilon = try value(.epsilon, or: 1e-5)
        endToken = try value(.endToken, or: 49407)
        projectionWidth = try value(.projectionWidth, or: 512)
        try container.requireSizes(
            [vocabularySize, width, intermediateWidth, layerCount, headCount, length],
            width: width,
            headCount: headCount
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("clip_text_model", forKey: .modelType)
        try container.encode(vocabularySize, forKey: .vocabularySize)
        try container.encode(width, forKey: .width)
        try container.encode(intermediateWidth, forKey: .intermediateWidth)
        try container.encode(layerCount, forKey: .layerCount)
        try container.encode(headCount, forKey: .headCount)
        try container.encode(length, forKey: .length)
        try container.encode(activation, forKey: .activation)
        try container.encode(epsilon, forKey: .epsilon)
        try container.encode(endToken, forKey: .endToken)
        try container.encode(projectionWidth, forKey: .projectionWidth)
    }
}
