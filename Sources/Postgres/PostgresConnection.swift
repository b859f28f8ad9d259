/// One session with a PostgreSQL server.
///
/// Calls block until the server has answered, so a connection belongs to a plain thread and never to
/// Swift's cooperative pool; it is not Sendable. A connection that was lost stays lost: open another.
package final class PostgresConnection {
    private let handle: LibPQHandle
    private let answerTimeout: Duration?
    /// An answer did not come in time: whatever arrives later belongs to nobody.
    private var isSilent = false
    private var isInTransaction = false

    /// Connects and sets the session up: times in UTC, bytes as hexadecimal digits, the time-outs.
    package init(_ settings: PostgresConnectionSettings) throws(PostgresError) {
        handle = try LibPQHandle.open(keywords: settings.keywords)
        answerTimeout = settings.answerTimeout
        // After connecting rather than as start-up options, which connection poolers refuse.
        try run(
            """
            SELECT set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO', false),
                set_config('bytea_output', 'hex', false), set_config('extra_float_digits', '1', false),
                set_config('client_min_messages', 'warning', false),
                set_config('jit', 'off', false),
                set_config('statement_timeout', \(settings.statementTimeout.milliseconds), false),
                set_config('lock_timeout', \(settings.lockTimeout.milliseconds), false)
            """
        )
    }

    /// Whether the connection has not been found broken.
    package var isConnected: Bool { !isSilent && handle.isConnected }

    /// Runs a statement and returns its rows.
    @discardableResult
    package func run(_ query: PostgresQuery) throws(PostgresError) -> [PostgresRow] {
        try answer(to: query).rows
    }

    /// Runs a statement and returns how many rows it changed.
    package func change(_ query: PostgresQuery) throws(PostgresError) -> Int {
        try answer(to: query).changedRowCount
    }

    /// Runs the statements of a file. Only for files that belong to the program, such as migrations: a
    /// script has no parameters.
    package func run(script: String) throws(PostgresError) {
        _ = try checked(handle.run(script: script))
    }

    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        precondition(!isInTransaction, "transactions do not nest")
        try run("BEGIN")
        isInTransaction = true
        defer { isInTransaction = false }
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            if isConnected { try run("ROLLBACK") }
            throw error
        }
    }

    /// Listens on a channel.
    package func listen(to channel: String) throws(PostgresError) {
        precondition(
            !channel.isEmpty
                && channel.utf8.allSatisfy { $0 == UInt8(ascii: "_") || 97...122 ~= $0 },
            "a channel's name has lower-case letters and underscores"
        )
        try run(PostgresQuery(stringLiteral: "LISTEN \(channel)"))
    }

    /// Waits until a notification arrives, `wake` is signalled or the time is over, and returns the
    /// notifications that have arrived.
    package func waitForNotifications(
        timeout: Duration,
        wake: WakeSignal
    ) throws(PostgresError) -> [PostgresNotification] {
        let clock = ContinuousClock()
        let end = clock.now + timeout
        while true {
            guard handle.consumeInput() else { throw .unreachable(handle.message) }
            var notifications: [PostgresNotification] = []
            while let notification = handle.nextNotification() {
                notifications.append(notification)
            }
            let wasWoken = wake.drain()
            let left = clock.now.duration(to: end)
            if wasWoken || !notifications.isEmpty || left <= .zero { return notifications }
            SocketWait.untilReadable([handle.socket, wake.readEnd], timeout: left)
        }
    }

    private func answer(to query: PostgresQuery) throws(PostgresError) -> LibPQResult {
        let parameters = query.parameters
        if let index = parameters.firstIndex(where: { $0?.utf8.contains(0) == true }) {
            throw .nulCharacter(parameter: index + 1)
        }
        let silence = PostgresError.unreachable(
            "no answer within \(answerTimeout ?? .zero); is the server frozen, or the link cut?"
        )
        guard !isSilent else { throw silence }
        let deadline = answerTimeout.map { ContinuousClock.now + $0 }
        guard let result = handle.run(query.sql, parameters, until: deadline) else {
            isSilent = true
            throw silence
        }
        return try checked(result)
    }

    private func checked(_ result: consuming LibPQResult) throws(PostgresError) -> LibPQResult {
        if result.isSuccess { return result }
        if let error = result.serverError { throw .server(error) }
        throw .unreachable(handle.message)
    }
}
