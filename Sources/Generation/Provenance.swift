/// What a picture was made with.
package struct Provenance: Sendable, Equatable {
    package let base: ArtifactIdentity
    package let adapter: ArtifactIdentity?
    /// The job's number, if it has one.
    package let job: Int?

    package init(base: ArtifactIdentity, adapter: ArtifactIdentity?, job: Int?) {
        self.base = base
        self.adapter = adapter
        self.job = job
    }
}
