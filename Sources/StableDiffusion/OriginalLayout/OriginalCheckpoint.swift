package import Foundation
package import Layers

/// A whole model in one file, in the layout in which Stable Diffusion 1 and SDXL were first published.
///
/// The file holds the weights of denoiser, autoencoder and text encoders and nothing else: sizes,
/// vocabularies and the noise schedule come from a folder in the diffusers layout.
package struct OriginalCheckpoint {
    /// The file.
    package let url: URL
    /// Which kind of model it is.
    package let family: ModelFamily
    private let stored: SafeTensorsWeights

    /// Opens a file; its tensors' names tell which kind of model it holds.
    package init(_ url: URL) throws {
        self.url = url
        let weights = try SafeTensorsWeights(file: url.path)
        stored = weights
        func has(_ prefix: String) -> Bool { weights.keys.contains { $0.hasPrefix(prefix) } }
        let missing = ["model.diffusion_model.", "first_stage_model."].filter { !has($0) }
        guard missing.isEmpty else {
            throw ModelFileError.unreadable(
                url,
                reason: "expected a whole model in the original layout, found no tensors "
                    + "\(missing.map { "\($0)*" }.joined(separator: " and no ")); use a complete "
                    + "checkpoint, or the model's folder in the diffusers layout"
            )
        }
        if has("conditioner.embedders.0.transformer."), has("conditioner.embedders.1.model.") {
            family = .stableDiffusionXL
        } else if has("cond_stage_model.transformer.") {
            family = .stableDiffusion
        } else {
            throw ModelFileError.unreadable(
                url,
                reason: "expected the text encoder of Stable Diffusion 1 "
                    + "(cond_stage_model.transformer.*) or those of SDXL (conditioner.embedders.0 and "
                    + "1), found neither; export the model as a folder in the diffusers layout"
            )
        }
    }

    /// The element types in the file, by the format's names.
    package var dataTypes: [String] { stored.dataTypes }

    /// Whether the file, not the folder beside it, has the weights of a part.
    package func contains(_ part: ModelPart) -> Bool {
        switch part {
        case .unet, .autoencoder, .textEncoder: true
        case .secondTextEncoder: family == .stableDiffusionXL
        case .tokenizer, .secondTokenizer, .scheduler, .imageEncoder: false
        }
    }

    /// The denoiser's weights under their names in the diffusers layout.
    package func weights(of configuration: UNetConfiguration) -> any WeightSource {
        rearranged(.unet(configuration))
    }

    /// The autoencoder's weights under their names in the diffusers layout.
    package func weights(of configuration: AutoencoderConfiguration) -> any WeightSource {
        rearranged(.autoencoder(configuration))
    }

    /// A text encoder's weights under their names in the diffusers layout.
    ///
    /// - Parameter layerCount: How many layers its configuration says it has.
    package func textEncoderWeights(of part: ModelPart, layerCount: Int) -> any WeightSource {
        switch (family, part) {
        case (.stableDiffusion, _):
            rearranged(.transformersText(prefix: "cond_stage_model.transformer."))
        case (.stableDiffusionXL, .secondTextEncoder):
            rearranged(
                .openCLIPText(prefix: "conditioner.embedders.1.model.", layerCount: layerCount)
            )
        case (.stableDiffusionXL, _):
            rearranged(.transformersText(prefix: "conditioner.embedders.0.transformer."))
        }
    }

    /// The part's tensors. One that no rule knows keeps its name, so that the model finds it unused.
    private func rearranged(_ map: OriginalKeyMap) -> RearrangedWeights {
        var places: [String: RearrangedWeights.Place] = [:]
        for key in stored.keys where key.hasPrefix(map.prefix) {
            let own = key.dropFirst(map.prefix.count)
            guard !Self.isBuffer(own), let shape = stored.shape(of: key) else { continue }
            if let layer = own.range(of: ".attn.in_proj_") {
                let block = map.name(of: own[..<layer.lowerBound] + ".ln_1")?
                    .replacing("layer_norm1", with: "self_attn")
                for (index, name) in ["q_proj", "k_proj", "v_proj"].enumerated() {
                    let width = (shape.first ?? 0) / 3
                    places["\(block ?? key).\(name).\(own[layer.upperBound...])"] = .init(
                        key: key,
                        piece: .rows(index * width..<(index + 1) * width)
                    )
                }
            } else {
                let name = map.name(of: own) ?? String(own)
                places[name] = .init(key: key, piece: Self.piece(name, own, shape))
            }
        }
        return RearrangedWeights(origin: url.path, places: places, stored: stored)
    }

    private static func piece(
        _ name: String,
        _ own: Substring,
        _ shape: [Int]
    ) -> RearrangedWeights.Piece {
        if own == "text_projection", shape.count == 2 { return .transposed }
        // The autoencoder's attention, written as convolutions of one pixel.
        if own.contains(".attn_1."), shape.count == 4, shape[2...] == [1, 1] { return .matrix }
        return .whole
    }

    /// What a training leaves in the file and no model reads.
    private static func isBuffer(_ own: Substring) -> Bool {
        own == "logit_scale" || own == "attn_mask" || own.hasPrefix("loss.")
            || own.hasSuffix("position_ids")
    }
}
