/// A request that cannot be carried out as it is written: where the mistake is, and one sentence on it.
package struct RequestError: Error, Equatable, Sendable, CustomStringConvertible {
    /// JSON path of the offending value, such as `$.subjects[0].images`.
    package let path: String
    /// What was expected, what was found, what to do.
    package let problem: String

    package init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    package var description: String {
        "\(path): \(problem)" + (problem.hasSuffix("?") ? "" : ".")
    }
}
