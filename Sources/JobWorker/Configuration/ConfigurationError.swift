/// A setting the worker cannot start with: which one, and one sentence on it. The process exits with 78.
package struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The setting (`CONTRAST_POLL`), or where in the file the mistake is (`worker.conf:12`).
    package let place: String
    /// What was expected, what was found, what to do. Never contains a secret.
    package let problem: String

    package init(_ place: String, _ problem: String) {
        self.place = place
        self.problem = problem
    }

    package var description: String {
        "\(place): \(problem)" + (problem.hasSuffix("?") ? "" : ".")
    }
}
