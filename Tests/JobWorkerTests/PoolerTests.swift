import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// Fault 23: PgBouncer in transaction mode between workers and server. `scripts/fault-tests` runs `FaultTests`
/// through it as well.
@Suite(
    .serialized,
    .keepsInvariants,
    .enabled(if: FaultPooler.isInstalled, "the package pgbouncer is not installed")
)
struct PoolerTests {
    @Test func jobsRunThroughAPooler() throws {
        let queue = try FaultQueue()
        let pooler = try queue.server.pooler.get()
        let database = queue.pooledURL(pooler)
        let jobs = try (0..<4).map { _ in try queue.count(to: 40) }
        let workers = try (0..<2).map { _ in try queue.startWorker(database: database) }
        for job in jobs {
            try queue.waitForState(.succeeded, of: job)
            try queue.expectOneWinner(job, steps: 40)
        }
        let long = try queue.count(to: 150, ["slow"])
        try eventually("a checkpoint") { try queue.checkpointStep(long) >= 20 }
        for worker in workers { worker.kill() }
        let last = try queue.startWorker(database: database)
        try queue.waitForState(.succeeded, of: long)
        try queue.expectOneWinner(long, steps: 150)
        #expect(try queue.store.metrics(of: long).map(\.step) == Array(0..<150))
        last.signal(SIGTERM)
        #expect(try last.waitForExit() == 0)
    }
}
