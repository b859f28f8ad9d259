internal import StableDiffusion
package import Tensors

/// All losses of one training step, as the ablation switches have them.
///
/// Samples whose reference picture was dropped take part in the denoising loss only: their features are
/// those of no picture, which belong to no subject.
package struct SubjectObjective: Sendable {
    /// Which losses take part.
    package var switches: AblationSwitches
    /// L_LDM.
    package var denoising = DenoisingLoss()
    /// L_c.
    package var semantic = CrossmodalSemanticContrast()
    /// L_m.
    package var appearance = MultiscaleAppearanceContrast()
    /// L_loc.
    package var location: LocationLoss
    /// λ₁ and λ₂.
    package var weights = TrainingObjective()

    /// Creates the objective.
    ///
    /// - Parameters:
    ///   - switches: Which losses take part.
    ///   - mapSide: The side at which attention is compared with masks, in cells: the latent's own, but
    ///     at most 64.
    package init(switches: AblationSwitches = .full, mapSide: Int) {
        self.switches = switches
        location = LocationLoss(side: mapSide)
    }

    /// The total and its parts.
    ///
    /// - Parameters:
    ///   - prediction: What the UNet predicted, `[N, H, W, C]`.
    ///   - target: What it should have predicted.
    ///   - conditioning: Of the batch; with a recorder if the location loss takes part.
    ///   - views: The positives; needed if the appearance contrast takes part.
    ///   - masks: Where the subjects are, `[N, h, w]`; needed if the location loss takes part.
    package func callAsFunction(
        prediction: Tensor,
        target: Tensor,
        batch: SubjectBatch,
        conditioning: SubjectConditioning,
        views: SubjectViews? = nil,
        masks: Tensor? = nil
    ) -> LossReport {
        let shown = batch.hasImage.indices.filter { batch.hasImage[$0] }
        let features = conditioning.features
        return weights(
            denoising: denoising(prediction, target: target),
            semantic: switches.semanticContrast
                ? semanticLoss(features, batch: batch, shown: shown) : nil,
            appearance: switches.appearanceContrast
                ? appearanceLoss(features, batch: batch, views: views, shown: shown) : nil,
            location: switches.locationLoss
                ? locationLoss(conditioning, batch: batch, masks: masks) : nil
        )
    }

    private func semanticLoss(
        _ features: MFIFeatures,
        batch: SubjectBatch,
        shown: [Int]
    ) -> Tensor? {
        guard let visual = features.visualClass, let textual = features.textualClass else {
            preconditionFailure("the semantic contrast needs both Q-Formers")
        }
        guard !shown.isEmpty else { return nil }
        return semantic(
            visual: visual.gathered(rows: shown),
            textual: textual.gathered(rows: shown),
            subjects: shown.map { batch.subjects[$0] }
        )
    }

    private func appearanceLoss(
        _ features: MFIFeatures,
        batch: SubjectBatch,
        views: SubjectViews?,
        shown: [Int]
    ) -> Tensor? {
        guard let anchors = features.components, let views else {
            preconditionFailure("the appearance contrast needs S⁺ and further views")
        }
        guard !shown.isEmpty else { return nil }
        let subjects = shown.map { batch.subjects[$0] }
        let positives = shown.map { $0 + batch.subjects.count }
        return appearance(
            features: concatenated(
                [anchors.gathered(rows: shown), views.components.gathered(rows: shown)],
                axis: 0
            ),
            appearance: views.appearance.gathered(rows: shown + positives),
            subjects: subjects + subjects,
            pairs: shown.indices.map { .init(anchor: $0, positive: $0 + shown.count) }
        )
    }

    private func locationLoss(
        _ conditioning: SubjectConditioning,
        batch: SubjectBatch,
        masks: Tensor?
    ) -> Tensor? {
        guard let recorder = conditioning.context.recorder, let masks else {
            preconditionFailure("the location loss needs recorded attention and masks")
        }
        return location(
            attention: recorder.maps(ofPlaceholder: 0),
            masks: masks,
            included: batch.hasPlaceholder
        )
    }
}
