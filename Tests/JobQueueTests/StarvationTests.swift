import Foundation
import JobQueue
import Postgres
import Testing

/// What one owner does, or keeps locked, delays nobody else.
@Suite(.needsPostgres)
struct StarvationTests {
    /// A transaction of a user that stays open while `body` runs.
    private func whileOpen(
        _ statements: [PostgresQuery],
        as user: String = "alice",
        in queue: TestQueue,
        _ body: () throws -> Void
    ) throws {
        let connection = try queue.connection(as: user)
        try connection.run("BEGIN")
        for statement in statements { try connection.run(statement) }
        try body()
        try connection.run("ROLLBACK")
    }

    /// Looks again and again until something is so.
    private func wait(until condition: PostgresQuery, in queue: TestQueue) throws {
        for _ in 0..<10_000 where try queue.one("postgres", condition) == "true" { return }
        Issue.record("never: \(condition.sql)")
    }

    @Test func nobodyKeepsAnothersJobsLockedByNamingThem() throws {
        try TestQueue.with { queue in
            let bobs = try queue.enqueue("bob", "train")
            let own = try queue.enqueue("alice", "train")
            let free = try onThreads(2) { index -> Int? in
                if index == 0 {
                    // It waits for the other session's row; what it has locked before stays locked meanwhile.
                    try wait(
                        until: """
                            SELECT NOT EXISTS (SELECT FROM contrast.job WHERE id = \(own) FOR UPDATE SKIP LOCKED)
                            """,
                        in: queue
                    )
                    #expect(throws: QueueError.self) {
                        try queue.enqueue { $0.after = [bobs, own] }
                    }
                    return nil
                }
                let owner = try queue.connection(as: "alice")
                try owner.run("BEGIN")
                try owner.run("SELECT contrast.hold(\(own))")
                try wait(
                    until: """
                        SELECT count(*) > 0 FROM pg_stat_activity
                         WHERE datname = current_database() AND usename = 'alice' AND wait_event_type = 'Lock'
                        """,
                    in: queue
                )
                let free = try queue.connection(as: "postgres").run(
                    "SELECT FROM contrast.job WHERE id = \(bobs) FOR UPDATE SKIP LOCKED"
                )
                try owner.run("ROLLBACK")
                return free.count
            }
            #expect(free.compactMap(\.self) == [1])
            let calls: [PostgresQuery] = [
                "cancel(\(bobs))", "retry(\(bobs))", "requeue_from(\(bobs))", "hold(\(bobs))",
                "release(\(bobs))", "reprioritize(\(bobs), 1)",
            ]
            for call in calls {
                #expect(try queue.refusal("alice", "SELECT contrast.\(call)") == SQLState("JQ003"))
            }
        }
    }

    @Test func lockedJobsDelayTheirOwnersOnly() throws {
        try TestQueue.with { queue in
            defer { try? queue.force("DELETE FROM contrast.schedule") }
            let parent = try queue.enqueue("alice", "train")
            let child = try queue.enqueue { $0.after = [parent] }
            let source = try queue.enqueue("alice", "train")
            let alice = queue.store(as: "alice")
            _ = try alice.addSchedule(
                "nightly",
                spec: "@daily",
                kind: "generate",
                params: #"{"adapter": "job:\#(source)"}"#,
                priority: 0
            )
            _ = try queue.claimOne("train")
            let bobs = try queue.enqueue("bob") { $0.runAt = .now.addingTimeInterval(3_600) }
            let lost = try queue.enqueue("bob", "train")
            try queue.force(
                """
                UPDATE contrast.job SET max_crashes = 1 WHERE id = \(parent);
                UPDATE contrast.job SET run_at = clock_timestamp() WHERE id = \(bobs);
                UPDATE contrast.schedule SET next_at = clock_timestamp()
                """
            )
            try whileOpen(
                ["SELECT contrast.hold(\(child))", "SELECT contrast.hold(\(source))"],
                in: queue
            ) {
                _ = try queue.claimOne("train", as: queue.otherWorkerID)
                let report = try queue.loseWorkers()
                #expect(report.promoted == 1 && report.rescued == 2)
                #expect(try queue.job(parent, "state") == "failed")
                #expect(try queue.job(lost, "state") == "waiting")
                #expect(try queue.job(child, "state") == "waiting", "it is told when it is free")
                let schedule = try #require(try alice.schedules().first)
                #expect(
                    schedule.lastError
                        == "a transaction of its owner keeps what it needs locked; tried again in a minute"
                )
            }
            try queue.force("UPDATE contrast.schedule SET next_at = clock_timestamp()")
            try queue.tick()
            #expect(try queue.job(child, "state, cancelled_by") == "cancelled \(parent)")
            #expect(try alice.schedules().first?.lastError == nil)
        }
    }

    @Test func aKeyThatIsBeingTakenDelaysItsScheduleOnly() throws {
        try TestQueue.with { queue in
            defer { try? queue.force("DELETE FROM contrast.schedule") }
            for user in ["alice", "bob"] {
                _ = try queue.store(as: user).addSchedule(
                    "nightly",
                    spec: "@daily",
                    kind: "generate",
                    params: "{}",
                    priority: 0
                )
            }
            try queue.force(
                "UPDATE contrast.schedule SET next_at = '2026-01-01 00:00:00+00'"
            )
            try whileOpen(
                [
                    """
                    SELECT contrast.enqueue('generate', idem_key => 'schedule nightly 2026-01-01 00:00')
                    """
                ],
                in: queue
            ) {
                try queue.tick()
                #expect(try queue.store(as: "bob").jobs().count == 1)
                #expect(try queue.store(as: "alice").jobs() == [])
            }
        }
    }

    @Test func aChoreThatFailsStopsNoOther() throws {
        try TestQueue.withOwnDatabase { queue in
            try queue.force(
                """
                CREATE OR REPLACE FUNCTION contrast.count_budgets(now timestamptz) RETURNS void LANGUAGE plpgsql
                AS $$ BEGIN RAISE EXCEPTION 'no luck'; END $$
                """
            )
            _ = try queue.store(as: "alice").addSchedule(
                "nightly",
                spec: "@daily",
                kind: "generate",
                params: "{}",
                priority: 0
            )
            try queue.force("UPDATE contrast.schedule SET next_at = clock_timestamp()")
            for _ in 0..<3 { try queue.tick() }
            #expect(try queue.store(as: "alice").jobs().count == 1)
            let event: PostgresQuery = """
                SELECT string_agg(detail::text, ' ') FROM contrast.event WHERE what = 'chore_failed'
                """
            #expect(
                try queue.one("reader", event)
                    == #"{"chore": "count_budgets", "error": "no luck"}"#
            )
        }
    }

    @Test func theEndOfALockedJobWaitsAndCounts() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue("alice", "train")
            let bobs = try queue.enqueue("bob", "train")
            let root = queue.store(as: "root")
            try root.setSlots(kind: "train", to: 1)
            let job = try queue.claimOne("train")
            try whileOpen(["SELECT contrast.hold(\(id))"], in: queue) {
                try queue.store(as: "worker").leave(job.lease, .succeeded([.sample()]))
                // Sent again after a lost answer.
                try queue.store(as: "worker").leave(job.lease, .succeeded([.sample()]))
                #expect(try queue.tick().rescued == 0)
                #expect(try queue.job(id, "state, crashes") == "running 0")
                // Neither is it handed out again, nor does it take another's slot.
                let next = try queue.store(as: "worker").claim(
                    worker: queue.workerID,
                    kinds: ["train"],
                    leaseDuration: TestQueue.leaseDuration,
                    holding: []
                )
                #expect(next.map(\.lease.jobID) == [bobs])
            }
            try queue.tick()
            #expect(try queue.job(id, "state, crashes, attempts") == "succeeded 0 1")
            #expect(try queue.store(as: "alice").outputs(of: id).count == 1)
            #expect(try queue.one("postgres", "SELECT count(*) FROM contrast.late_end") == "0")
            let stale = #expect(throws: QueueError.self) {
                try queue.store(as: "worker").leave(job.lease, .yielded)
            }
            #expect(stale.map { if case .staleLease = $0 { true } else { false } } == true)
            try root.setSlots(kind: "train", to: nil)
        }
    }

    @Test func anEndThatCannotBeTakenGivesTheJobBack() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            let twice = [OutputRow.sample(), OutputRow.sample()]
            try queue.store(as: "worker").leave(lease, .succeeded(twice))
            try queue.tick()
            try queue.tick()
            #expect(try queue.job(id, "state, crashes") == "waiting 1")
            #expect(
                try queue.one(
                    "postgres",
                    "SELECT count(*) FROM contrast.event WHERE what = 'late_end_refused'"
                ) == "1"
            )
        }
    }

    @Test func aLockedHeadHidesNobodyElsesJob() throws {
        try TestQueue.with { queue in
            let head = try queue.enqueue("alice")
            let next = try queue.enqueue("alice")
            let bobs = try queue.enqueue("bob")
            try queue.store(as: "root").setSlots(kind: "generate", to: 0, owner: "stranger")
            defer {
                try? queue.store(as: "root").setSlots(kind: "generate", to: nil, owner: "stranger")
            }
            try whileOpen(["SELECT contrast.hold(\(head))"], in: queue) {
                let claimed = try (0..<2).map { _ in try queue.claimOne().lease.jobID }
                #expect(claimed == [bobs, next])
            }
        }
    }

    @Test func aWishThatIsNotTheHoldsOutlivesARelease() throws {
        try TestQueue.with { queue in
            let alice = queue.store(as: "alice")
            let id = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            try queue.force("UPDATE contrast.worker SET idle = false")
            _ = try queue.enqueue("root") { $0.priority = 90 }
            try queue.tick()
            #expect(try queue.beat(lease).isYieldRequested)
            _ = try alice.release(id)
            #expect(try queue.beat(lease).isYieldRequested)
            _ = try alice.hold(id)
            _ = try alice.release(id)
            #expect(try queue.beat(lease).isYieldRequested)
            _ = try queue.settle(lease, .yielded)
            let again = try queue.claimOne("train").lease
            _ = try alice.hold(id)
            #expect(try queue.beat(again).isYieldRequested)
            _ = try alice.release(id)
            #expect(try !queue.beat(again).isYieldRequested, "her own wish she takes back")
        }
    }

    @Test func anAttemptThatWasGivenUpDoesNotComeBack() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            try queue.loseWorkers()
            _ = try queue.store(as: "alice").requeue(id, from: 0)
            #expect(try queue.beat(lease).isCancelRequested)
            let error = #expect(throws: QueueError.self) {
                try queue.settle(lease, .succeeded([.sample()]))
            }
            #expect(error.map { if case .staleLease = $0 { true } else { false } } == true)
            try queue.endPause(of: id)
            #expect(try queue.claimOne("train").lease.token > lease.token)
        }
    }
}
