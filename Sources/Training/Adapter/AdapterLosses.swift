internal import CLIP
package import CustomContrast
internal import Datasets
internal import Imaging
package import StableDiffusion
internal import Tensors

/// The losses of an adapter's training that are switched on, with their weights.
package struct AdapterLosses: Sendable {
    private let objective: TrainingObjective
    private let semantic: CrossmodalSemanticContrast?
    private let appearance: MultiscaleAppearanceContrast?
    private let location: LocationLoss?
    /// How errors at different timesteps are weighted; `nil` for all the same.
    let weighting: MinSNRWeighting?

    /// What a batch offers the losses besides the prediction.
    struct Batch {
        let samples: [ViewPair]
        let hasImage: [Bool]
        let hasPlaceholder: [Bool]
        let timesteps: [Float]
        let references: CLIPVisionOutput
        let features: MFIFeatures
        let recorder: AttentionRecorder?
        /// What each sample's denoising error counts; `nil` for the same.
        let denoisingWeights: [Float]?

        /// The samples whose reference was not dropped: those that contrasts compare.
        var seen: [Int] { hasImage.indices.filter { hasImage[$0] } }
    }

    /// Creates the losses; one that is `nil` is switched off.
    package init(
        objective: TrainingObjective,
        semantic: CrossmodalSemanticContrast?,
        appearance: MultiscaleAppearanceContrast?,
        location: LocationLoss?,
        weighting: MinSNRWeighting? = nil
    ) {
        self.objective = objective
        self.semantic = semantic
        self.appearance = appearance
        self.location = location
        self.weighting = weighting
    }

    /// Whether attention has to be recorded.
    var usesLocation: Bool { location != nil }

    /// Equation 9 of a batch.
    func callAsFunction(
        predicted: Tensor,
        target: Tensor,
        batch: Batch,
        conditioner: SubjectConditioner,
        imageEncoder: ImageEncoder
    ) throws -> LossReport {
        let errors = DenoisingLoss().errors(predicted, target: target)
        let appearance = try appearanceLoss(batch, conditioner, imageEncoder)
        var report = objective(
            denoising: DenoisingLoss().mean(ofErrors: errors, weights: batch.denoisingWeights),
            semantic: semanticLoss(batch),
            appearance: appearance?.loss,
            location: locationLoss(batch)
        )
        report.clampedShare = appearance?.clampedShare
        report.denoising = errors.mean()
        return report
    }

    /// L_c of the samples with a picture.
    private func semanticLoss(_ batch: Batch) -> Tensor? {
        guard let semantic, let visual = batch.features.visualClass,
            let textual = batch.features.textualClass, !batch.seen.isEmpty
        else { return nil }
        return semantic(
            visual: visual.gathered(rows: batch.seen),
            textual: textual.gathered(rows: batch.seen),
            subjects: batch.seen.map { batch.samples[$0].subject }
        )
    }

    /// L_m, and how often its floor counts: anchors are the samples with a picture, positives their other views
    /// at the same timestep.
    private func appearanceLoss(
        _ batch: Batch,
        _ conditioner: SubjectConditioner,
        _ imageEncoder: ImageEncoder
    ) throws -> (loss: Tensor, clampedShare: Float)? {
        guard let appearance, let components = batch.features.components, !batch.seen.isEmpty
        else { return nil }
        let anchors = batch.seen.map { batch.samples[$0] }
        let positives = imageEncoder(anchors.map(\.positive))
        guard
            let positiveComponents = try conditioner.components(
                ofViews: conditioner.adapter.encoder.imageFeatures(of: positives),
                timesteps: batch.seen.map { batch.timesteps[$0] }
            )
        else { return nil }
        let embeddings = concatenated(
            [batch.references.imageEmbeds.gathered(rows: batch.seen), positives.imageEmbeds],
            axis: 0
        )
        let subjects = anchors.map(\.subject) + anchors.map(\.subject)
        let pairs = anchors.indices.map {
            MultiscaleAppearanceContrast.Pair(anchor: $0, positive: $0 + anchors.count)
        }
        let loss = appearance(
            features: concatenated(
                [components.gathered(rows: batch.seen), positiveComponents],
                axis: 0
            ),
            appearance: embeddings,
            subjects: subjects,
            pairs: pairs
        )
        let share = appearance.clampedShare(
            appearance: embeddings,
            subjects: subjects,
            pairs: pairs
        )
        return loss.map { ($0, share) }
    }

    /// L_loc of the samples whose placeholder holds the subject.
    private func locationLoss(_ batch: Batch) -> Tensor? {
        guard let location, let recorder = batch.recorder else { return nil }
        let masks = batch.samples.map { sample in
            Tensor(sample.mask.floats, shape: [1, sample.mask.height, sample.mask.width])
        }
        return location(
            attention: recorder.maps(ofPlaceholder: 0),
            masks: concatenated(masks, axis: 0),
            included: batch.hasPlaceholder
        )
    }
}
