internal import CLIP
internal import CustomContrast
internal import Foundation
internal import Layers
internal import StableDiffusion

extension BaseModel {
    /// Requires that the parts fit each other: a folder put together from several models is told here, and
    /// not in the middle of a job.
    func requireFit() throws {
        func require(_ option: String, _ found: Int, of part: ModelPart, toBe needed: Int) throws {
            guard found != needed else { return }
            let file = try folder.folder(of: part).appending(path: "config.json")
            throw ModelFileError.otherModel(
                file,
                option: option,
                found: found,
                needed: "\(needed)"
            )
        }
        let configuration = unet.configuration
        let texts = prompts.stages.map(\.model.configuration)
        try require(
            "cross_attention_dim",
            configuration.crossAttentionSize,
            of: .unet,
            toBe: texts.map(\.width).reduce(0, +)
        )
        let channels = autoencoder.configuration.latentChannels
        try require("in_channels", configuration.inputChannels, of: .unet, toBe: channels)
        try require("out_channels", configuration.outputChannels, of: .unet, toBe: channels)
        // SDXL: six sizes and the second encoder's pooled text.
        let added = configuration.addedConditioning
        let isXL = folder.family == .stableDiffusionXL
        try require(
            "projection_class_embeddings_input_dim",
            added?.inputSize ?? 0,
            of: .unet,
            toBe: isXL ? 6 * (added?.timeEmbeddingSize ?? 0) + texts[1].projectionWidth : 0
        )
        if isXL, !prompts.stages[1].model.projects {
            throw ModelFileError.unsupported(
                option: "text_encoder_2",
                value: "a text encoder without text_projection",
                supported: "CLIPTextModelWithProjection"
            )
        }
    }
}
