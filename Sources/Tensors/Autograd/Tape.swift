/// What decides whether operations are recorded for their gradients.
///
/// Recording is off unless inside `Tape.record`, so inference keeps no activation alive. An operation is
/// recorded when one of its inputs is a leaf or was computed from one; frozen inputs cost nothing.
///
/// Gradients are *added*: a value used twice receives the sum. Every rule adds, none assigns.
package enum Tape {
    /// Whether operations on tracked tensors are being recorded.
    @TaskLocal package static var isRecording = false

    /// Runs `body` with recording on.
    package static func record<Result>(_ body: () throws -> Result) rethrows -> Result {
        try $isRecording.withValue(true) { try body() }
    }

    /// Runs `body` with recording off, as for a validation picture in the middle of a training.
    package static func pause<Result>(_ body: () throws -> Result) rethrows -> Result {
        try $isRecording.withValue(false) { try body() }
    }
}

extension Tensor {
    /// Whether operations on the tensor reach a leaf.
    package var isTracked: Bool { entry != nil }

    /// The same values as a new leaf of the tape.
    package var asLeaf: Tensor { placed(at: TapeEntry()) }

    /// The same values, recorded with one rule per tracked input; build the inputs with `TapeInput`.
    ///
    /// Each rule gets the gradient of this value and returns the gradient of its input, of that input's
    /// shape. Rules of untracked inputs are dropped here, and with them what they captured.
    func recorded(_ inputs: TapeInput?...) -> Tensor {
        let tracked = inputs.compactMap(\.self)
        guard Tape.isRecording, !tracked.isEmpty else { return self }
        let entry = TapeEntry(inputs: tracked.map(\.entry)) { upstream, gradients in
            for input in tracked { gradients.add(input.gradient(upstream), to: input.entry) }
        }
        return placed(at: entry)
    }

    /// The same values, recorded with one rule for several inputs whose gradients share work.
    ///
    /// `rule` gets the gradient of this value and returns one gradient per element of `inputs`; those
    /// of untracked inputs are ignored and may be `nil`.
    func recorded(
        jointlyFrom inputs: [Tensor],
        rule: @escaping @Sendable (Tensor) -> [Tensor?]
    ) -> Tensor {
        let entries = inputs.map(\.entry)
        let tracked = entries.compactMap(\.self)
        guard Tape.isRecording, !tracked.isEmpty else { return self }
        let entry = TapeEntry(inputs: tracked) { upstream, gradients in
            for (entry, gradient) in zip(entries, rule(upstream)) {
                if let entry, let gradient { gradients.add(gradient, to: entry) }
            }
        }
        return placed(at: entry)
    }
}

/// A tracked input of an operation and the rule that gives its gradient.
struct TapeInput: Sendable {
    let entry: TapeEntry
    let gradient: @Sendable (Tensor) -> Tensor

    /// Creates the input, or nothing if `tensor` is not tracked or nothing records.
    init?(_ tensor: Tensor, gradient: @escaping @Sendable (_ upstream: Tensor) -> Tensor) {
        guard Tape.isRecording, let entry = tensor.entry else { return nil }
        self.entry = entry
        self.gradient = gradient
    }
}
