import Foundation
import JobQueue
import Postgres
import Testing
import WorkerTestSupport

/// What happens to running workers when the database is upgraded, or comes back from a backup.
@Suite(.serialized, .keepsInvariants)
struct UpgradeWorkerTests {
    /// A step as later releases take them: it adds, and takes nothing away.
    private static let nextMigration = Migration(
        version: QueueSchema.version + 1,
        name: "next",
        up: """
            SET ROLE contrast_owner;
            ALTER TABLE contrast.job ADD COLUMN flavour text NOT NULL DEFAULT 'plain';
            ALTER TABLE contrast.lease ADD COLUMN heat double precision;
            CREATE INDEX job_flavour ON contrast.job (flavour);
            CREATE TABLE contrast.flavour (name text PRIMARY KEY);
            CREATE FUNCTION contrast.flavours() RETURNS SETOF text LANGUAGE sql AS
                'SELECT name FROM contrast.flavour';
            INSERT INTO contrast.migration (version, name) VALUES (\(QueueSchema.version + 1), 'next');
            RESET ROLE;
            """,
        down: "SELECT"
    )

    private static var migrations: [Migration] {
        get throws {
            try Migration.read(
                from: URL(filePath: #filePath)
                    .deletingLastPathComponent().deletingLastPathComponent()
                    .deletingLastPathComponent().appending(path: "migrations")
            )
        }
    }

    @Test func workersGoOnWhileTheSchemaOfTheNextReleaseIsApplied() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 150, ["slow"])
        let next = try queue.count(to: 3)
        let worker = try queue.startWorker()
        try eventually("some steps") { (try queue.store.job(job)?.step ?? 0) >= 10 }
        let migrator = try Migrator(
            PostgresConnectionSettings(url: queue.url(), applicationName: "tests"),
            migrations: try Self.migrations + [Self.nextMigration]
        )
        #expect(try migrator.migrate().map(\.version) == [QueueSchema.version + 1])
        try queue.waitForState(.succeeded, of: job)
        try queue.waitForState(.succeeded, of: next)
        #expect(try queue.store.attempts(of: job).count == 1)
        try queue.expectOneWinner(job, steps: 150)
        try queue.expectOneWinner(next, steps: 3)
        #expect(worker.isRunning)
        // One that starts now is of the older release too.
        let late = try queue.startWorker(["--drain"])
        #expect(try late.waitForExit() == 0)
        worker.kill()
    }

    /// A nightly dump with a training in hand; then the server is gone, and its last hour with it.
    @Test func aRestoredBackupGoesOnFromItsCheckpoints() throws {
        let queue = try FaultQueue(on: FaultServer())
        let done = try queue.count(to: 45)
        let first = try queue.startWorker()
        try queue.waitForState(.succeeded, of: done)
        let job = try queue.count(to: 500, every: 100, ["slow"])
        let waiting = try queue.count(to: 3) { $0.after = [job] }
        try eventually("a checkpoint") { try queue.checkpointStep(job) >= 100 }
        let known = try queue.checkpointStep(job)
        // The database before the files, as docs/OPERATIONS.md says.
        let backup = try queue.backUp()
        let files = try queue.copyFiles()
        let after = try queue.count(to: 3)
        try eventually("a later checkpoint") { try queue.checkpointStep(job) > known }
        let lost = try #require(try queue.store.attempts(of: job).last).token
        first.kill()

        let restored = try FaultQueue(
            restoring: backup,
            of: queue,
            files: files,
            on: FaultServer()
        )
        try queue.server.stop("immediate")
        try FileManager.default.removeItem(at: queue.folder)
        #expect(try restored.verifiesOutputs())
        #expect(try restored.store.job(job)?.state == .running, "as it was at that moment")
        #expect(try restored.store.job(after) == nil, "what came after the backup is lost")
        try restored.loseLeases()
        let second = try restored.startWorker()
        try restored.waitForState(.succeeded, of: job)
        try restored.waitForState(.succeeded, of: waiting)
        try restored.expectOneWinner(job, steps: 500)
        #expect(try restored.verifiesOutputs())
        let attempts = try restored.store.attempts(of: job)
        #expect(attempts.map(\.outcome) == [.lost, .succeeded])
        #expect((attempts[1].resumedStep ?? 0) >= 100)
        #expect(attempts[1].token > lost + 1000, "the fence has moved ahead")
        #expect(
            try restored.value("SELECT count(*) FROM contrast.event WHERE what = 'fence_moved'")
                == "2",
            "in the test's copy of its template, and here"
        )
        second.kill()
        withExtendedLifetime(queue) {}
    }
}
