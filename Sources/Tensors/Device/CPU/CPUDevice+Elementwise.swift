extension CPUDevice: ElementwiseArithmetic {
    package func binary(_ function: BinaryFunction, _ left: Tensor, _ right: Tensor) -> Tensor {
        precondition(left.shape == right.shape, "broadcasting comes with the elementwise kernels")
        return Tensor(shape: left.shape) { output in
            let (left, right) = (left.span, right.span)
            for index in output.indices {
                switch function {
                case .add: output[index] = left[index] + right[index]
                case .subtract: output[index] = left[index] - right[index]
                case .multiply: output[index] = left[index] * right[index]
                case .divide: output[index] = left[index] / right[index]
                }
            }
        }
    }
}
