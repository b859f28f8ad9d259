internal import Kernels
package import Tensors

/// The gradients of a list of parameters, summed over the parts of a batch.
package struct GradientSum {
    /// The parameters, in the order of the gradients.
    package let parameters: [Parameter]
    private var sums: [Tensor?]

    /// Creates a sum of nothing.
    package init(of parameters: [Parameter]) {
        self.parameters = parameters
        sums = Array(repeating: nil, count: parameters.count)
    }

    /// Creates the gradients of one loss.
    package init(of parameters: [Parameter], _ gradients: Gradients) {
        self.init(of: parameters)
        add(gradients)
    }

    /// Adds the gradients of one part of a batch, times the part's weight.
    package mutating func add(_ gradients: Gradients, weight: Float = 1) {
        for (index, parameter) in parameters.enumerated() {
            guard let gradient = gradients[parameter] else { continue }
            let weighted = weight == 1 ? gradient : gradient * weight
            sums[index] = sums[index].map { $0 + weighted } ?? weighted
        }
    }

    /// The gradient of the parameter at a place of `parameters`; `nil` if no loss depended on it.
    package subscript(index: Int) -> Tensor? { sums[index] }

    /// The length of all gradients taken as one vector; not finite if any of their values is not.
    package var globalNorm: Double {
        sums.reduce(0) { $0 + ($1.map { SumOfSquaresKernel.sumOfSquares($0.span) } ?? 0) }
            .squareRoot()
    }
}
