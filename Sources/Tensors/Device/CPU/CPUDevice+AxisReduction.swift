internal import Kernels

extension CPUDevice: AxisReduction {
    package func sum(_ x: Tensor, axis: Int) -> Tensor {
        sum(x, axes: axis..<axis + 1).viewed(as: x.shape.removing(axis: axis))
    }

    package func maximum(_ x: Tensor, axis: Int) -> Tensor {
        Tensor(shape: x.shape.removing(axis: axis)) { output in
            MaximumKernels.maximum(
                x.span,
                outer: x.shape.elementCount(before: axis),
                middle: x.shape[axis],
                inner: x.shape.elementCount(after: axis),
                into: &output
            )
        }
    }

    package func sum(_ x: Tensor, to shape: Shape) -> Tensor {
        if x.shape == shape { return x }
        let strides = shape.strides(broadcastTo: x.shape)
        var result = x
        var axis = 0
        while axis < x.rank {
            // Neighbouring repeated axes are summed at once.
            var end = axis
            while end < x.rank, strides[end] == 0, x.shape[end] != 1 { end += 1 }
            if end > axis { result = sum(result, axes: axis..<end) }
            axis = end + 1
        }
        return result.viewed(as: shape)
    }

    /// The sum over neighbouring axes, which stay with extent 1.
    private func sum(_ x: Tensor, axes: Range<Int>) -> Tensor {
        var shape = x.shape
        for axis in axes { shape = shape.replacing(axis: axis, with: 1) }
        return Tensor(shape: shape) { output in
            SumKernels.sum(
                x.span,
                outer: x.shape.elementCount(before: axes.lowerBound),
                middle: x.shape[axes].reduce(1, *),
                inner: x.shape.elementCount(after: axes.upperBound - 1),
                into: &output
            )
        }
    }
}
