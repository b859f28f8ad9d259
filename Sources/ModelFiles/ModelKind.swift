internal import Foundation

/// Tells from names, shapes and configurations which kind of model files hold.
enum ModelKind {
    /// What `model_index.json` says of a pipeline.
    private struct Index: Decodable {
        let className: String
        enum CodingKeys: String, CodingKey { case className = "_class_name" }
    }

    /// The sizes in `unet/config.json` that tell models apart.
    private struct Sizes: Decodable {
        let channels: [Int]
        let textWidth: Int
        enum CodingKeys: String, CodingKey {
            case channels = "block_out_channels"
            case textWidth = "cross_attention_dim"
        }
    }

    /// What the `config.json` of a model of transformers says.
    private struct Configuration: Decodable {
        let modelType: String?
        enum CodingKeys: String, CodingKey { case modelType = "model_type" }
    }

    /// The kind of a folder without `model_index.json`: a judge, an image encoder, a folder with an adapter.
    static func ofPartFolder(
        _ url: URL,
        headers: [String: [String: [Int]]],
        metadata: [String: String]
    ) throws -> String {
        let adapter = "adapter.safetensors"
        if let keys = headers[adapter] {
            return try ofFile(url.appending(path: adapter), keys: keys, metadata: metadata)
        }
        let places = ["config.json", "image_encoder/config.json"].map { url.appending(path: $0) }
        guard let file = places.first(where: { FileManager.default.fileExists(atPath: $0.path) })
        else { throw ModelListingError.missing(url.appending(path: "model_index.json").path) }
        switch try decode(Configuration.self, file).modelType {
        case "clip": return "CLIP"
        case "clip_vision_model": return "CLIP image encoder"
        case "dinov2": return "DINOv2"
        case let other: throw ModelListingError.unknown(file.path, found: other ?? "no model_type")
        }
    }

    /// The kind of a folder in the diffusers layout. Its denoiser's weights have to be of the sizes that
    /// its configuration tells.
    static func ofFolder(_ url: URL, headers: [String: [String: [Int]]]) throws -> String {
        let index = try decode(Index.self, url.appending(path: "model_index.json"))
        let file = url.appending(path: "unet/config.json")
        let sizes = try decode(Sizes.self, file)
        for (path, shapes) in headers where path.hasPrefix("unet/") {
            for (key, shape) in shapes where key.hasSuffix(".attn2.to_k.weight") {
                guard shape.last == sizes.textWidth else {
                    throw ModelListingError.shape(
                        file: url.appending(path: path).path,
                        key: key,
                        expected: "[…, \(sizes.textWidth)]",
                        found: shape
                    )
                }
            }
        }
        let isSmall = (sizes.channels.first ?? 0) < 320
        switch index.className {
        case "StableDiffusionXLPipeline": return isSmall ? "small, as SDXL" : "SDXL"
        case "StableDiffusionPipeline" where isSmall: return "small world, or as small"
        case "StableDiffusionPipeline" where sizes.textWidth == 768: return "Stable Diffusion 1"
        case "StableDiffusionPipeline": return "Stable Diffusion 2"
        default:
            throw ModelListingError.unknown(
                url.appending(path: "model_index.json").path,
                found: index.className
            )
        }
    }

    /// The kind of a single file.
    static func ofFile(
        _ url: URL,
        keys: [String: [Int]],
        metadata: [String: String]
    ) throws -> String {
        func has(_ prefix: String) -> Bool { keys.keys.contains { $0.hasPrefix(prefix) } }
        if metadata["format"] == "customcontrast-adapter" { return "CustomContrast adapter" }
        if has("image_proj.latents") { return "IP-Adapter-plus" }
        if has("image_proj.") { return "IP-Adapter" }
        if has("model.diffusion_model."), has("conditioner.embedders.1.") {
            return "SDXL, one file"
        }
        if has("model.diffusion_model."), has("cond_stage_model.") {
            return "Stable Diffusion 1, one file"
        }
        throw ModelListingError.unknown(
            url.path,
            found: keys.keys.sorted().prefix(3).joined(separator: ", ")
        )
    }

    private static func decode<Value: Decodable>(_: Value.Type, _ file: URL) throws -> Value {
        guard let data = try? Data(contentsOf: file) else {
            throw ModelListingError.missing(file.path)
        }
        do {
            return try JSONDecoder().decode(Value.self, from: data)
        } catch {
            throw ModelListingError.unreadable(file.path)
        }
    }
}
