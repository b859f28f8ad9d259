package import Tensors

/// What the cross-attention layers of one UNet pass attend to.
///
/// Layers are numbered in the order in which they run, from 0; see `CrossAttentionLayer`.
package struct CrossAttentionContext {
    /// The text's embeddings `[N, T, D]`: one for all layers, or one for each.
    package var text: [Tensor]
    /// Further token streams per layer, whose attention is added to the text's; empty for none.
    package var visual: [[AttentionStream]]
    /// Tokens of the text whose attention is looked at or masked.
    package var placeholders: [PlaceholderAttention]
    /// Where the placeholders' attention is collected; `nil` to collect nothing.
    package var recorder: AttentionRecorder?

    /// Creates a context.
    package init(
        text: [Tensor],
        visual: [[AttentionStream]] = [],
        placeholders: [PlaceholderAttention] = [],
        recorder: AttentionRecorder? = nil
    ) {
        self.text = text
        self.visual = visual
        self.placeholders = placeholders
        self.recorder = recorder
    }

    /// Creates a context of nothing but one text for all layers.
    package init(text: Tensor) { self.init(text: [text]) }

    /// What one layer attends to.
    func layer(_ index: Int) -> LayerContext {
        LayerContext(
            text: text.count == 1 ? text[0] : text[index],
            visual: visual.isEmpty ? [] : visual[index],
            placeholders: placeholders
        )
    }

    /// Traps unless there is something for each of `count` layers.
    func check(layerCount count: Int) {
        precondition(
            text.count == 1 || text.count == count,
            "\(text.count) texts for \(count) cross-attention layers"
        )
        precondition(
            visual.isEmpty || visual.count == count,
            "visual streams for \(visual.count) of \(count) cross-attention layers"
        )
    }
}
