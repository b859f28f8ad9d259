import JobQueue
import Postgres
import Testing

/// Long lines and wide fans of jobs that need each other.
@Suite(.needsPostgres)
struct CascadeTests {
    /// Enqueues a line of jobs, each of which needs the one before; the first is the parent's number.
    private func enqueueLine(_ length: Int, in queue: TestQueue) throws -> Int {
        let first = try queue.enqueue()
        try queue.connection(as: "alice").run(
            script: """
                DO $$
                DECLARE v_last bigint := \(first);
                BEGIN
                    FOR i IN 2..\(length) LOOP
                        v_last := contrast.enqueue('generate', after => ARRAY[v_last]);
                    END LOOP;
                END $$
                """
        )
        return first
    }

    private func states(_ queue: TestQueue) throws -> String? {
        try queue.one(
            "postgres",
            """
            SELECT string_agg(n, ', ') FROM (
                SELECT j.state || ' ' || count(*) AS n FROM contrast.job j GROUP BY j.state ORDER BY j.state) s
            """
        )
    }

    /// Lets housekeeping tell everybody.
    private func settleAll(_ queue: TestQueue) throws {
        for _ in 0..<1_000 {
            if try queue.one("postgres", "SELECT count(*) FROM contrast.unsettled") == "0" {
                return
            }
            try queue.tick()
        }
        Issue.record("something is never told")
    }

    @Test func aLongLineIsCancelledAndRevived() throws {
        try TestQueue.with { queue in
            let first = try enqueueLine(700, in: queue)
            let alice = queue.store(as: "alice")
            #expect(try alice.cancel(first) == "cancelled")
            #expect(
                try queue.one(
                    "postgres",
                    "SELECT count(*) >= 199 FROM contrast.job WHERE state = 'waiting'"
                ) == "true",
                "a call does so many"
            )
            try settleAll(queue)
            #expect(try states(queue) == "cancelled 700")
            #expect(try alice.retry(first) == "queued")
            try settleAll(queue)
            #expect(try states(queue) == "waiting 699, ready 1")
            #expect(
                try queue.settle(try queue.claimOne().lease, .succeeded([])) == .state(.succeeded)
            )
            #expect(try states(queue) == "waiting 698, ready 1, succeeded 1")
        }
    }

    @Test func aWideFanIsToldInParts() throws {
        try TestQueue.with { queue in
            let parent = try queue.enqueue("alice", "train")
            _ = try queue.one(
                "alice",
                """
                SELECT count(contrast.enqueue('generate', after => ARRAY[\(parent)]::bigint[], if_failed =>
                    CASE i % 2 WHEN 0 THEN 'run' ELSE 'cancel' END)) FROM generate_series(1, 700) i
                """
            )
            #expect(
                try queue.fail(try queue.claimOne("train").lease, .permanent) == .state(.failed)
            )
            try settleAll(queue)
            #expect(try states(queue) == "ready 350, failed 1, cancelled 350")
        }
    }

    @Test func aParentThatRunsAgainBeforeAllAreToldKeepsTheRest() throws {
        try TestQueue.with { queue in
            let parent = try queue.enqueue("alice", "train")
            _ = try queue.one(
                "alice",
                """
                SELECT count(contrast.enqueue('generate', after => ARRAY[\(parent)]::bigint[])) FROM generate_series(1, 600)
                """
            )
            let alice = queue.store(as: "alice")
            _ = try alice.cancel(parent)
            _ = try alice.retry(parent)
            try settleAll(queue)
            #expect(try states(queue) == "waiting 600, ready 1")
            _ = try queue.settle(try queue.claimOne("train").lease, .succeeded([]))
            try settleAll(queue)
            #expect(try states(queue) == "ready 600, succeeded 1")
        }
    }

    /// A job that needs a cancelled one and one that this cancels: told once, when both have ended.
    @Test func aJobIsToldWhenAllThatItNeedsHasEnded() throws {
        try TestQueue.with { queue in
            let top = try queue.enqueue("alice", "train")
            let middle = try queue.enqueue { $0.after = [top] }
            let both = try queue.enqueue { $0.after = [top, middle] }
            let anyway = try queue.enqueue {
                $0.after = [top, middle]
                $0.ifFailed = .run
            }
            _ = try queue.store(as: "alice").cancel(top)
            #expect(try queue.job(middle, "state, cancelled_by") == "cancelled \(top)")
            #expect(try queue.job(both, "state, cancelled_by") == "cancelled \(top)")
            #expect(try queue.job(anyway, "state, deps_left") == "ready 0")
        }
    }

    @Test func revivingKeepsToTheQuota() throws {
        try TestQueue.with { queue in
            let parent = try queue.enqueue()
            for _ in 0..<5 { _ = try queue.enqueue { $0.after = [parent] } }
            let alice = queue.store(as: "alice")
            _ = try alice.cancel(parent)
            try queue.store(as: "root").setQuota(of: "alice", to: 3)
            _ = try alice.retry(parent)
            #expect(try states(queue) == "waiting 2, ready 1, cancelled 3")
            try queue.tick()
            #expect(try states(queue) == "waiting 2, ready 1, cancelled 3")
            _ = try queue.settle(try queue.claimOne().lease, .succeeded([]))
            _ = try queue.settle(try queue.claimOne().lease, .succeeded([]))
            try queue.tick()
            #expect(try states(queue) == "ready 3, succeeded 2, cancelled 1", "as there is room")
        }
    }
}
