internal import Foundation

/// How the variances β_t rise over the training timesteps.
package enum BetaSchedule: String, Sendable, Equatable, CaseIterable, Decodable {
    /// β itself is linear (Ho et al. 2020).
    case linear
    /// √β is linear (latent diffusion, Rombach et al. 2022).
    case scaledLinear = "scaled_linear"
    /// ᾱ follows a squared cosine (Nichol and Dhariwal 2021).
    case squaredCosine = "squaredcos_cap_v2"

    /// β of every timestep.
    ///
    /// - Parameters:
    ///   - start: β of timestep 0; not used by `squaredCosine`.
    ///   - end: β of the last timestep; not used by `squaredCosine`.
    ///   - count: The number of training timesteps, at least 2.
    func betas(from start: Double, to end: Double, count: Int) -> [Float] {
        switch self {
        case .linear:
            return Self.line(from: Float(start), to: Float(end), count: count)
        case .scaledLinear:
            let roots = Self.line(
                from: Float(start.squareRoot()),
                to: Float(end.squareRoot()),
                count: count
            )
            return roots.map { $0 * $0 }
        case .squaredCosine:
            func alphaBar(_ time: Double) -> Double {
                let cosine = cos((time + 0.008) / 1.008 * .pi / 2)
                return cosine * cosine
            }
            return (0..<count).map { index in
                let (now, next) = (Double(index) / Double(count), Double(index + 1) / Double(count))
                return Float(min(1 - alphaBar(next) / alphaBar(now), 0.999))
            }
        }
    }

    /// Equally spaced values from both ends towards the middle, as `torch.linspace` computes them.
    private static func line(from start: Float, to end: Float, count: Int) -> [Float] {
        let step = (end - start) / Float(count - 1)
        return (0..<count).map { index in
            index < count / 2
                ? start + step * Float(index) : end - step * Float(count - 1 - index)
        }
    }
}
