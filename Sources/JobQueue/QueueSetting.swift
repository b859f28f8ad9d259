import Postgres

/// A row of `contrast.setting`: what administrators may change about the whole queue.
package struct QueueSetting: Sendable, Equatable {
    package let name: String
    package let value: String
    /// What it does, in one line.
    package let about: String
    /// What values it takes; nil where it is never changed.
    package let range: ClosedRange<Int>?
}

extension QueueSetting {
    init(_ row: PostgresRow) throws(PostgresError) {
        let least: Int? = try row.optional("least")
        let most: Int? = try row.optional("most")
        let range: ClosedRange<Int>? = if let least, let most { least...most } else { nil }
        self.init(
            name: try row.value("key"),
            value: try row.value("value"),
            about: try row.value("about"),
            range: range
        )
    }
}
