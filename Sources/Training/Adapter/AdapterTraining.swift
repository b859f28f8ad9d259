internal import CLIP
package import CustomContrast
package import Datasets
internal import Imaging
internal import StableDiffusion
package import Tensors

/// Trains a CustomContrast adapter over a frozen base: equation 9 of the paper on a batch of subjects seen
/// from several sides.
package final class AdapterTraining: TrainingTask {
    private let base: FrozenBase
    private let conditioner: SubjectConditioner
    private let losses: AdapterLosses
    private let drops: ConditionDrops
    private let views: BatchStream<ViewPair>
    private let seed: UInt64
    private let blankFeatures: Tensor
    package let parameters: [Parameter]

    /// Creates the task.
    ///
    /// - Parameters:
    ///   - base: The models that stay as they are.
    ///   - conditioner: With a trainable adapter.
    ///   - seed: Of noise, timesteps and dropped conditions.
    package init(
        base: FrozenBase,
        conditioner: SubjectConditioner,
        losses: AdapterLosses,
        drops: ConditionDrops,
        views: BatchStream<ViewPair>,
        seed: UInt64
    ) throws {
        self.base = base
        self.conditioner = conditioner
        self.losses = losses
        self.drops = drops
        self.views = views
        self.seed = seed
        blankFeatures = try conditioner.adapter.encoder.blankFeatures(base.imageEncoder.model)
        parameters = conditioner.adapter.trainableParameters
    }

    package func loss(step: Int, microBatch: Int) throws -> TrainingLoss {
        let (samples, dataWait) = try views.next()
        var random = PhiloxSource(seed: seed, step: step, microBatch: microBatch)
        let kept = samples.map { _ in drops.draw(from: &random) }
        let timesteps = samples.map { _ in random.integer(below: base.schedule.timestepCount) }

        let latents = base.latents(of: samples.map(\.image), random: &random)
        let noise = random.normal(latents.shape)
        let noisy = base.schedule.noisy(latents, noise: noise, timesteps: timesteps)
        let references = base.imageEncoder(samples.map(\.reference))

        let recorder = losses.usesLocation ? AttentionRecorder() : nil
        let conditioning = conditioner.conditioning(
            of: SubjectBatch(
                prompts: try zip(samples, kept).map { sample, kept in
                    kept.text
                        ? try conditioner.prompt(sample.caption, nouns: [sample.className])
                        : conditioner.prompts.prompt("")
                },
                imageFeatures: try features(of: references, kept: kept.map(\.image)),
                hasImage: kept.map(\.image),
                timesteps: timesteps.map(Float.init)
            ),
            recorder: recorder
        )
        let predicted = base.unet(
            noisy,
            timesteps: timesteps.map(Float.init),
            context: conditioning.context,
            added: base.added(conditioning.pooled)
        )
        let report = try losses(
            predicted: predicted,
            target: base.schedule.target(
                of: base.predictionType,
                clean: latents,
                noise: noise,
                timesteps: timesteps
            ),
            batch: AdapterLosses.Batch(
                samples: samples,
                hasImage: kept.map(\.image),
                hasPlaceholder: kept.map { $0.image && $0.text },
                timesteps: timesteps.map(Float.init),
                references: references,
                features: conditioning.features,
                recorder: recorder,
                denoisingWeights: losses.weighting?.weights(
                    at: timesteps,
                    of: base.predictionType,
                    in: base.schedule
                )
            ),
            conditioner: conditioner,
            imageEncoder: base.imageEncoder
        )
        return TrainingLoss(total: report.total, parts: report.parts, dataWait: dataWait)
    }

    /// The encoder's features of each reference, or of no picture where it was dropped.
    private func features(of references: CLIPVisionOutput, kept: [Bool]) throws -> Tensor {
        let features = try conditioner.adapter.encoder.imageFeatures(of: references)
        return concatenated(
            kept.indices.map { kept[$0] ? features.sliced(axis: 0, $0..<$0 + 1) : blankFeatures },
            axis: 0
        )
    }
}
