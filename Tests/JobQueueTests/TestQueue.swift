import FoundationEssentials
import Glibc
import JobQueue
import Postgres
import Testing

/// A migrated database of one test, with the roles' logins `alice`, `bob`, `worker` and `root`.
///
/// Runs where `scripts/with-postgres` names a server.
final class TestQueue: Sendable {
    /// The server's URL; nil outside `scripts/with-postgres`.
    static let server = ProcessInfo.processInfo.environment["CONTRAST_TEST_DATABASE_URL"]

    let database: String
    let workerID = UUID()
    let otherWorkerID = UUID()

    /// Copies a migrated template; `body` gets the new database.
    static func with(_ body: (TestQueue) throws -> Void) throws {
        let queue = try TestQueue()
        defer { queue.remove() }
        try body(queue)
    }

    private init() throws {
        database = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        let template = try Template.shared.get()
        let connection = try Self.connection(database: "postgres", user: "postgres")
        try connection.run(
            script: "CREATE DATABASE \(database) TEMPLATE \(template) STRATEGY file_copy"
        )
        let store = store(as: "worker")
        for (id, name) in [(workerID, "first"), (otherWorkerID, "second")] {
            try store.register(
                WorkerRegistration(
                    id: id,
                    name: name,
                    host: "host",
                    processID: 1,
                    version: "0",
                    kinds: ["train", "generate"],
                    tags: ["cpu"],
                    memory: 8_000
                )
            )
        }
    }

    private func remove() {
        let connection = try? Self.connection(database: "postgres", user: "postgres")
        try? connection?.run(script: "DROP DATABASE \(database) WITH (FORCE)")
    }

    /// A connection of a user to this database.
    func connection(as user: String) throws -> PostgresConnection {
        try Self.connection(database: database, user: user)
    }

    /// A store of a user of this database.
    func store(as user: String) -> PostgresJobStore {
        PostgresJobStore(Self.settings(database: database, user: user))
    }

    /// The first column of the first row, as a user sees it; nil for NULL or no row.
    func one(_ user: String, _ query: PostgresQuery) throws -> String? {
        let row = try connection(as: user).run("SELECT (" + query + ")::text AS one").first
        return try row?.optional("one")
    }

    /// Runs a statement as the server's superuser.
    func force(_ script: String) throws {
        try connection(as: "postgres").run(script: script)
    }

    /// How a job is, as the superuser sees it: `columns` joined by spaces.
    func job(_ id: Int, _ columns: String) throws -> String {
        let columns = PostgresQuery(stringLiteral: "concat_ws(' ', \(columns))")
        return try one("postgres", "SELECT " + columns + " FROM contrast.job WHERE id = \(id)")
            ?? ""
    }

    static func connection(database: String, user: String) throws -> PostgresConnection {
        try PostgresConnection(settings(database: database, user: user))
    }

    static func settings(database: String, user: String) -> PostgresConnectionSettings {
        let host = (server ?? "").split(separator: "host=").last?.split(separator: "&").first ?? ""
        return PostgresConnectionSettings(
            url: "postgresql:///\(database)?host=\(host)&user=\(user)",
            applicationName: "tests"
        )
    }
}

extension Trait where Self == ConditionTrait {
    /// The test needs a PostgreSQL of its own.
    static var needsPostgres: Self {
        .enabled(if: TestQueue.server != nil, "run it with scripts/with-postgres swift test")
    }
}
