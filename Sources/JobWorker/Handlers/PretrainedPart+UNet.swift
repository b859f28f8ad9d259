internal import CLIP
internal import CustomContrast
internal import Foundation
internal import Generation
internal import Imaging
internal import Layers
internal import Requests
internal import SmallWorld
internal import StableDiffusion
internal import Training

extension PretrainedPart {
    /// How validation pictures are sampled.
    private static let validationSteps = 25
    private static let validationGuidance: Float = 4

    /// Captions of pictures that no training has seen.
    private static var heldOutCaptions: [String] {
        let sampler = WorldSampler(seed: 1, split: .test)
        return (0..<16).map { sampler.caption($0, for: sampler.picture($0)) }
    }

    /// Trains the UNet over the draft's frozen autoencoder and text encoder.
    func trainUNet() throws {
        let folder = try draft.folder
        let autoencoder = try AutoencoderKL(folder: folder.folder(of: .autoencoder))
        let prompts = try PromptEncoder(folder: folder)
        try checkTexts(prompts.stages[0].tokenizer, prompts: request.validation.prompts)
        let scope = try scope(of: .unet)
        var unet = try UNet2DConditionModel(
            scope,
            configuration: UNetConfiguration(file: draft.file(.unet, "config.json"))
        )
        unet.checkpointsActivations = request.optimizer.checkpointsGradients
        let base = try BaseModel(
            name: "the base in training",
            folder: folder,
            unet: unet,
            autoencoder: autoencoder,
            prompts: prompts,
            imageEncoder: nil
        )
        let task = UNetPretraining(
            unet: unet,
            parameters: scope.parameters,
            autoencoder: autoencoder,
            text: prompts.stages[0].model,
            tokenizer: prompts.stages[0].tokenizer,
            schedule: base.scheduler.noiseSchedule,
            predictionType: base.scheduler.predictionType,
            pictures: try batches(),
            captionDropRate: request.textDropRate,
            seed: seed
        )
        try train(
            task,
            validation: { step in try publish(grid(of: base), step: step) },
            finish: {
                try write(
                    scope.parameters,
                    to: draft.file(.unet, "diffusion_pytorch_model.safetensors")
                )
            }
        )
    }

    /// The validation prompts, each with its own fixed seed.
    private func grid(of base: BaseModel) throws -> ContactSheet {
        let captions =
            request.validation.prompts.isEmpty
            ? PretrainedPart.heldOutCaptions : request.validation.prompts
        let sampling = SamplingSettings(
            stepCount: PretrainedPart.validationSteps,
            guidanceScale: PretrainedPart.validationGuidance
        )
        let cells = try captions.enumerated().map { index, caption in
            let image = try base.picture(
                of: caption,
                sampling,
                seed: request.validation.seed + index,
                constantPicture: { context.warn("In a validation: \($0)") },
                stepDone: { _ in try context.throwIfInterrupted() }
            )
            return ContactSheet.Cell(image, label: caption)
        }
        return ContactSheet(cells: cells, columns: 8, cellSide: 128, labelLines: 3)
    }
}
