import JobQueue
import Postgres
import Testing

/// Workers of an older release on the newest schema.
@Suite(.needsPostgres)
struct UpgradeTests {
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
