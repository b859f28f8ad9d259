import Postgres

/// One line of `contrast.health()`: what may slow the queue down.
package struct HealthRow: Sendable, Equatable {
    /// What is measured, in words.
    package let what: String
    package let value: Double
    package let unit: String
    /// Who or what it is, and what to do; nil where nobody is.
    package let culprit: String?
}

extension HealthRow {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            what: try row.value("what"),
            value: try row.value("value"),
            unit: try row.value("unit"),
            culprit: try row.optional("culprit")
        )
    }
}
