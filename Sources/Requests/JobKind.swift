/// What sort of work a job is; its raw value is the `kind` column of the job table.
package enum JobKind: String, CaseIterable, Sendable, Codable {
    /// Pictures of given subjects by prompt.
    case generate
    /// An adapter, trained on a multi-view data set over a frozen base.
    case train
    /// A part of a small base model, trained from scratch.
    case pretrain
    /// Scores of pictures that `generate` jobs made.
    case evaluate
    /// A data set, rendered by the small world.
    case prepare
}
