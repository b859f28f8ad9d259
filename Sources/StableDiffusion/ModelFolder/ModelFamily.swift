/// The kinds of base models there are.
package enum ModelFamily: String, Sendable, Equatable, CaseIterable {
    /// One text encoder; sizes are not told to the UNet (Rombach et al. 2022).
    case stableDiffusion = "StableDiffusionPipeline"
    /// Two text encoders, a pooled text and sizes (Podell et al. 2023).
    case stableDiffusionXL = "StableDiffusionXLPipeline"

    /// What people call it.
    package var title: String {
        switch self {
        case .stableDiffusion: "Stable Diffusion 1"
        case .stableDiffusionXL: "SDXL"
        }
    }
}
