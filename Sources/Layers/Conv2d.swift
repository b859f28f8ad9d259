package import Tensors

/// A convolution of pictures `[N, H, W, C]`.
///
/// Matches PyTorch `Conv2d` (groups 1, dilation 1); the weight keeps PyTorch's order of axes.
package struct Conv2d {
    /// `[output, input, height, width]`.
    package let weight: Parameter
    /// `[output]`, if any.
    package let bias: Parameter?
    private let stride: Int
    private let padding: Padding2d

    /// Reads or initialises the layer.
    ///
    /// - Parameters:
    ///   - scope: Where `weight` and `bias` are.
    ///   - inputChannels: The input's channels.
    ///   - outputChannels: The output's channels.
    ///   - kernel: The kernel's height and width.
    ///   - stride: The distance between outputs, in input pixels.
    ///   - padding: The zeros around the input.
    ///   - hasBias: Whether there is a bias.
    ///   - initialization: The weight's first values; `nil` for PyTorch's, which the bias then gets too,
    ///     instead of zeros.
    package init(
        _ scope: ParameterScope,
        from inputChannels: Int,
        to outputChannels: Int,
        kernel: Int,
        stride: Int = 1,
        padding: Padding2d = .zero,
        bias hasBias: Bool = true,
        initialization: Initialization? = nil
    ) throws {
        let usual = Initialization.kaimingUniform(fanIn: inputChannels * kernel * kernel)
        weight = try scope.parameter(
            "weight",
            shape: [outputChannels, inputChannels, kernel, kernel],
            initialization: initialization ?? usual
        )
        bias =
            hasBias
            ? try scope.parameter(
                "bias",
                shape: [outputChannels],
                initialization: initialization == nil ? usual : .zeros
            )
            : nil
        self.stride = stride
        self.padding = padding
    }

    /// Reads or initialises a layer with the same padding on all four sides.
    package init(
        _ scope: ParameterScope,
        from inputChannels: Int,
        to outputChannels: Int,
        kernel: Int,
        stride: Int = 1,
        padding: Int,
        bias hasBias: Bool = true,
        initialization: Initialization? = nil
    ) throws {
        try self.init(
            scope,
            from: inputChannels,
            to: outputChannels,
            kernel: kernel,
            stride: stride,
            padding: Padding2d(padding),
            bias: hasBias,
            initialization: initialization
        )
    }

    /// Convolves `[N, H, W, input]`.
    package func callAsFunction(_ x: Tensor) -> Tensor {
        convolution2d(
            x,
            weight: weight.tensor,
            bias: bias?.tensor,
            stride: stride,
            padding: padding,
            precision: weight.precision
        )
        .seen(from: weight)
    }
}
