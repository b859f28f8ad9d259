package import Tensors

/// The loss of one micro-batch and what it is made of.
package struct TrainingLoss {
    /// The scalar whose gradient is followed.
    package let total: Tensor
    /// The parts by metric name, such as `loss/denoising`, unweighted.
    package let parts: [(name: String, value: Float)]
    /// How long the step waited for its data.
    package let dataWait: Duration

    package init(
        total: Tensor,
        parts: [(name: String, value: Float)] = [],
        dataWait: Duration = .zero
    ) {
        self.total = total
        self.parts = parts
        self.dataWait = dataWait
    }
}
