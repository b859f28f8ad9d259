package import Tensors

/// The weighted sum of the losses, equation 9:
///
///     L = L_LDM + λ₁ (L_c + L_m) + λ₂ L_loc
package struct TrainingObjective: Sendable {
    /// λ₁: the weight of both contrasts.
    package var contrastWeight: Float
    /// λ₂: the weight of the location loss.
    package var locationWeight: Float

    /// Creates the objective with the paper's weights, unless others are given.
    package init(contrastWeight: Float = 1e-2, locationWeight: Float = 1e-3) {
        self.contrastWeight = contrastWeight
        self.locationWeight = locationWeight
    }

    /// The total and its parts. A loss that is switched off, or has no sample in the batch, is `nil`
    /// and adds nothing.
    package func callAsFunction(
        denoising: Tensor,
        semantic: Tensor? = nil,
        appearance: Tensor? = nil,
        location: Tensor? = nil
    ) -> LossReport {
        var total = denoising
        if let semantic { total += contrastWeight * semantic }
        if let appearance { total += contrastWeight * appearance }
        if let location { total += locationWeight * location }
        return LossReport(
            total: total,
            denoising: denoising,
            semantic: semantic,
            appearance: appearance,
            location: location
        )
    }
}
