/// The steps of a prompt that have been computed, for further batches with the same timesteps.
///
/// A class because sampling reads it through values; like all models it stays on one thread.
final class StepCache {
    private var steps: [Float: GuidedStep] = [:]

    /// The step at a timestep, computed when it is asked for first.
    func step(timestep: Float, compute: () -> GuidedStep) -> GuidedStep {
        if let step = steps[timestep] { return step }
        let step = compute()
        steps[timestep] = step
        return step
    }
}
