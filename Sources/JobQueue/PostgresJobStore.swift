package import Postgres

/// The queue as one session of PostgreSQL sees it.
///
/// Calls block; a store belongs to one plain thread and is not Sendable. Every call is one short
/// transaction that may be sent again: a call whose answer was lost with the connection is repeated once
/// over a new one, and a deadlock or a lost race is tried again. Where the server is away, calls throw
/// `QueueError.unreachable`; the next call connects anew, and the caller decides how long to wait.
package final class PostgresJobStore {
    private let settings: PostgresConnectionSettings
    private var connection: PostgresConnection?
    private var channels: [String] = []
    private var hasConnected = false
    /// Called for each session after the first one.
    package var onReconnect: (() -> Void)?

    /// Creates a store that connects with its first call.
    package init(_ settings: PostgresConnectionSettings) {
        self.settings = settings
    }

    /// Ends the session; the next call starts another.
    package func close() {
        connection = nil
    }

    /// Runs a query; `resending` tells whether it may be sent twice.
    func run(
        _ query: PostgresQuery,
        resending: Bool = true
    ) throws(QueueError) -> [PostgresRow] {
        var losses = 0
        var races = 0
        while true {
            let connection = try connected()
            do throws(PostgresError) {
                return try connection.run(query)
            } catch {
                if error.isConnectionLoss {
                    self.connection = nil
                    losses += 1
                    if resending, losses == 1 { continue }
                } else if let state = error.state, state.invitesRetry || isLostRace(error) {
                    races += 1
                    if races < 5 { continue }
                    // Whoever holds the lock will let go; that is no refusal.
                    throw .unreachable(error.description)
                }
                throw QueueError(error)
            }
        }
    }

    /// Runs a query with rows and reads each of them.
    func read<Value>(
        _ query: PostgresQuery,
        resending: Bool = true,
        _ value: (PostgresRow) throws(PostgresError) -> Value
    ) throws(QueueError) -> [Value] {
        let rows = try run(query, resending: resending)
        do throws(PostgresError) {
            var values: [Value] = []
            values.reserveCapacity(rows.count)
            for row in rows { values.append(try value(row)) }
            return values
        } catch {
            throw QueueError(error)
        }
    }

    /// Runs a query that has exactly one row.
    func readOne<Value>(
        _ query: PostgresQuery,
        resending: Bool = true,
        _ value: (PostgresRow) throws(PostgresError) -> Value
    ) throws(QueueError) -> Value {
        let values = try read(query, resending: resending, value)
        precondition(values.count == 1, "the query has one row")
        return values[0]
    }

    /// The session, opened where there is none.
    func connected() throws(QueueError) -> PostgresConnection {
        if let connection, connection.isConnected { return connection }
        do throws(PostgresError) {
            let opened = try PostgresConnection(settings)
            for channel in channels { try opened.listen(to: channel) }
            connection = opened
            if hasConnected { onReconnect?() }
            hasConnected = true
            return opened
        } catch {
            throw QueueError(error)
        }
    }

    /// Listens on channels, in this session and those that replace it.
    func listen(to channels: [String]) throws(QueueError) {
        self.channels = channels
        connection = nil
        _ = try connected()
    }

    /// Forgets a session that was found broken.
    func forget(_ error: PostgresError) -> QueueError {
        if error.isConnectionLoss { connection = nil }
        return QueueError(error)
    }

    // Two claims of jobs with one concurrency key at the same moment: the second finds it taken.
    private func isLostRace(_ error: PostgresError) -> Bool {
        if case .server(let server) = error { server.constraint == "job_conc" } else { false }
    }
}
