import Foundation
import JobQueue
import Postgres
import Testing

/// Taking an empty database up, down and up again.
@Suite(.needsPostgres)
struct MigratorTests {
    /// An empty database for one test, and the login of an administrator who is no superuser.
    func withEmptyDatabase(
        _ body: (_ settings: PostgresConnectionSettings) throws -> Void
    ) throws {
        let name = "empty_" + UUID().uuidString.lowercased().replacing("-", with: "")
        let server = try TestQueue.connection(database: "postgres", user: "postgres")
        // The roles belong to the whole server: make them once, so that tests do not race for them.
        try DatabasePool.shared.makeTemplate()
        try server.run(script: "CREATE ROLE \(name) LOGIN CREATEROLE IN ROLE contrast_owner")
        try server.run(script: "CREATE DATABASE \(name) OWNER \(name)")
        defer {
            try? server.run(script: "DROP DATABASE \(name) WITH (FORCE)")
            try? server.run(script: "DROP ROLE \(name)")
        }
        try body(TestQueue.settings(database: name, user: name))
    }

    private func migrations() throws -> [Migration] {
        try Migration.read(from: MigrationFiles.folder)
    }

    @Test func theProgramKnowsTheNewestMigration() throws {
        #expect(try migrations().count == QueueSchema.version)
    }

    @Test func upDownUpLeavesAQueueThatWorks() throws {
        try withEmptyDatabase { settings in
            let migrator = try Migrator(settings, migrations: try migrations())
            let version = QueueSchema.version
            #expect(try migrator.plan().map(\.version) == Array(1...version))
            #expect(
                try migrator.status().allSatisfy { $0.state == .pending },
                "a plan changes nothing"
            )
            #expect(try migrator.migrate().count == version)
            #expect(try migrator.migrate() == [])
            #expect(
                try migrator.migrate(target: 2).map(\.version) == Array((3...version).reversed())
            )
            #expect(try migrator.migrate(target: 0).map(\.version) == [2, 1])
            let connection = try PostgresConnection(settings)
            let left = try connection.run("SELECT FROM pg_namespace WHERE nspname = 'contrast'")
            #expect(left.isEmpty)
            #expect(try migrator.migrate().count == version)
            try connection.run("GRANT contrast_submit TO CURRENT_USER")
            let store = PostgresJobStore(settings)
            #expect(try store.schemaVersion() == version)
            let id = try store.enqueue(JobOrder(kind: "train", params: "{}"))
            #expect(try store.job(id)?.state == .ready)
        }
    }

    /// Version 8 takes back a kind of job that nobody carried out.
    @Test func jobsOfAWithdrawnKindAreCancelledAndKept() throws {
        try withEmptyDatabase { settings in
            let migrator = try Migrator(settings, migrations: try migrations())
            try migrator.migrate(target: 7)
            let connection = try PostgresConnection(settings)
            try connection.run("GRANT contrast_submit, contrast_read TO CURRENT_USER")
            let store = PostgresJobStore(settings)
            let old = try store.enqueue(JobOrder(kind: "visualize", params: "{}"))
            var order = JobOrder(kind: "train", params: "{}")
            order.after = [old]
            let child = try store.enqueue(order)
            try migrator.migrate()
            for job in [old, child] { #expect(try store.job(job)?.state == .cancelled) }
            #expect(try store.job(old)?.reason?.contains("not offered any more") == true)
            let error = #expect(throws: QueueError.self) {
                try store.enqueue(JobOrder(kind: "visualize", params: "{}"))
            }
            #expect(
                error
                    == .badRequest(
                        "jobs of the kind \"visualize\" are not offered; the kinds are evaluate, "
                            + "generate, prepare, pretrain, train"
                    )
            )
            try migrator.migrate(target: 7)
            _ = try store.enqueue(JobOrder(kind: "visualize", params: "{}"))
        }
    }

    @Test func stepsThatPsqlTookAreRecognised() throws {
        try withEmptyDatabase { settings in
            let connection = try PostgresConnection(settings)
            for script in try MigrationFiles.up { try connection.run(script: script) }
            let migrator = try Migrator(settings, migrations: try migrations())
            for step in try migrator.status() {
                guard case .appliedByHand = step.state else {
                    Issue.record("\(step)")
                    continue
                }
            }
            #expect(try migrator.migrate() == [])
            for step in try migrator.status() {
                guard case .applied = step.state else {
                    Issue.record("\(step)")
                    continue
                }
            }
        }
    }

    @Test func aChangedFileIsFoundBeforeAnythingIsDone() throws {
        try withEmptyDatabase { settings in
            var migrations = try migrations()
            try Migrator(settings, migrations: migrations).migrate(target: 3)
            let first = migrations[0]
            migrations[0] = Migration(
                version: first.version,
                name: first.name,
                up: first.up + "-- changed",
                down: first.down
            )
            let migrator = try Migrator(settings, migrations: migrations)
            #expect(try migrator.status()[0].state == .drifted)
            let error = #expect(throws: MigrationError.self) { try migrator.migrate() }
            #expect(error == .drifted(version: 1, name: "tables"))
            #expect(try migrator.status()[3].state == .pending)
        }
    }

    @Test func aDatabaseThatIsAheadIsLeftAlone() throws {
        try withEmptyDatabase { settings in
            let migrations = try migrations()
            try Migrator(settings, migrations: migrations).migrate()
            let older = try Migrator(settings, migrations: Array(migrations.dropLast()))
            let error = #expect(throws: MigrationError.self) { try older.migrate() }
            #expect(
                error
                    == .unknown(
                        version: migrations.count,
                        name: migrations[migrations.count - 1].name
                    )
            )
        }
    }

    @Test func aStepThatFailsIsRolledBackAndNamed() throws {
        try withEmptyDatabase { settings in
            let broken = Migration(
                version: 2,
                name: "broken",
                up: "CREATE TABLE t (); SELECT 1/0",
                down: ""
            )
            let migrator = try Migrator(settings, migrations: [try migrations()[0], broken])
            let error = #expect(throws: MigrationError.self) { try migrator.migrate() }
            #expect(
                error?.description.hasPrefix("migration 2 (broken) was refused and rolled back")
                    == true
            )
            #expect(try migrator.status().map { $0.state == .pending } == [false, true])
            let tables = try PostgresConnection(settings).run(
                "SELECT FROM pg_class WHERE relname = 't'"
            )
            #expect(tables.isEmpty)
        }
    }

    @Test func oneMigrationRunsAtATime() throws {
        try withEmptyDatabase { settings in
            let other = try PostgresConnection(settings)
            try other.run("SELECT pg_advisory_lock(7301, 0)")
            let migrator = try Migrator(settings, migrations: try migrations())
            #expect(throws: MigrationError.busy) { try migrator.migrate() }
            try other.run("SELECT pg_advisory_unlock(7301, 0)")
            #expect(try migrator.migrate().count == QueueSchema.version)
        }
    }

    @Test func foldersWithoutMigrationsAreRefused() throws {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: MigrationError.unreadable(folder.path)) { try Migration.read(from: folder) }
        try "SELECT 1".write(
            to: folder.appending(path: "0001_a.up.sql"),
            atomically: true,
            encoding: .utf8
        )
        #expect(throws: MigrationError.incomplete("0001_a")) { try Migration.read(from: folder) }
    }
}
