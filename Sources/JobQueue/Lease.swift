/// The right to work on a job: given by a claim, kept by beats, worth nothing once a newer one exists.
package struct Lease: Sendable, Hashable, CustomStringConvertible {
    package let jobID: Int
    /// The fencing token. Tokens only rise; every write of a worker carries one.
    package let token: Int

    package init(jobID: Int, token: Int) {
        self.jobID = jobID
        self.token = token
    }

    package var description: String { "job \(jobID), token \(token)" }
}
