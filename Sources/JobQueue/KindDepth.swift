import Postgres

/// How much of one kind there is to do, as the view `contrast.queue_depth` shows it.
package struct KindDepth: Sendable, Equatable {
    package let kind: String
    package let waiting: Int
    package let ready: Int
    package let running: Int
    package let held: Int
    /// How long the oldest ready job has been ready.
    package let oldestReadySeconds: Double?
    package let isPaused: Bool
}

extension KindDepth {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            kind: try row.value("kind"),
            waiting: try row.value("waiting"),
            ready: try row.value("ready"),
            running: try row.value("running"),
            held: try row.value("held"),
            oldestReadySeconds: try row.optional("oldest_ready"),
            isPaused: try row.value("paused")
        )
    }
}
