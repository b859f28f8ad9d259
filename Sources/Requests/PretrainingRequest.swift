/// A part of a small base model, trained on a data set with captions, from scratch or from what a base has.
package struct PretrainingRequest: RequestObject, Equatable {
    /// The part of the base that is trained.
    package enum Component: String, CaseIterable, Sendable {
        case autoencoder
        case clip
        case unet
    }

    package let component: Component
    /// The data set, below the input root.
    package let data: ArtifactLocation
    /// The base whose other parts are read; the part that is made replaces its own in a copy.
    package let base: ArtifactLocation?
    /// Whether files of registered models may differ from what they were.
    package let allowsChangedModels: Bool
    /// Whether training goes on from the base's own weights of the part, instead of fresh ones.
    package let continuesBase: Bool
    /// Whether `clip` goes on from the base's own and leaves its text transformer as it is, so that a UNet
    /// trained over it stays valid.
    package let freezesTextEncoder: Bool
    package let preset: ModelPreset
    package let resolution: Int
    package let optimizer: OptimizerSettings
    /// Decay of the moving average of the weights that is shipped; 0 ships the last weights.
    package let emaDecay: Float
    /// Share of samples without caption (`unet`).
    package let textDropRate: Float
    /// Weight of the posterior's divergence (`autoencoder`).
    package let divergenceWeight: Float
    package let checkpoints: CheckpointSettings
    package let validation: ValidationSettings
    package let seed: Int

    package init(_ fields: RequestReader) throws(RequestError) {
        component = try fields.requiredChoice(
            "component",
            describedBy: .autoencoder,
            "Part of the base that is trained."
        )
        data = try fields.requiredLocation(
            "data",
            "Data set with captions (input root), or the prepare job that made it."
        )
        base = try fields.optionalLocation(
            "base",
            absent: "no earlier parts",
            "Base whose other parts are read (models root), or the pretrain job that made them."
        )
        allowsChangedModels = try fields.allowsChangedModels()
        continuesBase = try fields.flag(
            "continue",
            default: false,
            "Go on from the base's own weights of this part, instead of fresh ones."
        )
        freezesTextEncoder = try fields.flag(
            "freeze_text_encoder",
            default: false,
            "Go on from the base's CLIP and leave its text transformer as it is, which a UNet reads (`clip`)."
        )
        preset = try fields.choice("preset", default: .small, "Size of the model.")
        resolution = try fields.integer("resolution", default: 64, in: 16...512, "Pixels.")
        optimizer = try OptimizerSettings(
            fields,
            stepCount: 5000,
            batchSize: 32,
            learningRate: 3e-4
        )
        emaDecay = try fields.number(
            "ema_decay",
            default: 0.999,
            in: 0...0.999999,
            "Decay of the moving average of the weights; 0 keeps none."
        )
        textDropRate = try fields.number(
            "text_drop_rate",
            default: 0.1,
            in: 0...1,
            "Share of samples without their caption (`unet`)."
        )
        divergenceWeight = try fields.number(
            "kl_weight",
            default: 1e-6,
            in: 0...1,
            "Weight of the posterior's divergence (`autoencoder`)."
        )
        checkpoints = try CheckpointSettings(fields)
        validation = try ValidationSettings(fields)
        seed = try fields.seed("Seed of weights, noise and data order.")
        try fields.require(
            component != .unet || base != nil,
            "base",
            "expected the base with autoencoder and clip that the unet stands on, found nothing; "
                + "name its folder or \"job:ID\""
        )
        try fields.require(
            !continuesBase || base != nil,
            "continue",
            "expected the base whose weights training goes on from, found nothing; name its folder "
                + "or \"job:ID\" as base, or leave this field out"
        )
        try fields.require(
            !freezesTextEncoder || component == .clip && base != nil,
            "freeze_text_encoder",
            "expected component \"clip\" and a base whose text encoder stays, found neither or one; "
                + "name both, or leave this field out"
        )
    }
}
