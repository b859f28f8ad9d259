package import Tensors

/// An integrator that turns noise into latents by asking a denoiser a number of times.
///
///     var latents = random.normal(shape) * sampler.initialNoiseScale
///     for index in sampler.timesteps.indices {
///         let output = denoiser(sampler.denoiserInput(latents, at: index), sampler.timesteps[index])
///         latents = sampler.step(latents, output: output, at: index) { random.normal(shape) }
///     }
///
/// Steps are taken in order, each once: some samplers remember what the denoiser said before.
package protocol Sampler {
    /// The training timestep the denoiser is asked at in each step.
    var timesteps: [Float] { get }
    /// What standard normal noise is multiplied by to become the first latents.
    var initialNoiseScale: Float { get }
    /// What the denoiser gets to see of the latents.
    func denoiserInput(_ latents: Tensor, at index: Int) -> Tensor
    /// The latents after a step.
    ///
    /// - Parameters:
    ///   - latents: The latents before it.
    ///   - output: What the denoiser said about `denoiserInput(latents, at: index)`.
    ///   - index: The step's place in `timesteps`.
    ///   - noise: Draws standard normal noise of the latents' shape; only stochastic samplers call it.
    mutating func step(_ latents: Tensor, output: Tensor, at index: Int, noise: () -> Tensor)
        -> Tensor
}

extension Sampler {
    /// The latents as they are.
    package func denoiserInput(_ latents: Tensor, at _: Int) -> Tensor { latents }
}
