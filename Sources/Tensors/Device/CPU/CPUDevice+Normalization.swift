internal import Kernels

extension CPUDevice: Normalization {
    package func softmax(_ x: Tensor) -> Tensor {
        Tensor(shape: x.shape) { output in
            SoftmaxKernels.softmax(x.span, width: x.shape.extent(fromEnd: 0), into: &output)
        }
    }

    package func softmaxGradient(values: Tensor, upstream: Tensor) -> Tensor {
        Tensor(shape: values.shape) { output in
            SoftmaxKernels.gradient(
                values: values.span,
                upstream: upstream.span,
                width: values.shape.extent(fromEnd: 0),
                into: &output
            )
        }
    }

    package func unitLength(_ x: Tensor, epsilon: Float) -> Tensor {
        Tensor(shape: x.shape) { output in
            UnitLengthKernels.normalize(
                x.span,
                width: x.shape.extent(fromEnd: 0),
                epsilon: epsilon,
                into: &output
            )
        }
    }

    package func unitLengthGradient(_ x: Tensor, epsilon: Float, upstream: Tensor) -> Tensor {
        Tensor(shape: x.shape) { output in
            UnitLengthKernels.gradient(
                of: x.span,
                upstream: upstream.span,
                width: x.shape.extent(fromEnd: 0),
                epsilon: epsilon,
                into: &output
            )
        }
    }

    package func layerNorm(_ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Float) -> Tensor {
        Tensor(shape: x.shape) { output in
            LayerNormKernels.apply(
                to: x.span,
                weight: weight.span,
                bias: bias.span,
                epsilon: epsilon,
                into: &output
            )
        }
    }

    package func layerNormInputGradient(
        _ x: Tensor,
        weight: Tensor,
        epsilon: Float,
        upstream: Tensor
    ) -> Tensor {
        Tensor(shape: x.shape) { output in
            LayerNormKernels.inputGradient(
                of: x.span,
                upstream: upstream.span,
                weight: weight.span,
                epsilon: epsilon,
                into: &output
            )
        }
    }

    package func layerNormParameterGradient(
        _ x: Tensor,
        epsilon: Float,
        upstream: Tensor
    ) -> Tensor {
        let width = x.shape.extent(fromEnd: 0)
        return Tensor(shape: [2, width]) { output in
            LayerNormKernels.parameterGradient(
                of: x.span,
                upstream: upstream.span,
                width: width,
                epsilon: epsilon,
                into: &output
            )
        }
    }

    package func groupNormStatistics(_ x: Tensor, groups: Int, epsilon: Float) -> Tensor {
        Tensor(shape: [x.shape[0], groups, 2]) { output in
            GroupNormKernels.statistics(
                of: x.span,
                extents(of: x, groups: groups),
                epsilon: epsilon,
                into: &output
            )
        }
    }

    package func groupNorm(
        _ x: Tensor,
        statistics: Tensor,
        weight: Tensor,
        bias: Tensor,
        appliesSiLU: Bool
    ) -> Tensor {
        Tensor(shape: x.shape) { output in
            GroupNormKernels.apply(
                to: x.span,
                extents(of: x, groups: statistics.shape[1]),
                statistics: statistics.span,
                weight: weight.span,
                bias: bias.span,
                appliesSiLU: appliesSiLU,
                into: &output
            )
        }
    }

    package func groupNormSums(_ x: Tensor, statistics: Tensor, upstream: Tensor) -> Tensor {
        Tensor(shape: [x.shape[0], 2, x.shape.extent(fromEnd: 0)]) { output in
            GroupNormKernels.channelSums(
                of: x.span,
                extents(of: x, groups: statistics.shape[1]),
                upstream: upstream.span,
                statistics: statistics.span,
                into: &output
            )
        }
    }

    package func groupNormInputGradient(
        _ x: Tensor,
        statistics: Tensor,
        sums: Tensor,
        weight: Tensor,
        upstream: Tensor
    ) -> Tensor {
        Tensor(shape: x.shape) { output in
            GroupNormKernels.inputGradient(
                of: x.span,
                extents(of: x, groups: statistics.shape[1]),
                upstream: upstream.span,
                statistics: statistics.span,
                sums: sums.span,
                weight: weight.span,
                into: &output
            )
        }
    }

    /// The extents of `[N, …, C]` as `[N, P, C]` in groups of channels.
    private func extents(of x: Tensor, groups: Int) -> GroupNormKernels.Extents {
        GroupNormKernels.Extents(
            samples: x.shape[0],
            positions: x.shape[1..<(x.rank - 1)].reduce(1, *),
            channels: x.shape.extent(fromEnd: 0),
            groups: groups
        )
    }
}
