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
