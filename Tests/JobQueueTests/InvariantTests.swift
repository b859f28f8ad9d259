import JobQueue
import Postgres
import Testing
import WorkerTestSupport

/// The invariants that every fault test ends with: each of them notices what it is there for.
@Suite(.needsPostgres)
struct InvariantTests {
    /// A queue that somebody has damaged, and what is to be said of it.
    struct Damage: Sendable, CustomTestStringConvertible {
        let complaint: String
        let script: String
        var testDescription: String { complaint }

        init(_ complaint: String, _ script: String) {
            self.complaint = complaint
            self.script = script
        }
    }

    /// Job 1 has succeeded at its second attempt, job 2 runs, job 3 waits for it, job 4 is held, job 5 has failed once.
    static let damages = [
        Damage(
            "has two winning attempts",
            "UPDATE contrast.attempt SET outcome = 'succeeded' WHERE job_id = 1"
        ),
        Damage(
            "has finished twice",
            "INSERT INTO contrast.event (job_id, what) VALUES (1, 'succeeded')"
        ),
        Damage(
            "succeeded without a winning attempt, or has one without having succeeded",
            "UPDATE contrast.attempt SET outcome = 'lost' WHERE job_id = 1"
        ),
        Damage(
            "has an output of an attempt that did not win",
            "UPDATE contrast.output SET token = token - 1 WHERE job_id = 1"
        ),
        Damage(
            "has a file twice among its outputs",
            """
            INSERT INTO contrast.output SELECT job_id, 7, token, role, path, sha256, bytes, media_type
              FROM contrast.output WHERE job_id = 1
            """
        ),
        Damage("has lost its payload", "DELETE FROM contrast.job_spec WHERE job_id = 3"),
        Damage(
            "failed without a reason",
            "UPDATE contrast.job SET state = 'failed', finished_at = now(), reason = NULL WHERE id = 5"
        ),
        Damage(
            "can run though it is to be held",
            "UPDATE contrast.job SET hold = true WHERE id = 3"
        ),
        Damage(
            "is held though nobody holds it",
            "UPDATE contrast.job SET hold = false WHERE id = 4"
        ),
        Damage("runs without a lease, or has one without running", "DELETE FROM contrast.lease"),
        Damage(
            "runs without a lease, or has one without running",
            "UPDATE contrast.job SET state = 'ready' WHERE id = 2"
        ),
        Damage(
            "has an open attempt that is not its lease's",
            "UPDATE contrast.attempt SET ended_at = NULL WHERE job_id = 1 AND n = 1"
        ),
        Damage(
            "is leased by a worker that did not claim it",
            "UPDATE contrast.lease l SET worker_id = w.id FROM contrast.worker w WHERE w.id <> l.worker_id"
        ),
        Damage(
            "has attempts whose tokens do not rise",
            "UPDATE contrast.attempt SET n = 3 - n WHERE job_id = 1"
        ),
        Damage(
            "has another token than its newest attempt",
            "UPDATE contrast.job SET token = token - 1 WHERE id = 2"
        ),
        Damage(
            "shares a token with another job",
            "UPDATE contrast.attempt SET token = (SELECT token FROM contrast.job WHERE id = 1) WHERE job_id = 2"
        ),
        Damage(
            "has a token that the fence has not given out",
            "UPDATE contrast.checkpoint SET token = token + 1000000"
        ),
        Damage(
            "was claimed later under a token that is older than another job's",
            "UPDATE contrast.attempt SET started_at = now() + interval '1 hour' WHERE job_id = 1 AND n = 1"
        ),
        Damage(
            "has a checkpoint of no attempt, or of one that another had superseded",
            "UPDATE contrast.checkpoint SET at = now() + interval '1 minute'"
        ),
        Damage(
            "has a checkpoint of no attempt, or of one that another had superseded",
            "INSERT INTO contrast.checkpoint VALUES (3, 1, 10, 'c', sha256(''), 1)"
        ),
        Damage(
            "resumed though nothing came before it",
            "UPDATE contrast.attempt SET resumed_step = 5 WHERE job_id = 2"
        ),
        Damage("counts its attempts wrongly", "UPDATE contrast.job SET attempts = 5 WHERE id = 2"),
        Damage("counts its failures wrongly", "UPDATE contrast.job SET failures = 0 WHERE id = 5"),
        Damage("counts its yields wrongly", "UPDATE contrast.job SET yields = 1 WHERE id = 2"),
        Damage(
            "counts more crashes than it had",
            "UPDATE contrast.job SET crashes = 2 WHERE id = 1"
        ),
        Damage(
            "lost a worker and did not count it",
            "INSERT INTO contrast.event (job_id, what) VALUES (2, 'lost')"
        ),
        Damage("miscounts what it waits for", "UPDATE contrast.job SET deps_left = 2 WHERE id = 3"),
        Damage(
            "waits for a job that has ended",
            "UPDATE contrast.dep SET needs = 1 WHERE job_id = 3"
        ),
        Damage(
            "can run though it waits for something",
            "UPDATE contrast.job SET state = 'ready' WHERE id = 3"
        ),
    ]

    @Test(arguments: damages) func damageIsNoticed(_ damage: Damage) throws {
        try TestQueue.with(forced: true) { queue in
            try Self.fill(queue)
            let admin = try queue.connection(as: "postgres")
            #expect(try QueueInvariants(admin).violations() == [])
            // Past foreign keys and checks by trigger.
            try queue.force("SET session_replication_role = replica; \(damage.script)")
            let found = try QueueInvariants(admin).violations()
            #expect(found.contains { $0.hasSuffix(" \(damage.complaint)") }, "\(found)")
        }
    }

    @Test func everyInvariantIsTried() {
        let known = Set(QueueInvariants.rules.map(\.complaint))
        #expect(known == Set(Self.damages.map(\.complaint)))
    }

    private static func fill(_ queue: TestQueue) throws {
        let store = queue.store(as: "worker")
        let first = try queue.enqueue()
        let lost = try queue.claimOne()
        try store.saveCheckpoint(lost.lease, .sample(10), byteCount: 1)
        try queue.loseWorkers()
        try queue.endPause(of: first)
        _ = try queue.settle(try queue.claimOne().lease, .succeeded([.sample()]))
        let second = try queue.enqueue()
        let running = try queue.claimOne()
        #expect(running.lease.jobID == second)
        _ = try queue.enqueue { $0.after = [second] }
        _ = try queue.store(as: "alice").hold(try queue.enqueue())
        let fifth = try queue.enqueue()
        let failing = try queue.claimOne()
        #expect(failing.lease.jobID == fifth)
        _ = try queue.fail(failing.lease)
    }
}
