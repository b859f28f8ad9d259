package import StableDiffusion

/// How pictures are sampled where no request says so, as in a training's validation.
package struct SamplingSettings: Sendable, Equatable {
    /// Sampler steps.
    package var stepCount: Int
    /// Weight of classifier-free guidance.
    package var guidanceScale: Float
    package var sampler: StableDiffusion.SamplerKind = .ddim

    package init(stepCount: Int, guidanceScale: Float) {
        self.stepCount = stepCount
        self.guidanceScale = guidanceScale
    }
}
