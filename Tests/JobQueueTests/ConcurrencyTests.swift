import JobQueue
import Postgres
import Testing

/// Many sessions at once.
@Suite(.needsPostgres)
struct ConcurrencyTests {
    @Test func noJobIsClaimedTwice() throws {
        try TestQueue.with { queue in
            _ = try queue.one(
                "alice",
                "SELECT count(contrast.enqueue('generate')) FROM generate_series(1, 200)"
            )
            let claimed = try onThreads(8) { index in
                let store = queue.store(as: "worker")
                var jobs: [JobRow] = []
                while true {
                    let more = try store.claim(
                        worker: index.isMultiple(of: 2) ? queue.workerID : queue.otherWorkerID,
                        kinds: ["generate"],
                        limit: 3,
                        leaseDuration: TestQueue.leaseDuration,
                        holding: nil
                    )
                    // Others may have locked the head of the queue for a moment.
                    if more.isEmpty,
                        try queue.one(
                            "postgres",
                            "SELECT count(*) FROM contrast.job WHERE state = 'ready'"
                        ) == "0"
                    {
                        return jobs
                    }
                    jobs += more
                }
            }.flatMap { $0 }
            #expect(claimed.count == 200)
            #expect(Set(claimed.map(\.lease.jobID)).count == 200)
            #expect(Set(claimed.map(\.lease.token)).count == 200)
        }
    }

    @Test func oneIdempotencyKeyFromManySessionsIsOneJob() throws {
        try TestQueue.with { queue in
            let ids = try onThreads(50) { _ in
                try queue.enqueue(params: #"{"prompt": "a cat"}"#) { $0.idempotencyKey = "once" }
            }
            #expect(Set(ids).count == 1)
            #expect(try queue.one("postgres", "SELECT count(*) FROM contrast.job") == "1")
        }
    }

    @Test func parentsThatEndAtOnceLeaveNoChildBehind() throws {
        try TestQueue.with { queue in
            for _ in 0..<20 {
                let parents = try (0..<2).map { _ in try queue.enqueue("alice", "train") }
                let child = try queue.enqueue { $0.after = parents }
                let leases = try queue.claim("train", limit: 2).map(\.lease)
                _ = try onThreads(2) { index in
                    let connection = try queue.connection(as: "worker")
                    let lease = leases[index]
                    try connection.transaction {
                        try connection.run(
                            "SELECT contrast.finish(\(lease.jobID), \(lease.token), 'succeeded')"
                        )
                        try connection.run("SELECT pg_sleep(0.02)")
                    }
                }
                #expect(try queue.job(child, "state, deps_left") == "ready 0")
            }
        }
    }

    @Test func aParentThatFailsWhileItsChildIsEnqueuedStrandsNoChild() throws {
        try TestQueue.with { queue in
            for _ in 0..<20 {
                let parent = try queue.enqueue("alice", "train")
                let lease = try queue.claimOne("train").lease
                let children = try onThreads(2) { index -> Int? in
                    if index == 0 {
                        _ = try queue.fail(lease, .permanent)
                        return nil
                    }
                    do {
                        return try queue.enqueue { $0.after = [parent] }
                    } catch QueueError.badRequest {
                        return nil
                    }
                }
                for case let child? in children {
                    #expect(try queue.job(child, "state") == "cancelled")
                }
            }
        }
    }

    @Test func jobsOfOneConcurrencyKeyNeverRunTogether() throws {
        try TestQueue.with { queue in
            _ = try queue.one(
                "alice",
                """
                SELECT count(contrast.enqueue('generate', conc_key => 'one', priority => i % 7))
                  FROM generate_series(1, 40) i
                """
            )
            let done = try onThreads(4) { index in
                let worker = index.isMultiple(of: 2) ? queue.workerID : queue.otherWorkerID
                let store = queue.store(as: "worker")
                var done = 0
                for _ in 0..<40 {
                    let jobs = try store.claim(
                        worker: worker,
                        kinds: ["generate"],
                        limit: 2,
                        leaseDuration: TestQueue.leaseDuration,
                        holding: nil
                    )
                    #expect(jobs.count <= 1)
                    for job in jobs {
                        #expect(try store.settle(job.lease, .succeeded([])) == .state(.succeeded))
                        done += 1
                    }
                }
                return done
            }
            #expect(done.reduce(0, +) > 0)
            #expect(
                try queue.one(
                    "postgres",
                    "SELECT count(*) FROM contrast.job WHERE state = 'running'"
                ) == "0"
            )
        }
    }
}
