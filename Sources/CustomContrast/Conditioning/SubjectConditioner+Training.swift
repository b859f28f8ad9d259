package import StableDiffusion
package import Tensors

extension SubjectConditioner {
    /// The conditioning of a training batch, at each sample's own timestep, with γ = 1 and no mask.
    ///
    /// A sample without its picture keeps its class noun; a sample without text has no placeholder.
    ///
    /// - Parameter recorder: Collects the placeholder's attention for the location loss.
    package func conditioning(
        of batch: SubjectBatch,
        recorder: AttentionRecorder? = nil
    ) -> SubjectConditioning {
        let features = adapter.encoder(
            adapter.encoder.media(batch.imageFeatures),
            timesteps: batch.timesteps
        )
        let visual = features.subjectTokens.map { streams(of: $0, scale: 1) } ?? []
        var text: [Tensor]
        var placeholders: [PlaceholderAttention] = []
        if let components = features.components {
            let present = SubjectComponents(features: components, isPresent: batch.hasPlaceholder)
            text = textPerLayer(prompts.encode(batch.prompts, subjects: [present]))
            let columns = zip(batch.prompts, batch.hasPlaceholder).map { prompt, isPresent in
                isPresent ? prompt.placeholders[0].position : nil
            }
            placeholders = [PlaceholderAttention(columns: columns, mask: nil)]
        } else {
            text = [prompts.encode(batch.prompts).tokens]
        }
        let context = CrossAttentionContext(
            text: text,
            visual: visual.map { [$0] },
            placeholders: placeholders,
            recorder: recorder
        )
        return SubjectConditioning(
            context: context,
            features: features,
            pooled: prompts.pooled(batch.prompts)
        )
    }

    /// The S⁺ components `[N, l, d]` of further views of the batch's subjects, the positives of MACL, at
    /// the timesteps of their anchors; `nil` for an adapter without S⁺. The UNet is not involved.
    package func components(ofViews imageFeatures: Tensor, timesteps: [Float]) -> Tensor? {
        adapter.encoder(adapter.encoder.media(imageFeatures), timesteps: timesteps).components
    }
}
