internal import Kernels

/// The one place where a convolution's algorithm is chosen: windows of one pixel are matrix products, all
/// others go through register tiles over the padded input.
extension CPUDevice: ConvolutionArithmetic {
    package func convolution2d(
        _ x: Tensor,
        weight: Tensor,
        bias: Tensor?,
        stride: Int,
        padding: Padding2d,
        isFrozen: Bool,
        precision: ProductPrecision
    ) -> Tensor {
        let extents = ConvolutionExtents(x.shape, weight.shape, stride, padding)
        if extents.isPointwise {
            return linear(
                x,
                weight: weight.asMatrix,
                bias: bias,
                isFrozen: isFrozen,
                precision: precision
            )
        }
        let rows = extents.outputShape.dropLast().reduce(1, *)
        func pack(_ values: Span<Float>) -> PackedPanels {
            ConvolutionKernel(values, extents, precision: precision.panels).panels
        }
        let kernel = ConvolutionKernel(
            panels: isFrozen && CPUDevice.keepsPackedWeights(rows: rows, precision)
                ? weight.packed(.convolution, precision, packing: pack) : weight.reading(pack)
        )
        return Tensor(shape: extents.outputShape) { result in
            if let bias {
                Kernels.convolution2d(
                    extents,
                    input: x.span,
                    kernel: kernel,
                    bias: bias.span,
                    into: &result
                )
            } else {
                Kernels.convolution2d(extents, input: x.span, kernel: kernel, into: &result)
            }
        }
    }

    package func convolution2dInputGradient(
        _ upstream: Tensor,
        weight: Tensor,
        shape: Shape,
        stride: Int,
        padding: Padding2d,
        isFrozen: Bool
    ) -> Tensor {
        let extents = ConvolutionExtents(shape, weight.shape, stride, padding)
        if extents.isPointwise {
            return matrixMultiply(
                upstream,
                weight.asMatrix,
                transposingLeft: false,
                transposingRight: false
            )
        }
        let rows = shape.dropLast().reduce(1, *)
        let kernel =
            isFrozen && CPUDevice.keepsPackedWeights(rows: rows)
            ? ConvolutionKernel(
                panels: weight.packed(.transposedConvolution, .float32) {
                    ConvolutionKernel(transposing: $0, extents).panels
                }
            ) : weight.reading { ConvolutionKernel(transposing: $0, extents) }
        return Tensor(shape: shape) { result in
            Kernels.convolution2dInputGradient(
                extents,
                upstream: upstream.span,
                kernel: kernel,
                into: &result
            )
        }
    }

    package func convolution2dWeightGradient(
        _ upstream: Tensor,
        input: Tensor,
        shape: Shape,
        stride: Int,
        padding: Padding2d
    ) -> Tensor {
        let extents = ConvolutionExtents(input.shape, shape, stride, padding)
        if extents.isPointwise { return outerProductSum(upstream, input).viewed(as: shape) }
        return Tensor(shape: shape) { result in
            Kernels.convolution2dWeightGradient(
                extents,
                input: input.span,
                upstream: upstream.span,
                into: &result
            )
        }
    }
}

extension ConvolutionExtents {
    /// The extents of a convolution of `[N, H, W, C]` with `[out, C, rows, columns]`.
    fileprivate init(_ x: Shape, _ weight: Shape, _ stride: Int, _ padding: Padding2d) {
        self.init(
            sampleCount: x[0],
            height: x[1],
            width: x[2],
            inputChannels: x[3],
            outputChannels: weight[0],
            kernelHeight: weight[2],
            kernelWidth: weight[3]
        )
        self.stride = stride
        top = padding.top
        bottom = padding.bottom
        left = padding.left
        right = padding.right
    }

    /// `[N, H', W', out]`.
    fileprivate var outputShape: Shape {
        [sampleCount, outputHeight, outputWidth, outputChannels]
    }
}

extension Tensor {
    /// `[out, in, 1, 1]` weights as `[out, in]`.
    fileprivate var asMatrix: Tensor { viewed(as: [shape[0], shape[1]]) }
}
