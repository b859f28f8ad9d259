internal import Kernels
package import Layers
package import Tensors

/// Averages of parameters over the steps of a training, which often make better pictures than the last
/// values do.
///
/// Matches diffusers `EMAModel` without warm-up power: the *n*-th update keeps the share
/// min(decay, n / (n + 9)) of the old averages, the first none.
package final class ExponentialMovingAverage {
    /// The parameters that are averaged; their names differ.
    package let parameters: [Parameter]
    private let decay: Float
    private var averages: [[Float]]
    private var updateCount = 0

    /// Creates averages that equal the current values.
    ///
    /// - Parameters:
    ///   - parameters: What to average.
    ///   - decay: The largest memory, in 0..<1.
    package init(_ parameters: [Parameter], decay: Float = 0.9999) {
        precondition((0..<1).contains(decay), "the decay must be in 0..<1")
        self.parameters = parameters
        self.decay = decay
        averages = parameters.map { $0.tensor.values }
    }

    /// Takes in the parameters' values after one more step.
    package func update() {
        // diffusers counts from 0 at the first update: (1 + n) / (10 + n), and 0 before that.
        let memory = updateCount == 0 ? 0 : Float(1 + updateCount) / Float(10 + updateCount)
        updateCount += 1
        for index in parameters.indices {
            var average = averages[index].mutableSpan
            AveragingKernel.update(
                &average,
                towards: parameters[index].tensor.span,
                decay: min(decay, memory)
            )
        }
    }

    /// Runs `body` while the parameters have the averages as values, as for a validation picture.
    package func withAverages<Result>(_ body: () throws -> Result) rethrows -> Result {
        let current = parameters.map(\.tensor)
        defer {
            for (parameter, value) in zip(parameters, current) { parameter.update(to: value) }
        }
        for (parameter, average) in zip(parameters, averages) {
            parameter.update(to: Tensor(average, shape: parameter.shape))
        }
        return try body()
    }

    /// What has to be stored to go on later: the averages by the parameters' names, and `update_count`.
    package var state: [String: Tensor] {
        var state = ["update_count": Tensor(Float(updateCount))]
        for (parameter, average) in zip(parameters, averages) {
            state[parameter.name] = Tensor(average, shape: parameter.shape)
        }
        return state
    }

    /// Replaces the averages by a stored `state`.
    ///
    /// - Throws: `WeightError` if something is missing or has another shape; then nothing changes.
    package func restore(from scope: ParameterScope) throws {
        let count = try scope.parameter("update_count", shape: [], initialization: .zeros)
        averages = try parameters.map { parameter in
            try scope.parameter(parameter.name, shape: parameter.shape, initialization: .zeros)
                .tensor.values
        }
        updateCount = Int(count.tensor.scalar)
    }
}
