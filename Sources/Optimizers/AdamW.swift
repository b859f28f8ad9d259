internal import Kernels
package import Layers
package import Tensors

/// Adam with decoupled weight decay (Loshchilov, Hutter, arXiv 1711.05101, Algorithm 2).
///
/// Matches PyTorch `AdamW` (amsgrad off). A parameter without a gradient in a step is left as it is, and
/// its own count of steps does not rise.
package final class AdamW {
    /// What stays the same during a training.
    package struct Settings: Sendable, Equatable {
        /// β₁, in 0..<1: the memory of the gradient's mean.
        package var beta1: Double
        /// β₂, in 0..<1: the memory of the gradient's mean square.
        package var beta2: Double
        /// ε, above 0: added to the denominator.
        package var epsilon: Double
        /// The share of a value that is lost per step, times the learning rate.
        package var weightDecay: Double

        /// Creates settings; the defaults are PyTorch's.
        package init(
            beta1: Double = 0.9,
            beta2: Double = 0.999,
            epsilon: Double = 1e-8,
            weightDecay: Double = 0.01
        ) {
            precondition((0..<1).contains(beta1) && (0..<1).contains(beta2), "β must be in 0..<1")
            precondition(epsilon > 0 && weightDecay >= 0, "ε must be positive, decay not negative")
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.weightDecay = weightDecay
        }
    }

    /// What is remembered of one parameter.
    private struct Moments {
        var stepCount = 0
        var mean: [Float]
        var meanSquare: [Float]

        /// Takes in a gradient and returns the parameter's new value.
        mutating func step(
            _ coefficients: AdamWKernel.Coefficients,
            value: Tensor,
            gradient: Tensor,
            gradientScale: Float
        ) -> Tensor {
            func update(_ mean: inout [Float], _ meanSquare: inout [Float]) -> Tensor {
                Tensor(shape: value.shape) { output in
                    var mean = mean.mutableSpan
                    var meanSquare = meanSquare.mutableSpan
                    AdamWKernel.step(
                        coefficients,
                        values: value.span,
                        gradient: gradient.span,
                        gradientScale: gradientScale,
                        mean: &mean,
                        meanSquare: &meanSquare,
                        into: &output
                    )
                }
            }
            return update(&mean, &meanSquare)
        }
    }

    /// The parameters that are trained; their names differ.
    package let parameters: [Parameter]
    private let settings: Settings
    private var moments: [Moments]

    /// Creates an optimizer that remembers nothing yet.
    package init(_ parameters: [Parameter], settings: Settings = Settings()) {
        precondition(
            Set(parameters.map(\.name)).count == parameters.count,
            "two parameters have the same name"
        )
        self.parameters = parameters
        self.settings = settings
        moments = parameters.map { parameter in
            let zeros = [Float](repeating: 0, count: parameter.shape.elementCount)
            return Moments(mean: zeros, meanSquare: zeros)
        }
    }

    /// Changes the parameters by one step.
    ///
    /// - Parameters:
    ///   - gradients: Of the same parameters.
    ///   - learningRate: The size of this step.
    ///   - gradientScale: What the gradients are multiplied by first, as to clip them.
    package func step(
        _ gradients: GradientSum,
        learningRate: Double,
        gradientScale: Float = 1
    ) {
        precondition(
            gradients.parameters.elementsEqual(parameters, by: ===),
            "the gradients are of other parameters"
        )
        for index in parameters.indices {
            guard let gradient = gradients[index] else { continue }
            moments[index].stepCount += 1
            let coefficients = AdamWKernel.Coefficients(
                step: moments[index].stepCount,
                learningRate: learningRate,
                beta1: settings.beta1,
                beta2: settings.beta2,
                epsilon: settings.epsilon,
                weightDecay: settings.weightDecay
            )
            let value = moments[index].step(
                coefficients,
                value: parameters[index].tensor,
                gradient: gradient,
                gradientScale: gradientScale
            )
            parameters[index].update(to: value)
        }
    }
}

extension AdamW {
    /// What has to be stored to go on later: per parameter `exp_avg`, `exp_avg_sq` and `step`, by the
    /// parameter's name, as PyTorch calls them.
    package var state: [String: Tensor] {
        var state: [String: Tensor] = [:]
        for (parameter, moments) in zip(parameters, moments) {
            state["\(parameter.name).exp_avg"] = Tensor(moments.mean, shape: parameter.shape)
            state["\(parameter.name).exp_avg_sq"] = Tensor(
                moments.meanSquare,
                shape: parameter.shape
            )
            state["\(parameter.name).step"] = Tensor(Float(moments.stepCount))
        }
        return state
    }

    /// Replaces what is remembered by a stored `state`.
    ///
    /// - Throws: `WeightError` if something is missing or has another shape; then nothing changes.
    package func restore(from scope: ParameterScope) throws {
        moments = try parameters.map { parameter in
            func stored(_ name: String, shape: Shape) throws -> Tensor {
                try scope[parameter.name]
                    .parameter(name, shape: shape, initialization: .zeros).tensor
            }
            return Moments(
                stepCount: Int(try stored("step", shape: []).scalar),
                mean: try stored("exp_avg", shape: parameter.shape).values,
                meanSquare: try stored("exp_avg_sq", shape: parameter.shape).values
            )
        }
    }
}
