package import Tensors

/// What one kind of training adds to the loop: its parameters and its loss.
///
/// Everything random or shuffled is a function of the step alone, so a resumed training needs no state
/// besides the parameters, the optimizer and the step.
package protocol TrainingTask: AnyObject {
    /// The parameters to train, in an order that never changes.
    var parameters: [Parameter] { get }

    /// The recorded loss of one micro-batch.
    ///
    /// - Parameters:
    ///   - step: The optimizer step the batch belongs to, from 0.
    ///   - microBatch: The batch within the step, below `gradientAccumulationSteps`. Calls come in order.
    func loss(step: Int, microBatch: Int) throws -> TrainingLoss
}

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
