/// Limits the length of the gradients, taken as one vector (Pascanu et al., arXiv 1211.5063).
package enum GradientClipping {
    /// What to multiply gradients of length `globalNorm` by, so that they are not longer than `limit`.
    ///
    /// Matches PyTorch `clip_grad_norm_`.
    package static func scale(forGlobalNorm globalNorm: Double, limit: Double) -> Float {
        precondition(limit > 0, "the limit of the gradients' length must be positive")
        return Float(min(1, limit / (globalNorm + 1e-6)))
    }
}
