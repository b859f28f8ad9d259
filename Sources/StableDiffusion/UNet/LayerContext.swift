internal import Tensors

/// What one cross-attention layer attends to.
struct LayerContext {
    /// `[N, T, D]`.
    var text: Tensor
    var visual: [AttentionStream]
    var placeholders: [PlaceholderAttention]
    /// Whether the layer returns the placeholders' maps.
    var collectsMaps = false

    /// All tensors, in a fixed order.
    var tensors: [Tensor] {
        let streams = visual.flatMap { [$0.keys, $0.values] + ($0.mask.map { [$0] } ?? []) }
        return [text] + streams + placeholders.compactMap(\.mask)
    }

    /// The same context with other tensors, in the order of `tensors`.
    func replacing(_ tensors: some Collection<Tensor>) -> LayerContext {
        var copy = self
        var rest = tensors.makeIterator()
        func replace(_ tensor: inout Tensor) {
            guard let next = rest.next() else { preconditionFailure("tensors are missing") }
            tensor = next
        }
        func replace(_ tensor: inout Tensor?) {
            if tensor != nil { tensor = rest.next() }
        }
        replace(&copy.text)
        for index in copy.visual.indices {
            replace(&copy.visual[index].keys)
            replace(&copy.visual[index].values)
            replace(&copy.visual[index].mask)
        }
        for index in copy.placeholders.indices { replace(&copy.placeholders[index].mask) }
        return copy
    }
}
