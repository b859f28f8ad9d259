/// Runs `block` without keeping its activations; the gradient pass runs it again.
///
/// Use it per transformer or residual block: memory falls to the blocks' inputs, time rises by one more
/// forward pass. `block` must be a pure function of `inputs` and of parameters.
///
/// - Parameters:
///   - inputs: The tensors the block reads, besides parameters.
///   - block: The computation; it may run on the same thread twice.
/// - Returns: The block's value, recorded as one entry.
package func checkpointed(
    _ inputs: [Tensor],
    _ block: @escaping ([Tensor]) -> Tensor
) -> Tensor {
    guard Tape.isRecording else { return block(inputs) }
    let output = Tape.pause { block(inputs) }
    // Models are confined to one thread and the gradient pass runs on it, so the block never crosses.
    nonisolated(unsafe) let block = block
    let entry = TapeEntry(inputs: inputs.compactMap(\.entry)) { upstream, gradients in
        let leaves = inputs.map { $0.isTracked ? $0.asLeaf : $0 }
        let again = Tape.record { unsafe block(leaves) }
        guard let last = again.entry else { return }
        gradients.propagate(from: last, seed: upstream)
        for (input, leaf) in zip(inputs, leaves) {
            guard let inputEntry = input.entry, let leafEntry = leaf.entry else { continue }
            if let gradient = gradients.take(leafEntry) { gradients.add(gradient, to: inputEntry) }
        }
    }
    return output.placed(at: entry)
}
