package import Kernels

extension CPUDevice: ElementwiseArithmetic {
    package func binary(_ function: BinaryFunction, _ left: Tensor, _ right: Tensor) -> Tensor {
        let shape = left.shape == right.shape ? left.shape : left.shape.broadcast(with: right.shape)
        return Tensor(shape: shape) { output in
            BinaryKernels.apply(
                function,
                left.span,
                strides: left.shape.strides(broadcastTo: shape),
                right.span,
                strides: right.shape.strides(broadcastTo: shape),
                extents: Array(shape),
                into: &output
            )
        }
    }

    package func unary(_ function: UnaryFunction, _ x: Tensor) -> Tensor {
        Tensor(shape: x.shape) { UnaryKernels.apply(function, to: x.span, into: &$0) }
    }

    package func unaryGradient(
        _ function: UnaryFunction,
        at point: Tensor,
        upstream: Tensor
    ) -> Tensor {
        Tensor(shape: point.shape) { output in
            UnaryKernels.gradient(
                of: function,
                at: point.span,
                upstream: upstream.span,
                into: &output
            )
        }
    }

    package func gatedGELU(_ x: Tensor) -> Tensor {
        let width = x.shape.extent(fromEnd: 0) / 2
        return Tensor(shape: x.shape.replacing(axis: -1, with: width)) {
            GatedKernels.apply(to: x.span, width: width, into: &$0)
        }
    }

    package func gatedGELUGradient(at point: Tensor, upstream: Tensor) -> Tensor {
        Tensor(shape: point.shape) { output in
            GatedKernels.gradient(
                at: point.span,
                upstream: upstream.span,
                width: upstream.shape.extent(fromEnd: 0),
                into: &output
            )
        }
    }
}
