import Foundation
import JobQueue
import Postgres
import Testing

/// Claim, beat, checkpoint, settle: the life of one job.
@Suite(.needsPostgres)
struct LifeCycleTests {
    @Test func aJobRunsAndItsOutputsAppear() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue(params: #"{"prompt": "a cat"}"#)
            let job = try queue.claimOne()
            #expect(job.lease.jobID == id)
            #expect(job.attempt == 1 && job.kind == "generate" && job.owner == "alice")
            #expect(job.params == #"{"prompt": "a cat"}"# && job.resume == nil)
            #expect((0..<1 << 32).contains(job.seed))
            #expect(try queue.job(id, "state, attempts") == "running 1")
            #expect(try queue.settle(job.lease, .succeeded([.sample()])) == .state(.succeeded))
            #expect(try queue.store(as: "alice").outputs(of: id) == [.sample()])
            #expect(try queue.store(as: "bob").outputs(of: id) == [])
        }
    }

    @Test func aLostAnswerOfSettleIsSentAgain() throws {
        try TestQueue.with { queue in
            _ = try queue.enqueue()
            let lease = try queue.claimOne().lease
            #expect(try queue.settle(lease, .succeeded([.sample()])) == .state(.succeeded))
            #expect(try queue.settle(lease, .succeeded([.sample()])) == .already)
            #expect(try queue.one("alice", "SELECT count(*) FROM contrast.outputs") == "1")
            #expect(throws: QueueError.self) { try queue.settle(lease, .cancelled) }
        }
    }

    @Test func aLostAnswerOfClaimIsHandedOutAgain() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let store = queue.store(as: "worker")
            func claim(holding: [Lease]) throws -> [JobRow] {
                try store.claim(
                    worker: queue.workerID,
                    kinds: ["generate"],
                    leaseDuration: TestQueue.leaseDuration,
                    holding: holding
                )
            }
            let first = try #require(try claim(holding: []).first)
            #expect(try claim(holding: []) == [first])
            #expect(try claim(holding: [first.lease]) == [])
            #expect(try queue.job(id, "attempts, crashes") == "1 0")
        }
    }

    @Test func beatsRenewAndTellWhatIsWanted() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            #expect(try queue.beat(lease, step: 10) == LeaseStatus(lease: lease, isHeld: true))
            let wrong = Lease(jobID: id, token: lease.token + 9)
            #expect(try queue.beat(wrong).isHeld == false)
            #expect(try queue.beat(wrong).isCancelRequested)
            #expect(try queue.beat(lease, as: queue.otherWorkerID).isHeld == false)
            // An expired lease that nobody took is renewed.
            try queue.force(
                "UPDATE contrast.lease SET expires_at = clock_timestamp() - interval '1 s'"
            )
            #expect(try queue.beat(lease).isHeld)
            #expect(try queue.tick().rescued == 0)
        }
    }

    @Test func anIdleWorkerHearsOfItsDirective() throws {
        try TestQueue.with { queue in
            try queue.store(as: "root").direct(worker: queue.workerID, to: .drain)
            let reply = try queue.store(as: "worker").beat(
                worker: queue.workerID,
                isIdle: true,
                reports: [],
                leaseDuration: TestQueue.leaseDuration
            )
            #expect(reply == BeatReply(desired: .drain, leases: []))
            _ = try queue.enqueue()
            #expect(try queue.claim() == [])
            #expect(try queue.claim(as: queue.otherWorkerID).count == 1)
        }
    }

    @Test func aLostWorkersJobResumesElsewhereAndTheZombieIsRefused() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue("alice", "train")
            let zombie = try queue.claimOne("train").lease
            let store = queue.store(as: "worker")
            try store.saveCheckpoint(zombie, .sample(100), byteCount: 5)
            #expect(try queue.loseWorkers().rescued == 1)
            #expect(try queue.job(id, "state, failures, crashes") == "waiting 0 1")
            #expect(try queue.beat(zombie).isHeld == false)
            #expect(throws: QueueError.self) {
                try store.saveCheckpoint(zombie, .sample(200), byteCount: 5)
            }

            try queue.endPause(of: id)
            let second = try queue.claimOne("train", as: queue.otherWorkerID)
            #expect(second.attempt == 2 && second.resume == .sample(100))
            #expect(second.lease.token > zombie.token)
            let refusal = #expect(throws: QueueError.self) {
                try queue.settle(zombie, .succeeded([.sample()]))
            }
            #expect(refusal.map { if case .staleLease = $0 { true } else { false } } == true)
            #expect(try queue.one("postgres", "SELECT count(*) FROM contrast.output") == "0")
            #expect(try queue.settle(second.lease, .succeeded([.sample()])) == .state(.succeeded))
            #expect(
                try queue.store(as: "alice").attempts(of: id).map(\.outcome) == [.lost, .succeeded]
            )
        }
    }

    @Test func aLateSuccessCountsWhileNobodyHasClaimedAgain() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            try queue.loseWorkers()
            #expect(throws: QueueError.self) { try queue.settle(lease, .yielded) }
            #expect(try queue.settle(lease, .succeeded([.sample()])) == .state(.succeeded))
            #expect(try queue.job(id, "state") == "succeeded")
        }
    }

    @Test func aLateSuccessOfAJobThatEndedMeanwhileIsRefused() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            try queue.loseWorkers()
            #expect(try queue.store(as: "alice").cancel(id) == "cancelled")
            #expect(throws: QueueError.self) {
                try queue.settle(lease, .succeeded([.sample()]))
            }
            #expect(try queue.job(id, "state") == "cancelled")
            #expect(try queue.store(as: "alice").outputs(of: id) == [])
        }
    }

    @Test func aRestartedServerGivesWorkersTimeToComeBack() throws {
        try TestQueue.with { queue in
            _ = try queue.enqueue()
            let lease = try queue.claimOne().lease
            try queue.force(
                "UPDATE contrast.setting SET value = '3600' WHERE key = 'restart_grace_s'"
            )
            #expect(try queue.loseWorkers().rescued == 0)
            #expect(try queue.beat(lease).isHeld)
        }
    }

    @Test func aWorkerThatLeavesFreesWhatItHeld() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            try queue.store(as: "worker").deregister(worker: queue.workerID)
            #expect(try queue.tick().rescued == 1)
            #expect(try queue.job(id, "state") == "waiting")
            let error = #expect(throws: QueueError.self) { try queue.beat(lease) }
            #expect(error.map { if case .unknownWorker = $0 { true } else { false } } == true)
        }
    }

    @Test func cancellingARunningJobReachesItsWorker() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            #expect(try queue.store(as: "alice").cancel(id) == "cancelling")
            #expect(try queue.beat(lease).isCancelRequested)
            // Whatever the worker reports of a job that is not wanted any more, it is not tried again.
            #expect(try queue.fail(lease) == .state(.cancelled))
            #expect(try queue.store(as: "alice").cancel(id) == "cancelled")
        }
    }

    @Test func aHeldJobIsGivenBackAndNotCountedAgainst() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            #expect(try queue.store(as: "alice").hold(id) == "holding")
            #expect(try queue.beat(lease).isYieldRequested)
            #expect(try queue.settle(lease, .yielded) == .state(.held))
            #expect(try queue.job(id, "failures, crashes, yields") == "0 0 1")
            #expect(try queue.claim() == [])
            #expect(try queue.store(as: "alice").release(id) == "released")
            #expect(try queue.claimOne().lease.jobID == id)
        }
    }

    @Test func aYieldedJobGoesOnFromItsCheckpoint() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            try queue.store(as: "worker").saveCheckpoint(lease, .sample(40), byteCount: 5)
            #expect(try queue.settle(lease, .yielded) == .state(.ready))
            let again = try queue.claimOne("train")
            #expect(again.lease.jobID == id && again.resume == .sample(40))
        }
    }

    @Test func aBadCheckpointGivesWayToAnOlderOne() throws {
        try TestQueue.with { queue in
            _ = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            let store = queue.store(as: "worker")
            for step in [10, 20, 30] {
                try store.saveCheckpoint(lease, .sample(step), byteCount: 5)
            }
            #expect(try store.markCheckpointBad(lease, path: "ck/30", why: "sha256") == .sample(20))
            try store.dropCheckpoint(lease, path: "ck/20")
            #expect(try store.markCheckpointBad(lease, path: "ck/30", why: "again") == .sample(10))
            #expect(try store.markCheckpointBad(lease, path: "ck/10", why: "sha256") == nil)
        }
    }

    @Test func jobsOfOneConcurrencyKeyRunOneAtATime() throws {
        try TestQueue.with { queue in
            for _ in 0..<3 { _ = try queue.enqueue { $0.concurrencyKey = "rex" } }
            let other = try queue.enqueue("bob") { $0.concurrencyKey = "rex" }
            let jobs = try queue.claim(limit: 5)
            // The key belongs to its owner: bob's job is not kept by alice's.
            #expect(jobs.map(\.owner).sorted() == ["alice", "bob"])
            #expect(jobs.contains { $0.lease.jobID == other })
            #expect(try queue.claim(limit: 5, as: queue.otherWorkerID) == [])
        }
    }

    @Test func aJobGoesOnlyWhereItFits() throws {
        try TestQueue.with { queue in
            let tagged = try queue.enqueue { $0.neededTags = ["cuda"] }
            let large = try queue.enqueue { $0.neededMemory = 9_000 }
            #expect(try queue.claim(limit: 5) == [])
            let unplaceable = try queue.one(
                "alice",
                "SELECT array_agg(id ORDER BY id) FROM contrast.unplaceable"
            )
            #expect(unplaceable == "{\(tagged),\(large)}")
            #expect(try queue.store(as: "alice").job(large)?.reason == "no live worker can take it")
            let fitting = try queue.enqueue { $0.neededTags = ["cpu"] }
            #expect(try queue.claimOne().lease.jobID == fitting)
        }
    }

    @Test func aPausedKindIsNotClaimed() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            try queue.store(as: "root").pause(kind: "generate")
            #expect(try queue.claim() == [])
            #expect(try queue.store(as: "alice").job(id)?.reason == "the kind is paused")
            try queue.store(as: "root").resume(kind: nil)
            #expect(try queue.claim().count == 1)
        }
    }

    @Test func theMostUrgentKindIsClaimedFirst() throws {
        try TestQueue.with { queue in
            _ = try queue.enqueue("alice", "train")
            let urgent = try queue.enqueue { $0.priority = 5 }
            let jobs = try queue.store(as: "worker").claim(
                worker: queue.workerID,
                kinds: ["train", "generate"],
                leaseDuration: TestQueue.leaseDuration,
                holding: []
            )
            #expect(jobs.map(\.lease.jobID) == [urgent])
        }
    }

    @Test func oneOwnersBacklogDelaysAnothersJobByOne() throws {
        try TestQueue.with { queue in
            let backlog = try (0..<5).map { _ in try queue.enqueue("alice") }
            let bobs = try queue.enqueue("bob")
            let order = try (0..<3).map { _ in try queue.claimOne().lease.jobID }
            #expect(order == [backlog[0], bobs, backlog[1]])
        }
    }

    @Test func aDrainedQueueHasNothingLeftForTheWorker() throws {
        try TestQueue.with { queue in
            let store = queue.store(as: "worker")
            #expect(try store.isDrained(worker: queue.workerID))
            let id = try queue.enqueue()
            #expect(try !store.isDrained(worker: queue.workerID))
            let lease = try queue.claimOne().lease
            #expect(try !store.isDrained(worker: queue.workerID))
            #expect(try queue.fail(lease) == .state(.waiting))
            #expect(try !store.isDrained(worker: queue.workerID), "it will be tried again")
            _ = try queue.store(as: "alice").cancel(id)
            _ = try queue.enqueue { $0.neededTags = ["cuda"] }
            _ = try queue.enqueue { $0.runAt = .distantFuture }
            #expect(try store.isDrained(worker: queue.workerID))
        }
    }
}
