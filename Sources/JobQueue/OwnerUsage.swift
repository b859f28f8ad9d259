import Postgres

/// What an owner has used and may use, as the view `contrast.owner_usage` shows it.
package struct OwnerUsage: Sendable, Equatable {
    /// Worker-seconds of one period; what runs is counted.
    package struct Period: Sendable, Equatable {
        package let used: Double
        /// Nil is no limit.
        package let budget: Int?
    }

    package let owner: String
    package let today: Period
    package let week: Period
    package let month: Period
    package let runningCount: Int
    /// Jobs that wait or are ready.
    package let openCount: Int
    /// How many jobs may wait; nil is any number.
    package let openLimit: Int?
    /// Why ready jobs are not taken; nil where the budget is not used up.
    package let waitsFor: String?
}

extension OwnerUsage {
    init(_ row: PostgresRow) throws(PostgresError) {
        func period(_ name: String) throws(PostgresError) -> Period {
            Period(used: try row.value(name), budget: try row.optional("\(name)_budget"))
        }
        self.init(
            owner: try row.value("owner"),
            today: try period("today"),
            week: try period("week"),
            month: try period("month"),
            runningCount: try row.value("running"),
            openCount: try row.value("open_jobs"),
            openLimit: try row.optional("max_open_jobs"),
            waitsFor: try row.optional("waits")
        )
    }
}
