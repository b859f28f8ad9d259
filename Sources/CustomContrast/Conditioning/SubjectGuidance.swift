package import StableDiffusion
package import Tensors

/// Conditions one sampling of a batch of pictures: asked for the context of each step, it follows where
/// the subjects are and confines the next step to it.
///
/// Batches are ordered as classifier-free guidance wants them: all pictures without the condition, then
/// all with it. Without guidance there is only the second half.
package struct SubjectGuidance {
    private let guided: GuidedPrompt
    private let pictureCount: Int
    private let usesLocationMask: Bool
    private var recorder: AttentionRecorder?
    /// Where each subject was at the last step, in the order of the prompt's placeholders.
    package private(set) var masks: [LocationMask]

    /// Starts a sampling.
    ///
    /// - Parameters:
    ///   - guided: The prepared prompt.
    ///   - pictureCount: How many pictures the batch has; they share the prompt and the timesteps.
    ///   - usesLocationMask: Whether subjects are confined to where they were at the step before.
    ///   - maskSide: The side of the masks in cells; at most the latent's own.
    package init(
        _ guided: GuidedPrompt,
        pictureCount: Int,
        usesLocationMask: Bool = true,
        maskSide: Int = 64
    ) {
        self.guided = guided
        self.pictureCount = pictureCount
        self.usesLocationMask = usesLocationMask && guided.placesSubjects
        masks = guided.subjects.map { _ in LocationMask(side: maskSide) }
    }

    /// SDXL's pooled text vectors for the whole batch.
    package var pooled: Tensor? { guided.pooled.map(perPicture) }

    /// What the UNet's cross-attention reads at a timestep (0…999). Call `observe()` after the pass.
    package mutating func context(timestep: Float) -> CrossAttentionContext {
        let step = guided.step(timestep: timestep)
        let regions = guided.subjects.indices.map(region(ofSubject:))
        let layerCount = step.subjects.map(\.count).max() ?? 0
        let visual = (0..<layerCount).map { layer in
            zip(step.subjects, regions).map { streams, region in
                let stream = streams[layer]
                return AttentionStream(
                    keys: perPicture(stream.keys),
                    values: perPicture(stream.values),
                    scale: stream.scale,
                    mask: region
                )
            }
        }
        recorder = usesLocationMask ? AttentionRecorder() : nil
        return CrossAttentionContext(
            text: step.text.map(perPicture),
            visual: visual,
            placeholders: guided.placesSubjects ? placeholders(regions: regions) : [],
            recorder: recorder
        )
    }

    /// Takes the masks of the next step from what the last pass attended to.
    package mutating func observe() {
        guard let recorder else { return }
        let conditional = guided.isGuided ? pictureCount..<2 * pictureCount : 0..<pictureCount
        for subject in masks.indices {
            let attention = recorder.maps(ofPlaceholder: subject)
            masks[subject].update(from: attention.map { $0.sliced(axis: 0, conditional) })
        }
        self.recorder = nil
    }

    /// Each subject's placeholder: its row in the conditional half only, and where it may be.
    private func placeholders(regions: [Tensor?]) -> [PlaceholderAttention] {
        zip(guided.prompt.placeholders, regions).map { placeholder, region in
            let absent = [Int?](repeating: nil, count: guided.isGuided ? pictureCount : 0)
            let present = [Int?](repeating: placeholder.position, count: pictureCount)
            return PlaceholderAttention(columns: absent + present, mask: region)
        }
    }

    /// Where a subject may appear in each sample of the batch, `[rows, h, w]`; `nil` for anywhere. Both
    /// halves of a guided batch get the same.
    private func region(ofSubject subject: Int) -> Tensor? {
        let given = guided.subjects[subject].region
        guard let seen = usesLocationMask ? masks[subject].current : nil else {
            return given.map { $0.repeated(rowCount, axis: 0) }
        }
        var region = seen
        if let given {
            let (height, width) = (seen.shape[1], seen.shape[2])
            let resized = resizedBilinear(
                given.reshaped(to: [1, given.shape[1], given.shape[2], 1]),
                height: height,
                width: width,
                antialiased: true
            )
            region = seen * resized.reshaped(to: [1, height, width])
        }
        return guided.isGuided ? concatenated([region, region], axis: 0) : region
    }

    private var rowCount: Int { guided.isGuided ? 2 * pictureCount : pictureCount }

    /// Each row repeated for all pictures: `[1 or 2, …]` to `[rows, …]`.
    private func perPicture(_ rows: Tensor) -> Tensor { rows.repeated(pictureCount, axis: 0) }
}
