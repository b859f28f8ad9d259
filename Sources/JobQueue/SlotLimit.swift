import Postgres

/// How many jobs of a kind may run at once, as the view `contrast.slots` shows it.
package struct SlotLimit: Sendable, Equatable {
    package let kind: String
    /// Whose jobs: nil for the whole fleet, `*` for each owner without a limit of their own.
    package let owner: String?
    package let count: Int
    /// How many run; where `owner` is `*`, the most that one of them has.
    package let runningCount: Int
}

extension SlotLimit {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            kind: try row.value("kind"),
            owner: try row.optional("owner"),
            count: try row.value("max"),
            runningCount: try row.value("running")
        )
    }
}
