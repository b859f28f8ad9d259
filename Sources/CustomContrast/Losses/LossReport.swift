package import Tensors

/// The total loss of a training step and the parts it is made of, each a scalar before its weight.
package struct LossReport: Sendable {
    /// L: what gradients are taken of.
    package let total: Tensor
    /// L_LDM, with every timestep counting the same, whatever weights the total has.
    package var denoising: Tensor
    /// L_c, if it took part.
    package let semantic: Tensor?
    /// L_m, if it took part.
    package let appearance: Tensor?
    /// L_loc, if it took part.
    package let location: Tensor?

    /// The share of MACL's compared samples whose similarity is below the floor, if it took part.
    package var clampedShare: Float?

    /// The parts' values under the names metrics are reported by; parts that did not take part are absent.
    package var parts: [(name: String, value: Float)] {
        let parts: [(String, Tensor?)] = [
            ("loss/denoising", denoising), ("loss/semantic", semantic),
            ("loss/appearance", appearance), ("loss/location", location),
        ]
        return parts.compactMap { name, part in part.map { (name, $0.scalar) } }
            + (clampedShare.map { [("appearance/clamped_share", $0)] } ?? [])
    }
}
