package import FoundationEssentials

/// Where one migration stands in a database.
package struct MigrationStatus: Sendable, Equatable {
    /// What the database knows of a migration.
    package enum State: Sendable, Equatable {
        case pending
        case applied(Date)
        /// By psql, so that nothing is known of what the file was then.
        case appliedByHand(Date)
        /// The file has changed since.
        case drifted
        /// There is no file of this number.
        case unknown
    }

    package let version: Int
    package let name: String
    package let state: State
}
