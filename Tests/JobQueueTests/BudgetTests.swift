import JobQueue
import Postgres
import Testing

/// How much of the workers' time an owner may use.
@Suite(.needsPostgres)
struct BudgetTests {
    /// Lets a running attempt have begun so much earlier.
    private func age(_ lease: Lease, by interval: String, in queue: TestQueue) throws {
        try queue.force(
            "UPDATE contrast.attempt SET started_at = started_at - interval '\(interval)' WHERE token = \(lease.token)"
        )
    }

    @Test func eachDayIsChargedItsPartOfAnAttempt() throws {
        try TestQueue.with(forced: true) { queue in
            _ = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            try age(lease, by: "48 hours", in: queue)
            let running = try #require(try queue.store(as: "alice").ownerUsage().first)
            #expect(running.today.used <= 86_400 && running.runningCount == 1)
            _ = try queue.settle(lease, .yielded)
            #expect(
                try queue.one(
                    "alice",
                    """
                    SELECT concat_ws(' ', count(*), round(sum(seconds)::numeric / 60), sum(attempts), max(seconds))
                      FROM contrast.usage
                    """
                ) == "3 2880 1 86400"
            )
            #expect(try queue.one("bob", "SELECT count(*) FROM contrast.usage") == "0")
            // The end of an attempt that was taken for lost is charged once.
            let second = try queue.claimOne("train").lease
            try queue.loseWorkers()
            _ = try queue.settle(second, .succeeded([]))
            #expect(try queue.one("alice", "SELECT sum(attempts) FROM contrast.usage") == "2")
            // Forgetting a job gives nothing back.
            try queue.force("UPDATE contrast.job SET finished_at = finished_at - interval '2 days'")
            #expect(
                try queue.store(as: "root").prune(olderThan: .seconds(86_400)).count == 1
            )
            #expect(try queue.one("alice", "SELECT sum(attempts) FROM contrast.usage") == "2")
        }
    }

    @Test func jobsBeyondABudgetWaitAndOthersGoOn() throws {
        try TestQueue.with(forced: true) { queue in
            let root = queue.store(as: "root")
            try root.setBudget(of: "*", to: 3_600, per: .month)
            let ids = try (0..<2).map { _ in try queue.enqueue { $0.priority = 5 } }
            let bobs = try queue.enqueue("bob")
            let first = try queue.claimOne().lease
            let administrators = try queue.enqueue("root") { $0.priority = 1 }
            try age(first, by: "2 hours", in: queue)
            _ = try queue.settle(first, .succeeded([]))
            try queue.tick()
            let waiting = try #require(try queue.store(as: "alice").job(ids[1]))
            #expect(waiting.state == .ready)
            let reason = try #require(waiting.reason)
            #expect(
                reason.hasPrefix(
                    "waits for the budget of alice: 1.00 worker-hours a month are used up"
                )
            )
            #expect(try queue.store(as: "alice").ownerUsage().first?.waitsFor == reason)
            #expect(
                try queue.claim(limit: 5).map(\.lease.jobID) == [administrators, bobs]
            )
            // Administrators' time counts and has no limit unless they are named.
            let lease = Lease(
                jobID: administrators,
                token: try #require(Int(try queue.job(administrators, "token")))
            )
            try age(lease, by: "9 hours", in: queue)
            _ = try queue.enqueue("root")
            try queue.tick()
            #expect(try queue.claim().count == 1)
            // The next month opens it, and so does a budget of her own.
            try queue.force("UPDATE contrast.spent SET until = clock_timestamp()")
            #expect(try queue.claimOne().lease.jobID == ids[1])
            try queue.loseWorkers()
            try queue.endPause(of: ids[1])
            #expect(try queue.claim() == [])
            try root.setBudget(of: "alice", to: 36_000, per: .month)
            #expect(try queue.claimOne().lease.jobID == ids[1])
        }
    }

    @Test func aTrainingBeyondABudgetYieldsAndGoesOn() throws {
        try TestQueue.with(forced: true) { queue in
            let root = queue.store(as: "root")
            let id = try queue.enqueue("alice", "train")
            let pictures = try queue.enqueue()
            let training = try queue.claimOne("train").lease
            let picture = try queue.claimOne("generate", as: queue.otherWorkerID).lease
            try age(training, by: "2 hours", in: queue)
            try root.setBudget(of: "alice", to: 3_600, per: .month)
            #expect(try queue.beat(training).isYieldRequested)
            #expect(try !queue.beat(picture, as: queue.otherWorkerID).isYieldRequested)
            #expect(try queue.settle(training, .yielded) == .state(.ready))
            #expect(try queue.job(id, "failures, crashes, yields") == "0 0 1")
            #expect(try queue.claim("train") == [])
            #expect(try queue.settle(picture, .succeeded([])) == .state(.succeeded))
            #expect(try queue.job(pictures, "state") == "succeeded")
            // A worker that runs until nothing is left does not wait for next month.
            #expect(try queue.store(as: "worker").isDrained(worker: queue.workerID))
            try root.setBudget(of: "alice", to: nil, per: .month)
            #expect(try queue.claimOne("train").lease.jobID == id)
        }
    }

    @Test func foldedUsageIsTheSame() throws {
        try TestQueue.with(forced: true) { queue in
            try queue.force(
                """
                INSERT INTO contrast.usage (owner, kind, day, seconds, attempts)
                SELECT 'alice', 'train', (now() AT TIME ZONE 'UTC')::date - n % 2, 2, 1 FROM generate_series(1, 150) n
                UNION ALL SELECT 'bob', 'train', '2020-02-02', 2, 1
                """
            )
            let before = try queue.store(as: "alice").ownerUsage().map(\.today)
            try queue.tick()
            #expect(try queue.store(as: "alice").ownerUsage().map(\.today) == before)
            #expect(
                try queue.one(
                    "postgres",
                    "SELECT concat_ws(' ', count(*), sum(seconds), bool_and(folded)) FROM contrast.usage"
                ) == "2 300 t"
            )
        }
    }

    @Test func administratorsLimitWhatOneOwnerHasWaiting() throws {
        try TestQueue.with(forced: true) { queue in
            let root = queue.store(as: "root")
            try root.setQuota(of: "alice", to: 1)
            _ = try queue.enqueue()
            let many = #expect(throws: QueueError.self) { try queue.enqueue() }
            #expect(
                many
                    == .badRequest(
                        "you have 1 jobs waiting, which is the limit; wait for some to end, or cancel them"
                    )
            )
            _ = try queue.enqueue("bob")
            _ = try queue.enqueue("bob")
            #expect(try queue.store(as: "alice").ownerUsage().first?.openLimit == 1)
            try root.setQuota(of: "alice", to: nil)
            _ = try queue.enqueue()
        }
    }

    @Test func onlyAdministratorsSetBudgets() throws {
        try TestQueue.with(forced: true) { queue in
            for call in [
                "set_budget('alice', NULL)", "set_quota('alice', 0)", "count_budgets(now())",
            ] as [PostgresQuery] {
                #expect(
                    try queue.refusal("alice", "SELECT contrast.\(call)") == .insufficientPrivilege
                )
            }
            let root = queue.store(as: "root")
            #expect(throws: QueueError.self) { try root.setBudget(of: "alice", to: 0, per: .day) }
            #expect(throws: QueueError.self) { try root.setBudget(of: "no one", to: 9, per: .day) }
            try root.setBudget(of: "bob", to: 9, per: .day)
            #expect(try queue.store(as: "alice").ownerUsage() == [])
            #expect(try queue.store(as: "bob").ownerUsage().map(\.today.budget) == [9])
            #expect(try queue.store(as: "reader").ownerUsage().map(\.owner) == ["bob"])
        }
    }
}
