import Foundation
import JobQueue
import Postgres
import Testing

/// How many jobs of a kind run at once.
@Suite(.needsPostgres)
struct SlotTests {
    @Test func noMoreRunThanThereAreSlotsAndTheRestSaysWhy() throws {
        try TestQueue.with { queue in
            let root = queue.store(as: "root")
            try root.setSlots(kind: "generate", to: 1)
            let ids = try (0..<3).map { _ in try queue.enqueue() }
            let first = try queue.claimOne()
            #expect(try queue.claim(as: queue.otherWorkerID) == [])
            let waiting = try queue.store(as: "alice").job(ids[1])
            #expect(waiting?.state == .ready)
            #expect(waiting?.reason == "waits for a slot: all generate slots are used")
            #expect(try root.slotLimits().map(\.runningCount) == [1])
            #expect(
                try queue.one(
                    "reader",
                    "SELECT concat_ws(' ', slots, ready, blocked) FROM contrast.queue_depth WHERE kind = 'generate'"
                ) == "1 2 2"
            )
            // A late success keeps no slot, and one that is given back frees its own.
            _ = try queue.settle(first.lease, .yielded)
            #expect(try queue.claimOne().lease.jobID == ids[0])
            try queue.loseWorkers()
            #expect(try queue.claimOne().lease.jobID == ids[1])
            try root.setSlots(kind: "generate", to: 2)
            #expect(try queue.claim(limit: 5).map(\.lease.jobID) == [ids[2]])
            try root.setSlots(kind: "generate", to: nil)
            #expect(try root.slotLimits() == [])
        }
    }

    @Test func oneOwnersLimitDoesNotHoldUpOthers() throws {
        try TestQueue.with { queue in
            let root = queue.store(as: "root")
            try root.setSlots(kind: "generate", to: 1, owner: "*")
            let alices = try (0..<4).map { _ in try queue.enqueue { $0.priority = 9 } }
            let bobs = try (0..<2).map { _ in try queue.enqueue("bob") }
            #expect(try queue.claim(limit: 5).map(\.lease.jobID) == [alices[0], bobs[0]])
            #expect(try queue.claim(as: queue.otherWorkerID) == [])
            #expect(
                try queue.store(as: "alice").job(alices[1])?.reason
                    == "waits for a slot: all generate slots of alice are used"
            )
            try root.setSlots(kind: "generate", to: 3, owner: "alice")
            #expect(try queue.claim(limit: 5).map(\.lease.jobID) == [alices[1], alices[2]])
            try root.setSlots(kind: "generate", to: 0, owner: "bob")
            #expect(
                try queue.store(as: "bob").job(bobs[1])?.reason
                    == "no slots: an administrator lets no such job run"
            )
            let unknown = #expect(throws: QueueError.self) {
                try root.setSlots(kind: "generate", to: 1, owner: "nobody at all")
            }
            #expect(unknown == .badRequest("there is no role \"nobody at all\""))
            // Both limits count.
            try root.setSlots(kind: "generate", to: 4)
            #expect(try queue.claim(limit: 5) == [])
        }
    }

    @Test func sessionsThatClaimAtOnceNeverExceedTheSlots() throws {
        try TestQueue.with { queue in
            let root = queue.store(as: "root")
            try root.setSlots(kind: "generate", to: 3)
            try root.setSlots(kind: "generate", to: 2, owner: "*")
            for owner in ["alice", "bob"] {
                _ = try queue.one(
                    owner,
                    "SELECT count(contrast.enqueue('generate')) FROM generate_series(1, 30)"
                )
            }
            let over = try onThreads(6) { index in
                let worker = index.isMultiple(of: 2) ? queue.workerID : queue.otherWorkerID
                let store = queue.store(as: "worker")
                let watch = try queue.connection(as: "postgres")
                var over = 0
                while try watch.run("SELECT FROM contrast.job WHERE state = 'ready' LIMIT 1").count
                    > 0
                {
                    for job in try store.claim(
                        worker: worker,
                        kinds: ["generate"],
                        limit: 1 + index % 3,
                        leaseDuration: TestQueue.leaseDuration,
                        holding: nil
                    ) {
                        over += try watch.run(
                            """
                            SELECT FROM contrast.job WHERE state = 'running' HAVING count(*) > 3
                                OR count(*) FILTER (WHERE owner = 'alice') > 2
                                OR count(*) FILTER (WHERE owner = 'bob') > 2
                            """
                        ).count
                        #expect(try store.settle(job.lease, .succeeded([])) == .state(.succeeded))
                    }
                }
                return over
            }
            #expect(over.reduce(0, +) == 0)
            #expect(
                try queue.one(
                    "postgres",
                    "SELECT count(*) FROM contrast.attempt WHERE outcome = 'succeeded'"
                ) == "60"
            )
        }
    }

    @Test func aKindWithoutSlotsIsNotLeftOver() throws {
        try TestQueue.with { queue in
            let root = queue.store(as: "root")
            _ = try queue.enqueue()
            #expect(try !queue.store(as: "worker").isDrained(worker: queue.workerID))
            try root.setSlots(kind: "generate", to: 0)
            #expect(try queue.claim() == [])
            #expect(try queue.store(as: "worker").isDrained(worker: queue.workerID))
            let reasons: PostgresQuery = "SELECT string_agg(reason, '; ') FROM contrast.unplaceable"
            #expect(
                try queue.one("alice", reasons) == "no slots: an administrator lets no such job run"
            )
            try root.setSlots(kind: "generate", to: nil)
            #expect(try queue.one("alice", reasons) == nil)
            _ = try queue.one(
                "alice",
                "SELECT contrast.enqueue('generate', need_tags => '{cuda}')"
            )
            #expect(
                try queue.one("alice", reasons)
                    == "no live worker that takes generate jobs has the tags cuda"
            )
        }
    }

    @Test func aFullKindMakesNobodyYieldForNothing() throws {
        try TestQueue.with { queue in
            _ = try queue.enqueue("alice", "train")
            _ = try queue.enqueue()
            let lease = try queue.claimOne("train").lease
            _ = try queue.claimOne("generate", as: queue.otherWorkerID)
            try queue.force("UPDATE contrast.worker SET idle = false")
            let root = queue.store(as: "root")
            try root.setSlots(kind: "generate", to: 1)
            _ = try queue.enqueue { $0.priority = 90 }
            try queue.tick()
            #expect(try !queue.beat(lease).isYieldRequested, "it could not run then either")
            try root.setSlots(kind: "train", to: 1)
            _ = try queue.enqueue("alice", "train") { $0.priority = 80 }
            try queue.tick()
            #expect(try queue.beat(lease).isYieldRequested, "this one frees the slot it needs")
        }
    }

    @Test func onlyAdministratorsSetSlots() throws {
        try TestQueue.with { queue in
            for user in ["alice", "worker", "reader"] {
                #expect(
                    try queue.refusal(user, "SELECT contrast.set_slots('train', 1)")
                        == .insufficientPrivilege
                )
            }
            let root = queue.store(as: "root")
            try root.setSlots(kind: "train", to: 2)
            try root.setSlots(kind: "train", to: 1, owner: "bob")
            #expect(try queue.store(as: "alice").slotLimits().map(\.owner) == [nil])
            #expect(try queue.store(as: "bob").slotLimits().map(\.owner) == [nil, "bob"])
        }
    }

    @Test func anOwnerWhoWaitsIsNotReadByTheOthersClaims() throws {
        try TestQueue.with { queue in
            _ = try queue.one(
                "alice",
                "SELECT count(contrast.enqueue('generate', priority => 9)) FROM generate_series(1, 3000)"
            )
            _ = try queue.one(
                "bob",
                "SELECT count(contrast.enqueue('generate')) FROM generate_series(1, 20)"
            )
            try queue.store(as: "root").setSlots(kind: "generate", to: 0, owner: "alice")
            try queue.force("ANALYZE contrast.job")
            let connection = try queue.connection(as: "worker")
            try connection.transaction {
                for _ in 0..<12 {
                    let claimed = try connection.run(
                        "SELECT FROM contrast.claim(\(queue.workerID), '{train,generate}', 1, '60 s')"
                    )
                    #expect(claimed.count == 1)
                }
                let read = try connection.run(
                    """
                    SELECT pg_stat_get_xact_numscans('contrast.job'::regclass) AS scans,
                        (SELECT sum(pg_stat_get_xact_tuples_returned(i.indexrelid))::bigint
                           FROM pg_index i WHERE i.indrelid = 'contrast.job'::regclass) AS rows
                    """
                )[0]
                #expect(try read.value("scans") == 0)
                #expect(try read.value("rows", as: Int.self) < 12 * 100)
            }
        }
    }

    @Test func nobodyElseCanStopHousekeeping() throws {
        try TestQueue.with { queue in
            let alice = try queue.connection(as: "alice")
            try alice.run("SELECT pg_advisory_lock(7301, 1)")
            let id = try queue.enqueue { $0.runAt = .now.addingTimeInterval(60) }
            try queue.force("UPDATE contrast.job SET run_at = clock_timestamp() WHERE id = \(id)")
            #expect(try queue.tick().promoted == 1)
            for statement in [
                "SELECT FROM contrast.latch FOR UPDATE", "SELECT FROM contrast.latch FOR KEY SHARE",
            ] as [PostgresQuery] {
                #expect(try queue.refusal("alice", statement) == .insufficientPrivilege)
            }
        }
    }
}
