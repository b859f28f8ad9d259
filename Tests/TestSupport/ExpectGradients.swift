package import Tensors
package import Testing

/// Expects the tape's gradients of an operation to agree with finite differences, for every element of
/// every input.
///
/// The scalar differentiated is Σ w · f(inputs) with fixed weights w in −1…1, summed in double precision.
/// Differences are central and of fourth order: (8·(f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h. Also expects
/// each input's gradient to be the same when it is the only tracked one, so that the paths that skip
/// work for frozen inputs are covered.
///
/// - Parameters:
///   - operation: The operation under test, smooth within 2h of the inputs.
///   - inputs: Where to differentiate; keep them small, every element costs four evaluations.
///   - step: h, absolute.
///   - relativeTolerance: The largest accepted error relative to the largest gradient of that input.
package func expectGradients(
    of operation: ([Tensor]) -> Tensor,
    at inputs: [Tensor],
    step: Float = 0.02,
    relativeTolerance: Float = 2e-3,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let weights = Tensor.testValues(operation(inputs).shape, seed: 0x5EED)
    let together = gradients(of: operation, at: inputs, weights: weights) { _ in true }
    for (position, input) in inputs.enumerated() {
        let what = "the gradient of input \(position)"
        guard let gradient = together[position] else {
            Issue.record("\(what) is missing", sourceLocation: sourceLocation)
            continue
        }
        let numeric = differences(
            of: operation,
            at: inputs,
            position: position,
            weights: weights,
            step: step
        )
        expectClose(
            gradient,
            Tensor(numeric, shape: input.shape),
            relativeTolerance: relativeTolerance,
            what,
            sourceLocation: sourceLocation
        )
        let alone = gradients(of: operation, at: inputs, weights: weights) { $0 == position }
        guard let aloneGradient = alone[position] else {
            Issue.record("\(what), tracked alone, is missing", sourceLocation: sourceLocation)
            continue
        }
        expectClose(
            aloneGradient,
            gradient,
            relativeTolerance: 1e-5,
            "\(what), tracked alone,",
            sourceLocation: sourceLocation
        )
        #expect(
            alone.enumerated().allSatisfy { $0.offset == position || $0.element == nil },
            "an untracked input has a gradient",
            sourceLocation: sourceLocation
        )
    }
}

/// The tape's gradients of Σ weights · operation(inputs), `nil` for inputs that are not tracked.
private func gradients(
    of operation: ([Tensor]) -> Tensor,
    at inputs: [Tensor],
    weights: Tensor,
    tracking isTracked: (Int) -> Bool
) -> [Tensor?] {
    let leaves = inputs.enumerated().map { isTracked($0.offset) ? $0.element.asLeaf : $0.element }
    let output = Tape.record { operation(leaves) }
    let gradients = Gradients(of: output, seed: weights)
    return leaves.map { gradients[$0] }
}

/// The finite differences of Σ weights · operation(inputs) by one input.
private func differences(
    of operation: ([Tensor]) -> Tensor,
    at inputs: [Tensor],
    position: Int,
    weights: Tensor,
    step: Float
) -> [Float] {
    let weights = weights.values
    let shape = inputs[position].shape
    var values = inputs[position].values
    return values.indices.map { index in
        let original = values[index]
        defer { values[index] = original }
        func loss(at offset: Float) -> Double {
            values[index] = original + offset
            var moved = inputs
            moved[position] = Tensor(values, shape: shape)
            let output = operation(moved).values
            return zip(output, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let (near, far) = (
            loss(at: step) - loss(at: -step),
            loss(at: 2 * step) - loss(at: -2 * step)
        )
        return Float((8 * near - far) / (12 * Double(step)))
    }
}
