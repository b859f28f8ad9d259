import Foundation
import JobQueue
import Postgres
import Testing

/// Whose job comes next, whatever numbers owners give their own.
@Suite(.needsPostgres)
struct TurnTests {
    /// The next jobs that a worker gets, each ended at once.
    private func order(
        _ count: Int,
        _ kinds: [String] = ["generate"],
        in queue: TestQueue
    ) throws -> [Int] {
        try (0..<count).map { _ in
            let job = try #require(
                try queue.store(as: "worker").claim(
                    worker: queue.workerID,
                    kinds: kinds,
                    leaseDuration: TestQueue.leaseDuration,
                    holding: nil
                ).first
            )
            _ = try queue.settle(job.lease, .succeeded([]))
            return job.lease.jobID
        }
    }

    @Test func aPriorityOrdersItsOwnersJobsAndDelaysNobodyElse() throws {
        try TestQueue.with { queue in
            let alices = try [0, 50, 100].map { priority in
                try queue.enqueue { $0.priority = priority }
            }
            let bobs = try (0..<2).map { _ in try queue.enqueue("bob") }
            #expect(
                try order(5, in: queue) == [alices[2], bobs[0], alices[1], bobs[1], alices[0]]
            )
        }
    }

    @Test func anOwnersUrgentJobOfAnotherKindTakesTheTurn() throws {
        try TestQueue.with { queue in
            let trainings = try (0..<2).map { _ in try queue.enqueue("alice", "train") }
            let bobs = try queue.enqueue("bob", "train")
            let urgent = try queue.enqueue { $0.priority = 5 }
            #expect(
                try order(4, ["train", "generate"], in: queue)
                    == [urgent, bobs, trainings[1], trainings[0]]
            )
        }
    }

    @Test func anUrgentJobOfAFullKindTakesNoTurn() throws {
        try TestQueue.with { queue in
            let root = queue.store(as: "root")
            try root.setSlots(kind: "generate", to: 0)
            let training = try queue.enqueue("alice", "train")
            _ = try queue.enqueue { $0.priority = 5 }
            #expect(try order(1, ["train", "generate"], in: queue) == [training])
            try root.setSlots(kind: "generate", to: nil)
        }
    }

    @Test func whoStepsBackAndAdministratorsAreHeard() throws {
        try TestQueue.with { queue in
            let later = try queue.enqueue { $0.priority = -5 }
            let bobs = try queue.enqueue("bob") { $0.priority = 9 }
            let administrators = try queue.enqueue("root") { $0.priority = 1 }
            let raised = try queue.enqueue("alice")
            _ = try queue.store(as: "root").reprioritize(raised, to: 2)
            #expect(try order(4, in: queue) == [raised, administrators, bobs, later])
        }
    }

    @Test func administratorsSayHowFarPrioritiesAreShared() throws {
        try TestQueue.with { queue in
            func share(_ priority: Int) throws {
                try queue.force(
                    "UPDATE contrast.setting SET value = '\(priority)' WHERE key = 'max_shared_priority'"
                )
            }
            defer { try? share(0) }
            try share(10)
            let plain = try queue.enqueue("bob")
            let alices = try [20, 9].map { priority in
                try queue.enqueue { $0.priority = priority }
            }
            #expect(try order(3, in: queue) == alices + [plain])
        }
    }

    @Test func holdingOrCancellingWinsNoTurns() throws {
        try TestQueue.with { queue in
            let alice = queue.store(as: "alice")
            var alices: [Int] = []
            for index in 0..<4 {
                let id = try queue.enqueue()
                _ = try index.isMultiple(of: 2) ? alice.hold(id) : alice.cancel(id)
                alices.append(id)
            }
            let bobs = try (0..<3).map { _ in try queue.enqueue("bob") }
            for (index, id) in alices.enumerated() {
                _ = try index.isMultiple(of: 2) ? alice.release(id) : alice.retry(id)
            }
            #expect(
                try order(6, in: queue)
                    == [alices[0], bobs[0], alices[1], bobs[1], alices[2], bobs[2]]
            )
        }
    }

    @Test func aTurnOfAnotherClassSaysNothing() throws {
        try TestQueue.with { queue in
            let bobs = try (0..<4).map { _ in try queue.enqueue("bob") }
            #expect(try order(2, in: queue) == [bobs[0], bobs[1]])
            let alices = try (0..<2).map { _ in try queue.enqueue { $0.priority = -50 } }
            for id in alices { _ = try queue.store(as: "alice").reprioritize(id, to: 0) }
            #expect(try order(4, in: queue) == [bobs[2], alices[0], bobs[3], alices[1]])
        }
    }

    @Test func whatIsHeldOrRevivedOrScheduledCountsForTheQuota() throws {
        try TestQueue.with { queue in
            defer { try? queue.force("DELETE FROM contrast.schedule") }
            let alice = queue.store(as: "alice")
            let limit = QueueError.badRequest(
                "you have 2 jobs waiting, which is the limit; wait for some to end, or cancel them"
            )
            let ended = try queue.enqueue()
            _ = try alice.cancel(ended)
            _ = try alice.addSchedule(
                "nightly",
                spec: "@daily",
                kind: "generate",
                params: "{}",
                priority: 0
            )
            try queue.store(as: "root").setQuota(of: "alice", to: 2)
            _ = try alice.hold(try queue.enqueue())
            _ = try queue.enqueue()
            #expect(#expect(throws: QueueError.self) { try queue.enqueue() } == limit)
            #expect(#expect(throws: QueueError.self) { try alice.retry(ended) } == limit)
            #expect(#expect(throws: QueueError.self) { try alice.requeue(ended, from: 0) } == limit)
            try queue.force("UPDATE contrast.schedule SET next_at = clock_timestamp()")
            try queue.tick()
            #expect(try alice.schedules().first?.lastError == "\(limit)")
            #expect(try alice.ownerUsage().first?.openCount == 2)
            // An administrator's retry is the administrator's doing.
            #expect(try queue.store(as: "root").retry(ended) == "queued")
        }
    }

    @Test func jobsThatNobodyCanTakeStandInNobodysWay() throws {
        try TestQueue.with { queue in
            _ = try queue.one(
                "alice",
                """
                SELECT count(contrast.enqueue('generate', need_tags => '{cuda}')) FROM generate_series(1, 600)
                """
            )
            let plain = try queue.enqueue("alice")
            let bobs = try queue.enqueue("bob") { $0.priority = -1 }
            #expect(
                try order(1, in: queue) == [bobs],
                "behind so many jobs of its owner nothing is seen"
            )
            func parked() throws -> String? {
                try queue.one(
                    "postgres",
                    "SELECT count(*) FROM contrast.job WHERE parked_at IS NOT NULL AND state = 'ready'"
                )
            }
            try queue.tick()
            #expect(try parked() == "500")
            try queue.tick()
            #expect(try parked() == "600")
            #expect(try order(1, in: queue) == [plain])
            #expect(try queue.claim() == [])
            #expect(
                try queue.one("alice", "SELECT count(*) FROM contrast.unplaceable") == "600",
                "they are told as before"
            )
            let accelerator = UUID()
            try queue.store(as: "worker").register(
                WorkerRegistration(
                    id: accelerator,
                    name: "third",
                    host: "host",
                    processID: 1,
                    version: "0",
                    kinds: ["generate"],
                    tags: ["cuda"],
                    memory: 8_000
                )
            )
            #expect(try parked() == "0")
            #expect(try queue.claim(as: accelerator).count == 1)
        }
    }

    @Test func oneKeysLongLineStandsInNobodysWay() throws {
        try TestQueue.with { queue in
            _ = try queue.one(
                "alice",
                """
                SELECT count(contrast.enqueue('generate', conc_key => 'one')) FROM generate_series(1, 600)
                """
            )
            let bobs = try queue.enqueue("bob") { $0.priority = -1 }
            _ = try queue.claimOne()
            #expect(try queue.claim(as: queue.otherWorkerID).map(\.lease.jobID) == [bobs])
        }
    }
}
