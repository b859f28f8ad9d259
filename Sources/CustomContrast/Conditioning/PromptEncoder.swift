package import CLIP
package import Tensors

/// The text encoders of a base model, with the tokenizers they were trained with.
///
/// Stable Diffusion 1.5 has one and reads its last hidden state; SDXL has two, reads the states before
/// the last layer side by side, and takes a pooled vector from the second.
package struct PromptEncoder {
    /// The hidden state a base model reads.
    package enum HiddenState: Sendable {
        /// Of the last layer, after the final layer norm.
        case last
        /// Of the layer before, without the final layer norm.
        case penultimate
    }

    /// One text encoder.
    package struct Stage {
        package let tokenizer: CLIPTokenizer
        package let model: CLIPTextModel
        package let hiddenState: HiddenState

        /// Creates a stage.
        package init(tokenizer: CLIPTokenizer, model: CLIPTextModel, hiddenState: HiddenState) {
            self.tokenizer = tokenizer
            self.model = model
            self.hiddenState = hiddenState
        }

        /// The state of `output` that the base model reads.
        func tokens(of output: CLIPTextOutput) -> Tensor {
            switch hiddenState {
            case .last: output.lastHiddenState
            case .penultimate: output.penultimateHiddenState
            }
        }
    }

    /// The text encoders, in the order in which their states are joined.
    package let stages: [Stage]

    /// Creates the encoder of a base model.
    package init(stages: [Stage]) {
        precondition(!stages.isEmpty, "a base model has a text encoder")
        self.stages = stages
    }

    /// The same encoders, whose layers forget their activations and run again for gradients.
    package func checkpointing() -> PromptEncoder {
        PromptEncoder(
            stages: stages.map { stage in
                var model = stage.model
                model.checkpointsActivations = true
                return Stage(
                    tokenizer: stage.tokenizer,
                    model: model,
                    hiddenState: stage.hiddenState
                )
            }
        )
    }

    /// A prompt that names no subject.
    package func prompt(_ caption: String) -> SubjectPrompt {
        SubjectPrompt(caption, tokenizers: stages.map(\.tokenizer))
    }

    /// A prompt with a placeholder for each of the class nouns in it.
    package func prompt(
        _ caption: String,
        nouns: [String],
        placement: PlaceholderPlacement = .replace
    ) throws(SubjectPromptError) -> SubjectPrompt {
        try SubjectPrompt(
            caption,
            nouns: nouns,
            placement: placement,
            tokenizers: stages.map(\.tokenizer)
        )
    }

    /// The captions as written, without any subject feature.
    package func encode(_ prompts: [SubjectPrompt]) -> PromptEmbedding {
        let outputs = stages.indices.map { output(of: prompts, stage: $0) }
        return PromptEmbedding(
            tokens: concatenated(zip(stages, outputs).map { $0.tokens(of: $1) }, axis: 2),
            pooled: hasPooled ? outputs.last?.textEmbeds : nil
        )
    }

    /// SDXL's pooled vectors of the captions as written, `[N, e]`; `nil` for other bases.
    package func pooled(_ prompts: [SubjectPrompt]) -> Tensor? {
        hasPooled ? output(of: prompts, stage: stages.count - 1).textEmbeds : nil
    }

    /// Whether the base takes a pooled vector: it is SDXL, with two text encoders.
    private var hasPooled: Bool { stages.count > 1 }

    private func output(of prompts: [SubjectPrompt], stage: Int) -> CLIPTextOutput {
        stages[stage].model(ids: prompts.map { $0.plain[stage].ids })
    }
}
