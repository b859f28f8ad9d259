package import CustomContrast
internal import StableDiffusion
internal import Tensors

/// What the UNet reads beside the latents of one picture: text alone, or text with subjects.
package struct PictureConditioning {
    private enum Source {
        case text(CrossAttentionContext)
        case subjects(SubjectGuidance)
    }

    private var source: Source
    /// SDXL's pooled text and sizes; `nil` for other bases.
    let added: AddedConditioning?

    /// Creates the conditioning of a prompt without subjects.
    ///
    /// - Parameters:
    ///   - conditional: Of the prompt.
    ///   - unconditional: Of the negative prompt; `nil` without guidance.
    ///   - timeIDs: SDXL's six sizes; ignored by other bases.
    package init(
        conditional: PromptEmbedding,
        unconditional: PromptEmbedding?,
        timeIDs: [Float]
    ) {
        let tokens = [unconditional?.tokens, conditional.tokens].compactMap(\.self)
        let pooled = [unconditional?.pooled, conditional.pooled].compactMap(\.self)
        source = .text(CrossAttentionContext(text: [concatenated(tokens, axis: 0)]))
        added = pooled.isEmpty ? nil : AddedConditioning(concatenated(pooled, axis: 0), timeIDs)
    }

    /// Creates the conditioning of a prompt with subjects.
    package init(_ guidance: SubjectGuidance, timeIDs: [Float]) {
        source = .subjects(guidance)
        added = guidance.pooled.map { AddedConditioning($0, timeIDs) }
    }

    /// What cross-attention reads at a timestep.
    mutating func context(timestep: Float) -> CrossAttentionContext {
        switch source {
        case .text(let context): return context
        case .subjects(var guidance):
            let context = guidance.context(timestep: timestep)
            source = .subjects(guidance)
            return context
        }
    }

    /// Takes the location masks of the next step from the last one.
    mutating func observe() {
        guard case .subjects(var guidance) = source else { return }
        guidance.observe()
        source = .subjects(guidance)
    }

    /// Where each subject was at the last step.
    var masks: [LocationMask] {
        guard case .subjects(let guidance) = source else { return [] }
        return guidance.masks
    }
}

extension AddedConditioning {
    /// The same six sizes for every row of `pooled`, `[N, e]`.
    init(_ pooled: Tensor, _ timeIDs: [Float]) {
        self.init(
            pooledTextEmbedding: pooled,
            timeIDs: Array(repeating: timeIDs, count: pooled.shape[0])
        )
    }
}
