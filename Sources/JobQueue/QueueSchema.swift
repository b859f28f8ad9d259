/// The database schema this program is written for.
package enum QueueSchema {
    /// The newest migration it needs. A database with a newer one still serves it: migrations only add to
    /// what an older program uses.
    package static let version = 33
}
