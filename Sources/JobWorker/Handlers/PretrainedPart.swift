internal import CLIP
internal import Datasets
internal import Foundation
internal import Imaging
internal import Layers
internal import Requests
internal import StableDiffusion
internal import Tensors
internal import Training

/// A part of a base model in training: what its three kinds share.
struct PretrainedPart {
    let request: PretrainingRequest
    let draft: BaseDraft
    let pictures: CaptionedPictures
    let context: JobContext

    /// Seed of the first weights and of noise.
    var seed: UInt64 { UInt64(request.seed) }

    /// The training's batches, from where an earlier attempt got to.
    func batches() throws -> BatchStream<CaptionedPicture> {
        let doneSteps = context.resumePoint?.step ?? 0
        return try BatchStream(
            pictures,
            batchSize: request.optimizer.batchSize,
            firstBatch: doneSteps * request.optimizer.gradientAccumulationSteps
        )
    }

    /// Warns of captions and validation prompts that do not fit, before the first step.
    func checkTexts(_ tokenizer: CLIPTokenizer, prompts: [String] = []) throws {
        try context.checkOnce(TextCheck([tokenizer])) { texts in
            try texts.readCaptions(of: pictures.dataset, needsNouns: false)
            guard request.validation.stepInterval > 0 else { return }
            for (index, prompt) in prompts.enumerated() {
                try texts.read(prompt, named: "prompt validation_prompts[\(index)]")
            }
        }
    }

    /// The first pictures of the data set's order: those that validations look at.
    func firstPictures(_ count: Int) throws -> [CaptionedPicture] {
        try (0..<min(count, pictures.count)).map { try pictures.sample(epoch: 0, offset: $0) }
    }

    /// Fresh weights, or the base's own of this part.
    func scope(of part: ModelPart) throws -> ParameterScope {
        guard request.continuesBase else { return .initializing(seed: seed) }
        let weights = try SafeTensorsWeights(folder: draft.folder.folder(of: part).path)
        return .loading(from: weights, trainable: true)
    }

    /// Runs the loop and then `finish` with the weights that are shipped in the parameters.
    func train(
        _ task: any TrainingTask,
        validation: @escaping TrainingLoop.Validation,
        finish: () throws -> Void
    ) throws {
        var settings = TrainingLoopSettings(
            request.optimizer,
            checkpoints: request.checkpoints,
            validation: request.validation
        )
        settings.averageDecay = request.emaDecay > 0 ? request.emaDecay : nil
        var loop = try TrainingLoop(
            task: task,
            settings: settings,
            identity: try context.identity,
            host: context,
            validation: validation
        )
        try loop.run()
        try loop.withFinalWeights(finish)
    }

    /// Writes the parameters as half-precision weights, under keys that `rename` may drop by `nil`.
    func write(
        _ parameters: [Parameter],
        to file: URL,
        rename: (String) -> String? = { $0 }
    ) throws {
        var tensors: [String: Tensor] = [:]
        for parameter in parameters {
            if let key = rename(parameter.name) { tensors[key] = parameter.tensor }
        }
        try WeightFile.write(
            tensors,
            storedAs: .float16,
            metadata: ["format": "pt"],
            to: file.path
        )
    }

    /// Publishes a validation grid.
    func publish(_ sheet: ContactSheet, step: Int) throws {
        try context.publishValidation(sheet, step: step)
    }
}
