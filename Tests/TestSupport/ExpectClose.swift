package import Tensors
package import Testing

/// Expects two whole tensors to agree: max|actual − reference| ≤ tolerance · max|reference|.
///
/// A failure names the worst position. Shapes must be equal and all values finite.
///
/// - Parameters:
///   - actual: What the code under test computed.
///   - reference: What it should be.
///   - relativeTolerance: The largest accepted relative error.
///   - what: A name for the failure's message.
package func expectClose(
    _ actual: Tensor,
    _ reference: Tensor,
    relativeTolerance: Float = 1e-4,
    _ what: String = "the tensor",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard actual.shape == reference.shape else {
        Issue.record(
            "\(what) has shape \(actual.shape), not \(reference.shape)",
            sourceLocation: sourceLocation
        )
        return
    }
    expectClose(
        actual.values,
        reference.values,
        shape: reference.shape,
        relativeTolerance: relativeTolerance,
        what,
        sourceLocation: sourceLocation
    )
}

/// Expects two whole arrays of values to agree: max|actual − reference| ≤ tolerance · max|reference|.
package func expectClose(
    _ actual: [Float],
    _ reference: [Float],
    shape: Shape? = nil,
    relativeTolerance: Float = 1e-4,
    _ what: String = "the values",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard actual.count == reference.count else {
        Issue.record(
            "\(what): \(actual.count) values, not \(reference.count)",
            sourceLocation: sourceLocation
        )
        return
    }
    let scale = reference.reduce(0) { max($0, abs($1)) }
    var worst = 0
    var worstError: Float = -1
    for (index, (mine, theirs)) in zip(actual, reference).enumerated() {
        let error = abs(mine - theirs)
        // A comparison with NaN is false, so this finds it.
        if !(error <= worstError) {
            worst = index
            worstError = error
            if !error.isFinite { break }
        }
    }
    guard !(worstError <= relativeTolerance * scale) else { return }
    guard !actual.isEmpty else { return }
    let position = (shape ?? [reference.count]).coordinates(of: worst)
    Issue.record(
        """
        \(what) differs by \(worstError / scale) of its largest magnitude \(scale), more than \
        \(relativeTolerance); worst at \(position): \(actual[worst]), not \(reference[worst])
        """,
        sourceLocation: sourceLocation
    )
}

extension Shape {
    /// The coordinates of the element with a row-major index.
    fileprivate func coordinates(of index: Int) -> [Int] {
        zip(self, strides).map { extent, stride in index / stride % extent }
    }
}
