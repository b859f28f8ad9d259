package import Tensors

/// An affine map of the last axis: x · Wᵀ + b.
///
/// Matches PyTorch `Linear`.
package struct Linear {
    /// W, `[output, input]`.
    package let weight: Parameter
    /// b, `[output]`; `nil` for a linear map.
    package let bias: Parameter?

    /// Reads or initialises the layer.
    ///
    /// - Parameters:
    ///   - scope: Where `weight` and `bias` are.
    ///   - inputSize: The extent of the last axis of the input.
    ///   - outputSize: The extent of the last axis of the output.
    ///   - hasBias: Whether there is a bias.
    ///   - initialization: The weight's first values; `nil` for PyTorch's, which the bias then gets too,
    ///     instead of zeros.
    package init(
        _ scope: ParameterScope,
        from inputSize: Int,
        to outputSize: Int,
        bias hasBias: Bool = true,
        initialization: Initialization? = nil
    ) throws {
        let usual = Initialization.kaimingUniform(fanIn: inputSize)
        weight = try scope.parameter(
            "weight",
            shape: [outputSize, inputSize],
            initialization: initialization ?? usual
        )
        bias =
            hasBias
            ? try scope.parameter(
                "bias",
                shape: [outputSize],
                initialization: initialization == nil ? usual : .zeros
            )
            : nil
    }

    /// Applies the layer to `[…, input]`, which becomes `[…, output]`.
    package func callAsFunction(_ x: Tensor) -> Tensor {
        linear(x, weight: weight.tensor, bias: bias?.tensor, precision: weight.precision)
            .seen(from: weight)
    }
}
