internal import StableDiffusion
internal import Tensors

/// The method as pipelines see it: subjects and prompts in, what the UNet's cross-attention reads out.
///
/// Training asks for `conditioning(of:)` once per batch; a sampling makes a `SubjectGuidance` once and
/// asks it at each timestep.
package struct SubjectConditioner {
    /// The adapter that encodes and injects subjects.
    package let adapter: SubjectAdapter
    /// The base model's text encoders.
    package let prompts: PromptEncoder

    /// Creates the conditioner of a base model and an adapter.
    package init(adapter: SubjectAdapter, prompts: PromptEncoder) {
        self.adapter = adapter
        self.prompts = prompts
    }

    /// A prompt with the adapter's placeholder for each of the class nouns in it.
    package func prompt(
        _ caption: String,
        nouns: [String]
    ) throws(SubjectPromptError) -> SubjectPrompt {
        try prompts.prompt(caption, nouns: nouns, placement: adapter.placement)
    }

    /// The cross-attention streams of subject tokens `[N, m, d]`: per layer, γ·softmax(QKᵛ)Vᵛ.
    func streams(of tokens: Tensor, scale: Float) -> [AttentionStream] {
        guard let crossAttention = adapter.crossAttention else { return [] }
        return crossAttention.keysAndValues(of: tokens).map { keys, values in
            AttentionStream(keys: keys, values: values, scale: scale, mask: nil)
        }
    }

    /// One text per layer from one per component.
    func textPerLayer(_ components: [Tensor]) -> [Tensor] {
        guard let componentOfLayer = adapter.componentOfLayer else { return components }
        return componentOfLayer.map { components[$0] }
    }
}
