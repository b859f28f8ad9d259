/// Which of the training timesteps a sampler visits.
///
/// Lin et al. 2024, "Common Diffusion Noise Schedules and Sample Steps are Flawed", table 2.
package enum TimestepSpacing: String, Sendable, Equatable, CaseIterable, Decodable {
    /// From the first to the last, both included.
    case linspace
    /// Every k-th from the first on, where k is a whole number; the last ones are left out.
    case leading
    /// Every k-th from the last on, where k may be a fraction.
    case trailing

    /// The timesteps, falling. Only those of `linspace` may be fractions.
    ///
    /// - Parameters:
    ///   - count: How many, at least 1 and at most `total`.
    ///   - total: The number of training timesteps.
    ///   - offset: What is added to those of `leading`.
    func timesteps(_ count: Int, of total: Int, offset: Int) -> [Double] {
        switch self {
        case .linspace:
            let step = count > 1 ? Double(total - 1) / Double(count - 1) : 0
            return (0..<count).reversed().map { Double($0) * step }
        case .leading:
            return (0..<count).reversed().map { Double($0 * (total / count) + offset) }
        case .trailing:
            let step = Double(total) / Double(count)
            return (0..<count).map {
                (Double(total) - Double($0) * step).rounded(.toNearestOrEven) - 1
            }
        }
    }
}
