internal import FoundationEssentials
internal import Layers

/// The options of a diffusers `unet/config.json`, by name.
struct UNetOptions {
    /// An option's name.
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    /// One number for all levels, or one for each.
    private enum Numbers: Decodable {
        case one(Int)
        case list([Int])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            do {
                self = .one(try container.decode(Int.self))
            } catch DecodingError.typeMismatch {
                self = .list(try container.decode([Int].self))
            }
        }
    }

    /// A value of any kind that a closed comparison needs.
    private enum Scalar: Decodable, Equatable, CustomStringConvertible {
        case flag(Bool), number(Double), text(String), other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .other
            }
        }

        var description: String {
            switch self {
            case .flag(let flag): "\(flag)"
            case .number(let number): "\(number)"
            case .text(let text): text
            case .other: "a list or an object"
            }
        }
    }

    /// The options of which diffusers has several values and this program one; `nil` is null.
    private static let fixed: [String: Scalar?] = [
        "_class_name": .text("UNet2DConditionModel"),
        "center_input_sample": .flag(false),
        "mid_block_type": .text("UNetMidBlock2DCrossAttn"),
        "only_cross_attention": .flag(false),
        "downsample_padding": .number(1),
        "mid_block_scale_factor": .number(1),
        "dropout": .number(0),
        "act_fn": .text("silu"),
        "encoder_hid_dim": nil,
        "encoder_hid_dim_type": nil,
        "num_attention_heads": nil,
        "dual_cross_attention": .flag(false),
        "class_embed_type": nil,
        "num_class_embeds": nil,
        "resnet_time_scale_shift": .text("default"),
        "resnet_skip_time_act": .flag(false),
        "resnet_out_scale_factor": .number(1),
        "time_embedding_type": .text("positional"),
        "time_embedding_act_fn": nil,
        "timestep_post_act": nil,
        "time_cond_proj_dim": nil,
        "conv_in_kernel": .number(3),
        "conv_out_kernel": .number(3),
        "attention_type": .text("default"),
        "class_embeddings_concat": .flag(false),
        "mid_block_only_cross_attention": nil,
        "cross_attention_norm": nil,
    ]

    /// The largest size that is computed with, far beyond any model's, and the most levels.
    static let largestSize = 1 << 16
    private static let mostLevels = 16

    /// The options that are read.
    private static let read: Set<String> = [
        "down_block_types", "up_block_types", "block_out_channels", "layers_per_block",
        "attention_head_dim", "transformer_layers_per_block",
        "reverse_transformer_layers_per_block",
        "cross_attention_dim", "norm_num_groups", "sample_size", "in_channels", "out_channels",
        "use_linear_projection", "norm_eps", "flip_sin_to_cos", "freq_shift", "time_embedding_dim",
        "addition_embed_type", "addition_time_embed_dim", "projection_class_embeddings_input_dim",
    ]

    /// The options that change nothing here: attention is computed in float32 anyway, and the heads of
    /// an embedding that is refused.
    private static let ignored: Set<String> = ["upcast_attention", "addition_embed_type_num_heads"]

    private let container: KeyedDecodingContainer<Name>

    init(_ decoder: any Decoder) throws {
        container = try decoder.container(keyedBy: Name.self)
    }

    /// Throws if an option is unknown or has a value that is not supported. Names with an underscore in
    /// front are diffusers' notes about the file.
    func refuseUnsupported() throws {
        for name in container.allKeys.map(\.stringValue).sorted() {
            if let supported = UNetOptions.fixed[name] {
                let found = try optional(name, Scalar.self)
                // "mid_block_only_cross_attention": false says the same as null.
                let isOff = supported == nil && found == .flag(false)
                try require(
                    found == supported || found == nil || isOff,
                    name,
                    supported?.description ?? "null",
                    found: found?.description
                )
            } else if !name.hasPrefix("_"), !UNetOptions.read.contains(name),
                !UNetOptions.ignored.contains(name)
            {
                throw ModelFileError.unsupported(
                    option: "UNet option \(name)",
                    value: "set",
                    supported: "a UNet without it"
                )
            }
        }
    }

    /// Throws that an option is not supported unless `condition` holds.
    func require(
        _ condition: Bool,
        _ name: String,
        _ supported: String,
        found: String? = nil
    ) throws {
        if condition { return }
        throw ModelFileError.unsupported(
            option: name,
            value: found ?? "something else",
            supported: supported
        )
    }

    /// Whether an option is there and not null.
    func has(_ name: String) -> Bool {
        let key = Name(name)
        return container.contains(key) && (try? container.decodeNil(forKey: key)) == false
    }

    /// The value of an option; `nil` if it is missing or null.
    func optional<Value: Decodable>(_ name: String, _: Value.Type) throws -> Value? {
        try container.decodeIfPresent(Value.self, forKey: Name(name))
    }

    /// The value of an option, or diffusers' default.
    func value<Value: Decodable>(_ name: String, default value: Value) throws -> Value {
        try optional(name, Value.self) ?? value
    }

    /// One number per level, from one for all or from a list.
    func perLevel(_ name: String, default value: [Int], _ count: Int) throws -> [Int] {
        let list: [Int] =
            switch try optional(name, Numbers.self) {
            case .one(let number): [Int](repeating: number, count: count)
            case .list(let list): list
            case nil: value.count == 1 ? [Int](repeating: value[0], count: count) : value
            }
        try require(list.count == count, name, "one number per block, \(count)", found: "\(list)")
        try require(
            list.allSatisfy { 0...Self.largestSize ~= $0 },
            name,
            "numbers from 0 to \(Self.largestSize)",
            found: "\(list)"
        )
        return list
    }

    /// The one number of an option that may be a list of equal ones.
    func common(_ name: String, default value: Int) throws -> Int {
        switch try optional(name, Numbers.self) {
        case .one(let number): return number
        case .list(let list):
            let isOne = !list.isEmpty && list.allSatisfy { $0 == list[0] }
            try require(isOne, name, "the same number for every block", found: "\(list)")
            return list[0]
        case nil: return value
        }
    }

    /// Whether each block of a list attends to the text.
    func blocks(
        _ name: String,
        default value: [String],
        plain: String,
        attending: String
    ) throws -> [Bool] {
        let types = try self.value(name, default: value)
        try require(
            1...Self.mostLevels ~= types.count,
            name,
            "1 to \(Self.mostLevels) blocks",
            found: "\(types.count)"
        )
        return try types.map { type in
            try require(
                type == plain || type == attending,
                name,
                "\(plain) and \(attending)",
                found: type
            )
            return type == attending
        }
    }
}
