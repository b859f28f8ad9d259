internal import FoundationEssentials

/// What an adapter file says about itself, in the text pairs of its safetensors header.
package struct AdapterMetadata: Sendable, Equatable {
    /// What marks an adapter of our own kind.
    static let format = "customcontrast-adapter"
    /// What marks an IP-Adapter that this program has trained; published ones have no mark.
    static let ipAdapterFormat = "customcontrast-ip-adapter"
    /// The layout of keys and metadata that this program writes and reads.
    static let formatVersion = "1"

    /// The sizes and parts of our own kind; `nil` for an IP-Adapter, whose tensors tell.
    package var configuration: CustomContrastConfiguration?
    /// The hash of the base model it was trained with.
    package var baseHash: String
    /// The hash of the CLIP image encoder it was trained with.
    package var imageEncoderHash: String
    /// How many optimizer steps it has had.
    package var steps: Int

    /// Creates the metadata of a trained adapter.
    package init(
        configuration: CustomContrastConfiguration?,
        baseHash: String,
        imageEncoderHash: String,
        steps: Int
    ) {
        self.configuration = configuration
        self.baseHash = baseHash
        self.imageEncoderHash = imageEncoderHash
        self.steps = steps
    }

    /// Reads the text pairs of a file; `nil` if this program has not trained it.
    init?(_ pairs: [String: String], path: String) throws {
        guard let format = pairs["format"], [Self.format, Self.ipAdapterFormat].contains(format)
        else { return nil }
        func text(_ key: String) throws(AdapterError) -> String {
            guard let text = pairs[key] else {
                throw .metadata(key: key, problem: "is missing", path: path)
            }
            return text
        }
        let version = try text("format_version")
        guard version == Self.formatVersion else {
            throw AdapterError.metadata(
                key: "format_version",
                problem: "is expected to be \(Self.formatVersion), found \(version)",
                path: path
            )
        }
        guard let steps = Int(try text("steps")) else {
            throw AdapterError.metadata(key: "steps", problem: "is not a number", path: path)
        }
        self.steps = steps
        baseHash = try text("base_hash")
        imageEncoderHash = try text("image_encoder_hash")
        configuration =
            format == Self.format
            ? try Self.configuration(try text("configuration"), path: path) : nil
    }

    /// The text pairs for the file's header.
    func pairs() throws -> [String: String] {
        var pairs = [
            "format": configuration == nil ? Self.ipAdapterFormat : Self.format,
            "format_version": Self.formatVersion,
            "base_hash": baseHash,
            "image_encoder_hash": imageEncoderHash,
            "steps": String(steps),
        ]
        if let configuration {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            pairs["configuration"] = String(
                decoding: try encoder.encode(configuration),
                as: UTF8.self
            )
        }
        return pairs
    }

    /// Decodes the configuration and refuses entries it does not have.
    private static func configuration(
        _ json: String,
        path: String
    ) throws -> CustomContrastConfiguration {
        do {
            let data = Data(json.utf8)
            let configuration = try JSONDecoder().decode(
                CustomContrastConfiguration.self,
                from: data
            )
            let known = try JSONDecoder().decode(
                JSONKeyTree.self,
                from: try JSONEncoder().encode(configuration)
            )
            let found = try JSONDecoder().decode(JSONKeyTree.self, from: data)
            if let key = found.firstKey(notIn: known) {
                throw AdapterError.metadata(
                    key: "configuration",
                    problem: "has the unknown option \"\(key)\"",
                    path: path
                )
            }
            return configuration
        } catch let error as DecodingError {
            throw AdapterError.metadata(
                key: "configuration",
                problem: "cannot be read (\(error))",
                path: path
            )
        }
    }
}
