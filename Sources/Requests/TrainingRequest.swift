/// An adapter, trained on a multi-view data set over a frozen base.
package struct TrainingRequest: RequestObject, Equatable {
    /// The frozen base: a diffusers folder below the models root.
    package let base: ArtifactLocation
    /// The data set in MVImgNet's layout, below the input root.
    package let data: ArtifactLocation
    package let method: MethodSettings
    /// The adapter to start from; nil starts afresh.
    package let adapter: ArtifactLocation?
    /// The image encoder that reads reference pictures; nil is the base's own.
    package let imageEncoder: ArtifactLocation?
    /// Whether files of registered models may differ from what they were.
    package let allowsChangedModels: Bool
    /// Pixels of the training pictures; nil is the base's own size.
    package let resolution: Int?
    package let optimizer: OptimizerSettings
    package let losses: LossSettings
    package let dropRates: DropRates
    package let checkpoints: CheckpointSettings
    package let validation: ValidationSettings
    package let seed: Int

    package init(_ fields: RequestReader) throws(RequestError) {
        base = try fields.location("base", default: "small-world", "Base model (models root).")
        data = try fields.requiredLocation(
            "data",
            "Data set (input root; see \"Data sets\"), or the prepare job that made it."
        )
        method = try fields.object(
            "method",
            MethodSettings.self,
            orJust: "name",
            "What is trained: the name, or the name and pieces of the method."
        )
        adapter = try fields.optionalLocation(
            "adapter",
            absent: "fresh weights",
            """
            Adapter to start from (models root), or the train job that made it. It may be one of another base of the same \
            kind; the job then has a warning.
            """
        )
        imageEncoder = try fields.optionalLocation(
            "image_encoder",
            absent: "the base's own",
            "CLIP image encoder (models root) in place of the folder `image_encoder` of the base."
        )
        allowsChangedModels = try fields.allowsChangedModels()
        resolution = try fields.optionalInteger(
            "resolution",
            in: 32...2048,
            multipleOf: 8,
            absent: "the base's own size",
            "Side of the training pictures in pixels."
        )
        optimizer = try OptimizerSettings(
            fields,
            stepCount: 1000,
            batchSize: 8,
            learningRate: 3e-5
        )
        losses = try fields.object("losses", LossSettings.self, "Weights and temperatures.")
        dropRates = try fields.object("drop_rates", DropRates.self, "How often conditions hide.")
        checkpoints = try CheckpointSettings(fields)
        validation = try ValidationSettings(fields)
        seed = try fields.seed("Seed of weights, noise, timesteps and data order.")
    }
}
