import Foundation
import JobQueue
import Postgres
import Testing

/// What operators do: retention, schedules, urgent jobs, starting again from an earlier checkpoint.
@Suite(.needsPostgres)
struct OperationsTests {
    @Test func aJobStartsAgainFromTheCheckpointThatIsAskedFor() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            let worker = queue.store(as: "worker")
            for step in [10, 20, 30] {
                try worker.saveCheckpoint(lease, .sample(step), byteCount: 5)
            }
            let alice = queue.store(as: "alice")
            let running = #expect(throws: QueueError.self) { try alice.requeue(id, from: 20) }
            #expect(
                running
                    == .badRequest("job \(id) is running; hold it first, and release it afterwards")
            )
            _ = try queue.fail(lease, .permanent)
            let early = #expect(throws: QueueError.self) { try alice.requeue(id, from: 5) }
            #expect(
                early
                    == .badRequest(
                        "job \(id) has no checkpoint at or before step 5; it has some at 10, 20, 30"
                    )
            )
            #expect(throws: QueueError.self) { try queue.store(as: "bob").requeue(id, from: 20) }
            #expect(try alice.requeue(id, from: 29) == "queued from step 20")
            let second = try queue.claimOne("train")
            #expect(second.resume == .sample(20))
            // A checkpoint of the new attempt counts, whatever the old one had at that step.
            try worker.saveCheckpoint(second.lease, .sample(30), byteCount: 5)
            _ = try queue.settle(second.lease, .yielded)
            #expect(try queue.claimOne("train").resume == .sample(30))
            try queue.loseWorkers()
            #expect(try alice.requeue(id, from: 0) == "queued from step 0")
            try queue.endPause(of: id)
            let last = try queue.claimOne("train")
            #expect(last.resume == nil)
            _ = try queue.settle(last.lease, .succeeded([]))
            #expect(throws: QueueError.self) { try alice.requeue(id, from: 0) }
        }
    }

    @Test func anUrgentJobMakesATrainingYield() throws {
        try TestQueue.with { queue in
            let training = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            _ = try queue.claim("generate", as: queue.otherWorkerID)
            try queue.force("UPDATE contrast.worker SET idle = false")
            let patient = try queue.enqueue { $0.priority = 49 }
            try queue.tick()
            #expect(try !queue.beat(lease).isYieldRequested, "not urgent enough")
            // Administrators' jobs are urgent for everybody.
            let urgent = try queue.enqueue("root") { $0.priority = 50 }
            try queue.force("UPDATE contrast.worker SET idle = true WHERE name = 'second'")
            try queue.tick()
            #expect(try !queue.beat(lease).isYieldRequested, "somebody is free")
            try queue.force("UPDATE contrast.worker SET idle = false")
            try queue.tick()
            #expect(try queue.beat(lease).isYieldRequested)
            let reason = "preempted by job \(urgent), which is more urgent"
            #expect(try queue.store(as: "alice").job(training)?.reason == reason)
            try queue.tick()
            #expect(
                try queue.one(
                    "postgres",
                    "SELECT count(*) FROM contrast.event WHERE what = 'preempted'"
                ) == "1"
            )
            #expect(try queue.settle(lease, .yielded) == .state(.ready))
            #expect(try queue.job(training, "failures, crashes, yields") == "0 0 1")
            let order = try (0..<3).map { _ in
                let job = try #require(
                    try queue.store(as: "worker").claim(
                        worker: queue.workerID,
                        kinds: ["train", "generate"],
                        leaseDuration: TestQueue.leaseDuration,
                        holding: nil
                    ).first
                )
                _ = try queue.settle(job.lease, .succeeded([]))
                return job.lease.jobID
            }
            #expect(order == [urgent, patient, training])
        }
    }

    @Test func nobodyMakesAnothersTrainingYield() throws {
        try TestQueue.with { queue in
            _ = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            try queue.force("UPDATE contrast.worker SET idle = false")
            _ = try queue.enqueue("bob") { $0.priority = 100 }
            try queue.tick()
            #expect(try !queue.beat(lease).isYieldRequested)
            _ = try queue.enqueue("alice") { $0.priority = 100 }
            try queue.tick()
            #expect(try queue.beat(lease).isYieldRequested, "her own does")
        }
    }

    @Test func administratorsLimitWhatOneOwnerPutsBeforeOthers() throws {
        try TestQueue.with { queue in
            func set(_ key: String, _ value: Int) throws {
                let change: PostgresQuery =
                    "UPDATE contrast.setting SET value = to_jsonb(\(value)::int) WHERE key = \(key)"
                try queue.connection(as: "root").run(change)
            }
            defer {
                try? set("max_submit_priority", 100)
                try? set("max_open_jobs", 0)
            }
            try set("max_submit_priority", 20)
            try set("max_open_jobs", 2)
            let id = try queue.enqueue { $0.priority = 20 }
            let high = #expect(throws: QueueError.self) { try queue.enqueue { $0.priority = 21 } }
            #expect(
                high
                    == .badRequest(
                        "priority must not be above 20, not 21; ask an administrator for more"
                    )
            )
            #expect(throws: QueueError.self) {
                try queue.store(as: "alice").reprioritize(id, to: 21)
            }
            #expect(try queue.store(as: "root").reprioritize(id, to: 80) == "ready")
            _ = try queue.enqueue()
            let many = #expect(throws: QueueError.self) { try queue.enqueue() }
            #expect(
                many
                    == .badRequest(
                        "you have 2 jobs waiting, which is the limit; wait for some to end, or cancel them"
                    )
            )
            _ = try queue.enqueue("bob")
            for _ in 0..<3 { _ = try queue.enqueue("root") { $0.priority = 100 } }
        }
    }

    @Test func aGapOfZeroNeverPreempts() throws {
        try TestQueue.with { queue in
            _ = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            try queue.force(
                """
                UPDATE contrast.worker SET idle = false;
                UPDATE contrast.setting SET value = '0' WHERE key = 'preempt_gap'
                """
            )
            defer {
                try? queue.force(
                    "UPDATE contrast.setting SET value = '50' WHERE key = 'preempt_gap'"
                )
            }
            _ = try queue.enqueue { $0.priority = 100 }
            try queue.tick()
            #expect(try !queue.beat(lease).isYieldRequested)
        }
    }

    @Test(arguments: [
        ("*/15 9-17 * * 1-5", "2026-11-24 09:00:00+00"), ("@monthly", "2026-12-01 00:00:00+00"),
        ("0 0 29 2 *", "2028-02-29 00:00:00+00"), ("30 4 1,15 * 5", "2026-11-27 04:30:00+00"),
        ("5/20 * * * 7", "2026-11-29 00:05:00+00"), ("10 22 * * *", "2026-11-24 22:10:00+00"),
    ])
    func aCronLineNamesATime(line: String, next: String) throws {
        try TestQueue.with { queue in
            let found = try queue.one(
                "alice",
                "SELECT contrast.next_time(\(line), '2026-11-23 22:10:00+00')"
            )
            #expect(found == next)
        }
    }

    @Test(arguments: [
        "61 * * * *", "* * * *", "0 0 31 2 *", "a * * * *", "5-1 * * * *", "*/0 * * * *",
    ])
    func aLineThatIsNoneIsRefused(line: String) throws {
        try TestQueue.with { queue in
            let error = #expect(throws: QueueError.self) {
                try queue.store(as: "alice").addSchedule(
                    "n",
                    spec: line,
                    kind: "train",
                    params: "{}",
                    priority: 0
                )
            }
            #expect(error.map { if case .badRequest = $0 { true } else { false } } == true)
        }
    }

    @Test func aScheduleEnqueuesItsOwnersJobsAndMakesUpOnce() throws {
        try TestQueue.with { queue in
            let alice = queue.store(as: "alice")
            func add(_ params: String) throws {
                _ = try alice.addSchedule(
                    "nightly",
                    spec: "@daily",
                    kind: "train",
                    params: params,
                    priority: 3
                )
            }
            defer { try? queue.force("DELETE FROM contrast.schedule") }
            #expect(throws: QueueError.self) { try add(#"{"dta": "x"}"#) }
            try add(#"{"data": "toys"}"#)
            try queue.tick()
            #expect(try alice.jobs() == [], "its time has not come")
            func advance(days: Int = 3) throws {
                try queue.force(
                    """
                    UPDATE contrast.schedule SET next_at = clock_timestamp() - interval '\(days) days'
                    """
                )
                try queue.tick()
            }
            try advance()
            try queue.tick()
            let job = try #require(try alice.jobs().first)
            #expect(try alice.jobs().count == 1)
            #expect(job.owner == "alice" && job.priority == 3 && job.state == .ready)
            #expect(job.params == #"{"data": "toys"}"#)
            try advance()
            #expect(try alice.jobs().count == 1, "the job before has not ended")
            let schedule = try #require(try alice.schedules().first)
            #expect(schedule.lastJob == job.id && schedule.skippedCount == 1)
            #expect(schedule.nextAt > .now)
            _ = try alice.cancel(job.id)
            try advance(days: 2)
            #expect(try alice.jobs().count == 2)
            #expect(try queue.store(as: "bob").schedules() == [])
            #expect(try !queue.store(as: "bob").removeSchedule("nightly", of: "alice"))
            #expect(try queue.store(as: "root").removeSchedule("nightly", of: "alice"))
        }
    }

    @Test func aScheduleThatCannotBeMetTellsWhyAndHarmsNobody() throws {
        try TestQueue.with { queue in
            let alice = queue.store(as: "alice")
            let source = try queue.enqueue("alice", "train")
            defer { try? queue.force("DELETE FROM contrast.schedule") }
            _ = try alice.addSchedule(
                "pictures",
                spec: "@hourly",
                kind: "generate",
                params: #"{"adapter": "job:\#(source)"}"#,
                priority: 0
            )
            _ = try alice.cancel(source)
            try queue.force("UPDATE contrast.schedule SET next_at = clock_timestamp()")
            let other = try queue.enqueue { $0.runAt = .now }
            try queue.tick()
            #expect(
                try alice.schedules().first?.lastError
                    == "a job that the payload names is gone, or did not succeed"
            )
            #expect(try queue.claimOne().lease.jobID == other)
        }
    }

    @Test func rulesForgetEndedJobsByThemselves() throws {
        try TestQueue.with { queue in
            defer { try? queue.force("TRUNCATE contrast.retention, contrast.pruned") }
            func ended(_ kind: String) throws -> Int {
                let id = try queue.enqueue("alice", kind)
                _ = try queue.settle(try queue.claimOne(kind).lease, .succeeded([]))
                return id
            }
            let (picture, training) = (try ended("generate"), try ended("train"))
            let reader = try queue.enqueue(params: #"{"adapter": "job:\#(training)"}"#)
            let root = queue.store(as: "root")
            #expect(throws: QueueError.self) {
                try queue.store(as: "alice").setRetention(
                    kind: nil,
                    keeping: .seconds(9),
                    removingFiles: true
                )
            }
            try root.setRetention(kind: nil, keeping: .seconds(86_400), removingFiles: true)
            try root.setRetention(
                kind: "generate",
                keeping: .seconds(7 * 86_400),
                removingFiles: false
            )
            #expect(try root.retentionRules().map(\.kind) == ["*", "generate"])
            func pass(days: Int) throws {
                try queue.force(
                    """
                    UPDATE contrast.job SET finished_at = finished_at - interval '\(days) days';
                    UPDATE contrast.retention SET applied_at = '-infinity'
                    """
                )
                for _ in 0..<3 { try queue.tick() }
            }
            try pass(days: 2)
            #expect(try root.job(training) != nil, "a job still reads its files")
            _ = try root.cancel(reader)
            try pass(days: 2)
            #expect(try root.job(training) == nil)
            #expect(try root.job(picture) != nil)
            let worker = queue.store(as: "worker")
            let found = try worker.leftovers(of: [picture, training, 99])
            #expect(found.map(\.job) == [training, picture])
            let token = Int(try queue.job(picture, "token"))
            #expect(found.map(\.publishedToken) == [nil, token])
            try pass(days: 9)
            #expect(try root.job(picture) == nil)
            #expect(try worker.leftovers(of: [picture]) == [], "its files stay")
            try root.setRetention(kind: nil, keeping: nil, removingFiles: true)
            #expect(try root.retentionRules().map(\.kind) == ["generate"])
        }
    }

    @Test func aLongBacklogOfARuleIsForgottenInOneRound() throws {
        try TestQueue.with { queue in
            defer { try? queue.force("TRUNCATE contrast.retention, contrast.pruned") }
            _ = try queue.one(
                "alice",
                "SELECT count(contrast.enqueue('generate')) FROM generate_series(1, 500)"
            )
            try queue.force(
                """
                UPDATE contrast.job SET state = 'succeeded', finished_at = clock_timestamp() - interval '9 days'
                """
            )
            try queue.store(as: "root").setRetention(
                kind: "generate",
                keeping: .seconds(86_400),
                removingFiles: true
            )
            try queue.tick()
            #expect(try queue.one("postgres", "SELECT count(*) FROM contrast.job") == "0")
            #expect(try queue.one("postgres", "SELECT count(*) FROM contrast.pruned") == "500")
        }
    }

    @Test func workersAndFilesThatAreLongGoneAreForgotten() throws {
        try TestQueue.with { queue in
            defer { try? queue.force("TRUNCATE contrast.pruned") }
            try queue.force(
                """
                UPDATE contrast.worker SET gone_at = clock_timestamp() - interval '31 days' WHERE name = 'second';
                INSERT INTO contrast.pruned VALUES (1, clock_timestamp() - interval '401 days'), (2, clock_timestamp())
                """
            )
            try queue.tick()
            #expect(
                try queue.one("postgres", "SELECT string_agg(name, ' ') FROM contrast.worker")
                    == "first"
            )
            #expect(
                try queue.one(
                    "postgres",
                    "SELECT string_agg(job_id::text, ' ') FROM contrast.pruned"
                )
                    == "2"
            )
        }
    }

    @Test func jobsAreChosenByTheTimeOfTheirEnd() throws {
        try TestQueue.with { queue in
            let ids = try (0..<3).map { _ in try queue.enqueue() }
            let foreign = try queue.enqueue("bob")
            for job in try queue.claim(limit: 4) { _ = try queue.fail(job.lease, .permanent) }
            try queue.force(
                "UPDATE contrast.job SET finished_at = finished_at - interval '2 days' WHERE id = \(ids[0])"
            )
            var filter = JobFilter()
            filter.states = [.failed]
            filter.since = .seconds(86_400)
            filter.isOwn = true
            #expect(try queue.store(as: "alice").jobs(filter).map(\.id) == [ids[2], ids[1]])
            filter.isOwn = false
            #expect(
                try queue.store(as: "root").jobs(filter).map(\.id) == [foreign, ids[2], ids[1]]
            )
        }
    }
}
