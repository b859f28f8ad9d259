/// A model that an attempt at a job used.
package struct JobModel: Sendable, Equatable {
    /// Counts the attempts of the job from 1.
    package let attempt: Int
    /// `base`, `adapter`, `judge`, or `start` for what a pretraining began with.
    package let role: String
    /// What the payload called it.
    package let name: String
    /// Lower-case hexadecimal; of a base, that of its denoiser's weights (`contrast.job_models` has the
    /// others).
    package let sha256: String

    package init(attempt: Int, role: String, name: String, sha256: String) {
        self.attempt = attempt
        self.role = role
        self.name = name
        self.sha256 = sha256
    }
}
