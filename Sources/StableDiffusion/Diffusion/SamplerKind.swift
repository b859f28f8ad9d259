/// The samplers there are, under the names requests use.
package enum SamplerKind: String, Sendable, CaseIterable, Codable {
    case ddim
    case euler
    case dpmSolverPlusPlus2M = "dpm++2m"
    case pndm

    /// The sampler that a diffusers scheduler class stands for; `nil` for classes there is none for.
    package init?(schedulerClass name: String) {
        switch name {
        case "DDIMScheduler": self = .ddim
        case "EulerDiscreteScheduler": self = .euler
        case "DPMSolverMultistepScheduler": self = .dpmSolverPlusPlus2M
        case "PNDMScheduler": self = .pndm
        default: return nil
        }
    }

    /// A sampler ready for its first step.
    ///
    /// - Parameters:
    ///   - configuration: The model's noise schedule; each sampler fills what it leaves open in its own way.
    ///   - stepCount: How many steps.
    ///   - eta: How stochastic `ddim` is, 0…1; the others do not use it.
    package func sampler(
        _ configuration: SchedulerConfiguration,
        stepCount: Int,
        eta: Float = 0
    ) throws -> any Sampler {
        switch self {
        case .ddim: try DDIMSampler(configuration, stepCount: stepCount, eta: eta)
        case .euler: try EulerSampler(configuration, stepCount: stepCount)
        case .dpmSolverPlusPlus2M:
            try DPMSolverPlusPlus2MSampler(configuration, stepCount: stepCount)
        case .pndm: try PNDMSampler(configuration, stepCount: stepCount)
        }
    }
}
