package import Kernels

extension CPUDevice: Resampling {
    package func resample(_ x: Tensor, axis: Int, table: ResamplingTable) -> Tensor {
        Tensor(shape: x.shape.replacing(axis: axis, with: table.outputExtent)) { output in
            ResamplingKernels.resample(
                x.span,
                table,
                outer: x.shape.elementCount(before: axis),
                inner: x.shape.elementCount(after: axis),
                into: &output
            )
        }
    }
}
