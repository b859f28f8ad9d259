internal import Synchronization

/// One recorded operation, or a leaf: immutable, so that tensors which refer to it stay `Sendable`.
///
/// An entry lives as long as a tensor computed from it, so what no loss depends on is forgotten at once.
package final class TapeEntry: Sendable {
    /// Turns the gradient of the output into gradients of the inputs and adds them.
    package typealias GradientRule = @Sendable (Tensor, inout GradientAccumulator) -> Void

    private static let nextSerial = Atomic<UInt64>(0)

    /// Rises with every entry: inputs are older than what is computed from them.
    let serial: UInt64
    /// The entries of the tracked inputs.
    let inputs: [TapeEntry]
    /// `nil` for a leaf.
    let rule: GradientRule?

    init(inputs: [TapeEntry] = [], rule: GradientRule? = nil) {
        serial = TapeEntry.nextSerial.wrappingAdd(1, ordering: .relaxed).oldValue
        self.inputs = inputs
        self.rule = rule
    }
}
