package import Tensors

/// The part of a picture that a Q-Former's layers read, each as keys and values.
package struct QFormerMedia: Sendable {
    /// Per layer, `[N, T, 2·inner]`.
    package let keysAndValues: [Tensor]
}
