import FoundationEssentials
package import Postgres

/// Takes a database to a version of the schema: one transaction for each step, one migration at a time.
///
/// The files can be run by psql as well; such steps are recognised, and their checksum is taken when the
/// migrator next runs.
package struct Migrator {
    /// A step in a direction.
    package struct Step: Sendable, Equatable {
        package let version: Int
        package let name: String
        package let isUp: Bool
        /// What is run.
        package let script: String
    }

    private let connection: PostgresConnection
    private let migrations: [Migration]

    /// Connects with the time-outs that fit a migration: it waits at most three seconds for a lock, rather
    /// than stop the queue, and may run as long as it needs.
    package init(
        _ settings: PostgresConnectionSettings,
        migrations: [Migration]
    ) throws(MigrationError) {
        var settings = settings
        settings.lockTimeout = .seconds(3)
        settings.statementTimeout = .zero
        do {
            connection = try PostgresConnection(settings)
        } catch {
            throw .database(error)
        }
        self.migrations = migrations
    }

    /// Every migration of the folder and of the database, in order.
    package func status() throws(MigrationError) -> [MigrationStatus] {
        let applied = try applied()
        var status = migrations.map { migration in
            MigrationStatus(
                version: migration.version,
                name: migration.name,
                state: applied[migration.version]?.state ?? .pending
            )
        }
        for (version, row) in applied.sorted(by: { $0.key < $1.key })
        where version > migrations.count {
            status.append(MigrationStatus(version: version, name: row.name, state: .unknown))
        }
        return status
    }

    /// The steps from the database's version to `target`; nil is the newest. Throws where a file has
    /// drifted or is missing.
    package func plan(target: Int? = nil) throws(MigrationError) -> [Step] {
        let status = try status()
        for migration in status {
            switch migration.state {
            case .drifted: throw .drifted(version: migration.version, name: migration.name)
            case .unknown: throw .unknown(version: migration.version, name: migration.name)
            case .pending, .applied, .appliedByHand: continue
            }
        }
        let target = target ?? migrations.count
        let ups = zip(migrations, status).filter { $0.version <= target && $1.state == .pending }
        let downs = zip(migrations, status).filter { $0.version > target && $1.state != .pending }
        return ups.map { Step(version: $0.0.version, name: $0.0.name, isUp: true, script: $0.0.up) }
            + downs.reversed().map {
                Step(version: $0.0.version, name: $0.0.name, isUp: false, script: $0.0.down)
            }
    }

    /// Takes the steps to `target` and returns those taken.
    @discardableResult
    package func migrate(target: Int? = nil) throws(MigrationError) -> [Step] {
        let isFree = try query("SELECT pg_try_advisory_lock(7301, 0) AS free") {
            (row) throws(PostgresError) in try row.value("free", as: Bool.self)
        }
        guard isFree == [true] else { throw .busy }
        let steps: [Step]
        do {
            steps = try plan(target: target)
            for step in steps { try take(step) }
            try adoptByHand()
        } catch {
            try unlock()
            throw error
        }
        try unlock()
        return steps
    }

    private func unlock() throws(MigrationError) {
        guard connection.isConnected else { return }
        _ = try query("SELECT pg_advisory_unlock(7301, 0)") { (_) throws(PostgresError) in }
    }

    private func take(_ step: Step) throws(MigrationError) {
        do {
            try connection.transaction {
                try connection.run(script: step.script)
                if step.isUp { try recordChecksum(version: step.version) }
            }
        } catch let error as PostgresError {
            throw .failed(version: step.version, name: step.name, error)
        } catch {
            preconditionFailure("a migration step throws only PostgresError, not \(error)")
        }
    }

    private func adoptByHand() throws(MigrationError) {
        for (version, row) in try applied() {
            if case .appliedByHand = row.state {
                do throws(PostgresError) {
                    try recordChecksum(version: version)
                } catch {
                    throw .database(error)
                }
            }
        }
    }

    private func recordChecksum(version: Int) throws(PostgresError) {
        try connection.run(
            """
            UPDATE contrast.migration SET sha256 = encode(sha256(convert_to(\(migrations[version - 1].up),
                'UTF8')), 'hex') WHERE version = \(version)
            """
        )
    }

    private func applied() throws(MigrationError) -> [Int: (
        name: String, state: MigrationStatus.State
    )] {
        let isThere = try query("SELECT to_regclass('contrast.migration') IS NOT NULL AS there") {
            (row) throws(PostgresError) in try row.value("there", as: Bool.self)
        }
        guard isThere == [true] else { return [:] }
        let rows = try query(
            """
            SELECT m.version, m.name, m.applied_at, m.sha256 IS NULL AS by_hand,
                m.sha256 IS DISTINCT FROM encode(sha256(convert_to(f.up, 'UTF8')), 'hex') AS drifted
              FROM contrast.migration m
              LEFT JOIN unnest(\(migrations.map(\.version))::int[], \(migrations.map(\.up))::text[])
                AS f(version, up) USING (version)
            """
        ) { (row) throws(PostgresError) -> (Int, (name: String, state: MigrationStatus.State)) in
            let at: Date = try row.value("applied_at")
            let state: MigrationStatus.State =
                try row.value("by_hand")
                ? .appliedByHand(at) : try row.value("drifted") ? .drifted : .applied(at)
            return (try row.value("version"), (try row.value("name"), state))
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    private func query<Value>(
        _ query: PostgresQuery,
        _ value: (PostgresRow) throws(PostgresError) -> Value
    ) throws(MigrationError) -> [Value] {
        do throws(PostgresError) {
            var values: [Value] = []
            for row in try connection.run(query) { values.append(try value(row)) }
            return values
        } catch {
            throw .database(error)
        }
    }
}
