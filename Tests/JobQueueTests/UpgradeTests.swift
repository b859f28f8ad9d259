import Foundation
import JobQueue
import Postgres
import Testing

/// Workers of an older release on the newest schema.
@Suite(.needsPostgres)
struct UpgradeTests {
    /// The schema of the first release: tables, functions, views and privileges.
    private static let firstVersion = 6

    /// A worker of the first release has a job in hand while every migration since is applied: it beats
    /// between any two of them, and what it brings at the end counts.
    @Test func aJobInHandOutlivesEveryMigration() throws {
        try DatabasePool.shared.makeTemplate()
        let name = "upgrade_" + UUID().uuidString.lowercased().replacing("-", with: "")
        let server = try TestQueue.connection(database: "postgres", user: "postgres")
        try server.run(script: "CREATE DATABASE \(name)")
        defer { try? server.run(script: "DROP DATABASE \(name) WITH (FORCE)") }
        let migrator = try Migrator(
            TestQueue.settings(database: name, user: "postgres"),
            migrations: try Migration.read(from: MigrationFiles.folder)
        )
        try migrator.migrate(target: Self.firstVersion)
        let alice = try TestQueue.connection(database: name, user: "alice")
        let session = try TestQueue.connection(database: name, user: "worker")
        let worker = UUID()
        try session.run(
            """
            SELECT contrast.register_worker(\(worker), \("w"), \("h"), \(1), \("0"), \(["train"]), \([] as [String]),
                \(1000), \(0), \(1))
            """
        )
        let rows = try alice.run("SELECT contrast.enqueue('train', '{\"data\": \"d\"}') AS id")
        let id: Int = try #require(rows.first).value("id")
        let claimed = try #require(
            try session.run(
                "SELECT * FROM contrast.claim(\(worker), \(["train"]), \(1), \(Duration.seconds(60)), \([Int]()))"
            ).first
        )
        let token: Int = try claimed.value("token")
        for version in (Self.firstVersion + 1)...QueueSchema.version {
            try migrator.migrate(target: version)
            let beat = try #require(
                try session.run(
                    """
                    SELECT * FROM contrast.beat(\(worker), \(false), \([id]), \([token]), \([version]), \([99]),
                        \([nil] as [String?]), \(Duration.seconds(60)))
                    """
                ).first
            )
            #expect(try beat.value("held") == true, "after migration \(version)")
            try session.run("SELECT * FROM contrast.tick()")
        }
        let end = try session.run(
            """
            SELECT contrast.finish(\(id), \(token), \("succeeded"), \("[]"), \(nil as String?),
                \(nil as String?), \(nil as String?)) AS answer
            """
        )
        #expect(try #require(end.first).value("answer") == "succeeded")
        let state = try alice.run(
            "SELECT state::text AS state, attempts FROM contrast.jobs WHERE id = \(id)"
        )
        #expect(try #require(state.first).value("state") == "succeeded")
        #expect(try #require(state.first).value("attempts") == 1)
    }

    /// Word for word what the worker of the first release sends, and the columns that it reads.
    @Test func aWorkerOfTheFirstReleaseWorksOnTheNewestSchema() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue("alice", "train")
            let worker = queue.workerID
            let session = try queue.connection(as: "worker")
            func row(_ query: PostgresQuery) throws -> PostgresRow {
                try #require(try session.run(query).first)
            }
            let claimed = try row(
                "SELECT * FROM contrast.claim(\(worker), \(["train"]), \(1), \(Duration.seconds(60)), \([Int]()))"
            )
            let token: Int = try claimed.value("token")
            for column in ["job_id", "attempt", "failures", "crashes", "max_failures", "seed"] {
                _ = try claimed.value(column, as: Int.self)
            }
            #expect(try claimed.value("job_id") == id)
            let beat = try row(
                """
                SELECT * FROM contrast.beat(\(worker), \(false), \([id]), \([token]), \([3]), \([9]),
                    \([nil] as [String?]), \(Duration.seconds(60)))
                """
            )
            for (column, value) in [("held", true), ("cancel", false), ("yield", false)] {
                #expect(try beat.value(column) == value)
            }
            #expect(try beat.value("desired") == "run")
            let sha256 = try #require(
                PostgresBytes(hexadecimal: String(repeating: "ab", count: 32))
            )
            try session.run(
                "SELECT contrast.save_checkpoint(\(id), \(token), \(3), \("c"), \(sha256), \(1))"
            )
            let tick = try row("SELECT * FROM contrast.tick()")
            for column in ["promoted", "rescued", "stalled"] {
                #expect(try tick.value(column) == 0)
            }
            let end = try row(
                """
                SELECT contrast.finish(\(id), \(token), \("succeeded"), \("[]"), \(nil as String?),
                    \(nil as String?), \(nil as String?)) AS answer
                """
            )
            #expect(try end.value("answer") == "succeeded")
            #expect(
                try row("SELECT contrast.drained(\(worker)) AS drained").value("drained") == true
            )
            try session.run("SELECT contrast.worker_gone(\(worker))")
        }
    }
}
