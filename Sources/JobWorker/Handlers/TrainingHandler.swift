internal import CustomContrast
internal import Datasets
internal import Foundation
internal import Generation
package import Requests
internal import StableDiffusion
internal import Training

/// Carries out `train` jobs: an adapter over a frozen base.
package struct TrainingHandler: JobHandler {
    package let kind = JobKind.train

    private static let fileName = "adapter.safetensors"

    /// Creates the handler.
    package init() {}

    package func run(_ request: JobRequest, in context: JobContext) throws {
        guard case .train(let request) = request else {
            preconditionFailure("the table gives a handler its own kind of request only")
        }
        let foundAdapter = try request.adapter.map { location in
            try context.findAdapter(at: location, allowsChanges: request.allowsChangedModels)
        }
        let foundBase = try context.findBase(
            at: request.base,
            imageEncoder: request.imageEncoder,
            for: foundAdapter,
            allowsChanges: request.allowsChangedModels
        )
        try context.requireMemory(on: foundBase) { _, _ in
            try AdapterTrainingRun.memoryNeed(
                request,
                base: foundBase.folder,
                adapter: foundAdapter?.file
            )
        }
        let base = try context.load(foundBase)
        // Gradients have packed forms of their own, which no picture needs.
        defer { base.finish(.unet) }
        let dataset = try MultiViewDataset(
            root: context.dataSet(at: request.data)
        )
        try dataset.requireNouns()
        for note in dataset.notes + [dataset.summary] { context.log(note) }
        let training = try AdapterTrainingRun(
            request,
            base: base,
            adapter: foundAdapter.map { try context.load($0, for: base, trainable: true) },
            dataset: dataset,
            in: context
        )
        try training.checkInput(in: context)
        var loop = try TrainingLoop(
            task: training.task(),
            settings: TrainingLoopSettings(
                request.optimizer,
                checkpoints: request.checkpoints,
                validation: request.validation
            ),
            identity: try context.identity,
            host: context,
            validation: { step in
                try context.publishValidation(training.validationSheet(host: context), step: step)
            }
        )
        try loop.run()
        try loop.withFinalWeights {
            let output = PipelineOutput(
                role: "adapter",
                path: TrainingHandler.fileName,
                mediaType: "application/octet-stream",
                metadata: ["steps": .integer(request.optimizer.stepCount)]
            )
            try context.addOutput(output) { file in try training.write(to: file) }
        }
    }
}
