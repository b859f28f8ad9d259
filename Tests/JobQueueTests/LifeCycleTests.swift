import JobQueue
import Postgres
import Testing

/// The semantics of the queue, call by call, on a real server.
@Suite(.needsPostgres)
struct LifeCycleTests {
    static let lease = Duration.seconds(60)

    @Test func aJobRunsAndItsOutputsAppear() throws {
        try TestQueue.with { queue in
            let id = try #require(
                Int(try queue.one("alice", "SELECT contrast.enqueue_train('sets/cat')") ?? "")
            )
            let worker = queue.store(as: "worker")
            let jobs = try worker.claim(
                worker: queue.workerID,
                kinds: ["train", "generate"],
                leaseDuration: Self.lease,
                holding: []
            )
            let job = try #require(jobs.first)
            #expect(job.lease.jobID == id)
            #expect(
                job.attempt == 1 && job.kind == "train" && job.owner == "alice" && job.resume == nil
            )
            #expect(job.params == #"{"data": "sets/cat"}"#)
            let output = OutputRow(
                index: 0,
                role: "adapter",
                path: "o/w.safetensors",
                sha256: String(repeating: "ab", count: 32),
                byteCount: 9,
                mediaType: "application/octet-stream",
                metadata: #"{"note": "a \"quoted\" text"}"#
            )
            #expect(try worker.settle(job.lease, .succeeded([output])) == .state(.succeeded))
            #expect(try worker.settle(job.lease, .succeeded([output])) == .already)
            #expect(try queue.one("alice", "SELECT count(*) FROM contrast.outputs") == "1")
            #expect(try queue.one("bob", "SELECT count(*) FROM contrast.outputs") == "0")
        }
    }
}
