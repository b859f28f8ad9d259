import Postgres

/// Which jobs a list shows.
package struct JobFilter: Sendable, Equatable {
    /// Empty shows every state.
    package var states: [JobState] = []
    /// Empty shows every kind.
    package var kinds: [String] = []
    /// Nil shows everyone's, as far as the session may see them.
    package var owner: String?
    /// Only the session's own jobs.
    package var isOwn = false
    /// Only jobs that ended, or, while they have not, were enqueued not longer ago.
    package var since: Duration?
    /// Only jobs with smaller numbers: the next page.
    package var before: Int?
    package var limit = 50

    package init() {}

    /// The filter as a WHERE clause, newest first.
    var clause: PostgresQuery {
        var conditions: [PostgresQuery] = ["true"]
        if !states.isEmpty {
            conditions.append("state = ANY (\(states.map(\.rawValue))::contrast.state[])")
        }
        if !kinds.isEmpty { conditions.append("kind = ANY (\(kinds))") }
        if let owner { conditions.append("owner = \(owner)") }
        if isOwn { conditions.append("owner = session_user") }
        if let since {
            conditions.append(
                "coalesce(finished_at, created_at) >= statement_timestamp() - \(since)::interval"
            )
        }
        if let before { conditions.append("id < \(before)") }
        return
            "WHERE \(PostgresQuery.joined(conditions, by: " AND ")) ORDER BY id DESC LIMIT \(limit)"
    }
}
