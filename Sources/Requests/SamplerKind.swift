/// The integrator that turns noise into a picture.
package enum SamplerKind: String, CaseIterable, Sendable {
    /// Matches diffusers `DDIMScheduler` with η = 0.
    case ddim
    /// Matches diffusers `EulerDiscreteScheduler`.
    case euler
    /// Matches diffusers `DPMSolverMultistepScheduler`, DPM-Solver++(2M).
    case dpmpp2m = "dpmpp_2m"
    /// Matches diffusers `PNDMScheduler` without Runge–Kutta steps.
    case pndm
}
