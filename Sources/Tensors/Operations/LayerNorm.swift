/// Layer normalisation over the last axis: y = n · weight + bias with n = (x − mean) / √(variance + ε).
///
/// Matches torch `layer_norm`: the variance divides by the count. Gradients, with means over the last
/// axis and sums over all rows: x: (wg − mean(wg) − n mean(wg n)) / √(variance + ε); weight: Σ g n;
/// bias: Σ g.
///
/// - Parameters:
///   - x: `[…, C]`.
///   - weight: `[C]`.
///   - bias: `[C]`.
///   - epsilon: ε, added to the variance.
package func layerNorm(_ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Float = 1e-5) -> Tensor {
    let width = x.shape.extent(fromEnd: 0)
    precondition(
        x.rank > 0 && weight.shape == [width] && bias.shape == [width],
        "weight \(weight.shape) and bias \(bias.shape) for rows of \(x.shape)"
    )
    let (values, w) = (x.detached, weight.detached)
    let wantsInput = x.isTracked
    let wantsParameters = weight.isTracked || bias.isTracked
    return device.layerNorm(values, weight: w, bias: bias.detached, epsilon: epsilon)
        .recorded(jointlyFrom: [x, weight, bias]) { g in
            let input =
                wantsInput
                ? device.layerNormInputGradient(values, weight: w, epsilon: epsilon, upstream: g)
                : nil
            guard wantsParameters else { return [input, nil, nil] }
            let both = device.layerNormParameterGradient(values, epsilon: epsilon, upstream: g)
            return [input, both.row(0), both.row(1)]
        }
}

extension Tensor {
    /// Row `index` along the first axis, which is removed; storage is shared and nothing recorded.
    func row(_ index: Int) -> Tensor {
        device.slice(self, axis: 0, range: index..<index + 1).viewed(as: shape.removing(axis: 0))
    }
}
