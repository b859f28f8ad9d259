/// A named tensor that a model owns and an optimizer may change.
///
/// A class without locks, and not `Sendable`: models live on the one thread that computes with them.
package final class Parameter {
    /// The key in the checkpoint, such as `down_blocks.0.resnets.1.conv1.weight`.
    package let name: String
    /// Whether gradients are computed for it. A frozen parameter is a constant of the tape.
    package var isTrainable: Bool {
        didSet { tensor = isTrainable ? tensor.asLeaf : tensor.detached }
    }
    /// Numbers that matrix products with it take, as far as its layer is one.
    package let precision: ProductPrecision
    /// The current value: a leaf of the tape when trainable.
    package private(set) var tensor: Tensor

    /// Creates a parameter with its first value.
    package init(
        name: String,
        value: Tensor,
        isTrainable: Bool = false,
        precision: ProductPrecision = .float32
    ) {
        self.name = name
        self.precision = precision
        self.isTrainable = isTrainable
        tensor = isTrainable ? value.asLeaf : value.detached
    }

    /// The extents, which never change.
    package var shape: Shape { tensor.shape }

    /// Gives back the memory of what can be had again: packed forms, and what a file has as well.
    ///
    /// For models whose stage of a job is over; their next use reads and packs the weights again.
    package func reclaimMemory() { tensor.storage.reclaim() }

    /// Replaces the value by one of the same shape.
    package func update(to value: Tensor) {
        precondition(value.shape == shape, "\(name) is \(shape), not \(value.shape)")
        tensor = isTrainable ? value.asLeaf : value.detached
    }
}
