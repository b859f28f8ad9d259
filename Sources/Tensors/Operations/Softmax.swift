extension Tensor {
    /// e^(xᵢ − m) / Σⱼ e^(xⱼ − m) over the last axis, m being its largest element.
    ///
    /// Gradient, with the values y: y (g − Σⱼ gⱼ yⱼ).
    package func softmax() -> Tensor {
        precondition(rank > 0, "a scalar has no last axis")
        let y = device.softmax(detached)
        return y.recorded(
            TapeInput(self) { g in device.softmaxGradient(values: y, upstream: g) }
        )
    }

    /// x / (‖x‖ + ε) over the last axis, ‖·‖ being the Euclidean norm.
    ///
    /// Gradient: g / (‖x‖ + ε) − x (x · g) / (‖x‖ (‖x‖ + ε)²).
    package func l2Normalized(epsilon: Float = 1e-8) -> Tensor {
        precondition(rank > 0, "a scalar has no last axis")
        let x = detached
        return device.unitLength(x, epsilon: epsilon).recorded(
            TapeInput(self) { g in device.unitLengthGradient(x, epsilon: epsilon, upstream: g) }
        )
    }
}
