import JobQueue
import Postgres
import Testing

/// Jobs that need other jobs.
@Suite(.needsPostgres)
struct DependencyTests {
    @Test func aChildWaitsForAllItsParents() throws {
        try TestQueue.with { queue in
            let parents = try (0..<2).map { _ in try queue.enqueue("alice", "train") }
            let child = try queue.enqueue { $0.after = parents }
            #expect(try queue.job(child, "state, deps_left") == "waiting 2")
            #expect(
                try queue.store(as: "alice").job(child)?.reason
                    == "waits for job \(parents[0]), \(parents[1])"
            )
            for job in try queue.claim("train", limit: 2) {
                _ = try queue.settle(job.lease, .succeeded([]))
            }
            #expect(try queue.job(child, "state, deps_left") == "ready 0")
        }
    }

    @Test func aParentThatIsDoneIsNotWaitedFor() throws {
        try TestQueue.with { queue in
            let parent = try queue.enqueue()
            _ = try queue.settle(try queue.claimOne().lease, .succeeded([]))
            let child = try queue.enqueue { $0.after = [parent] }
            #expect(try queue.job(child, "state") == "ready")
        }
    }

    @Test func payloadFieldsThatNameJobsAreWaitedFor() throws {
        try TestQueue.with { queue in
            let train = try queue.enqueue("alice", "train")
            let generate = try queue.enqueue(params: #"{"adapter": "job:\#(train)"}"#) {
                $0.after = [train]
            }
            #expect(try queue.job(generate, "deps_left") == "1")
            let evaluate = try queue.enqueue(
                "alice",
                "evaluate",
                params: #"{"jobs": [\#(generate)]}"#
            )
            #expect(try queue.job(evaluate, "state, deps_left") == "waiting 1")
            let error = #expect(throws: QueueError.self) {
                try queue.enqueue("bob", params: #"{"adapter": "job:\#(train)"}"#)
            }
            #expect(error == .badRequest("needed job \(train) is no job of yours"))
        }
    }

    @Test func aFailedParentCancelsItsChildrenUnlessTheEdgeSaysRun() throws {
        try TestQueue.with { queue in
            let parent = try queue.enqueue()
            let child = try queue.enqueue { $0.after = [parent] }
            let grandchild = try queue.enqueue { $0.after = [child] }
            let anyway = try queue.enqueue {
                $0.after = [parent]
                $0.ifFailed = .run
            }
            _ = try queue.fail(try queue.claimOne().lease, .permanent)
            #expect(try queue.job(child, "state") == "cancelled")
            #expect(try queue.job(grandchild, "state") == "cancelled")
            #expect(try queue.job(anyway, "state") == "ready")
            let error = #expect(throws: QueueError.self) {
                try queue.enqueue { $0.after = [parent] }
            }
            #expect(error == .badRequest("needed job \(parent) failed; retry it first"))
        }
    }

    @Test func retryingAParentRevivesWhatWasCancelledBecauseOfIt() throws {
        try TestQueue.with { queue in
            let parent = try queue.enqueue()
            let child = try queue.enqueue { $0.after = [parent] }
            let grandchild = try queue.enqueue { $0.after = [child] }
            let anyway = try queue.enqueue {
                $0.after = [parent]
                $0.ifFailed = .run
            }
            _ = try queue.fail(try queue.claimOne().lease, .permanent)
            let alice = queue.store(as: "alice")
            #expect(throws: QueueError.self) { try alice.retry(child) }
            #expect(try alice.retry(parent) == "queued")
            #expect(try queue.job(child, "state, deps_left") == "waiting 1")
            #expect(try queue.job(grandchild, "state, deps_left") == "waiting 1")
            #expect(try alice.reprioritize(parent, to: 9) == "ready")
            _ = try queue.settle(try queue.claimOne().lease, .succeeded([]))
            // The edge that was paid when the parent failed is not paid twice.
            #expect(try queue.job(child, "state, deps_left") == "ready 0")
            #expect(try queue.job(anyway, "state, deps_left") == "ready 0")
        }
    }

    @Test func aChildOfTwoDeadParentsIsRevivedByTheSecond() throws {
        try TestQueue.with { queue in
            let parents = try (0..<2).map { _ in try queue.enqueue() }
            let child = try queue.enqueue { $0.after = parents }
            for job in try queue.claim(limit: 2) { _ = try queue.fail(job.lease, .permanent) }
            let alice = queue.store(as: "alice")
            _ = try alice.retry(parents[0])
            #expect(try queue.job(child, "state, cancelled_by") == "cancelled \(parents[1])")
            _ = try alice.retry(parents[1])
            #expect(try queue.job(child, "state, deps_left") == "waiting 2")
            for job in try queue.claim(limit: 2) { _ = try queue.settle(job.lease, .succeeded([])) }
            #expect(try queue.job(child, "state") == "ready")
        }
    }

    @Test func anEdgeThatWasPaidIsNotPaidAgainWithAnother() throws {
        try TestQueue.with { queue in
            let first = try queue.enqueue()
            let second = try queue.enqueue { $0.after = [first] }
            let child = try queue.enqueue {
                $0.after = [first, second]
                $0.ifFailed = .run
            }
            let alice = queue.store(as: "alice")
            _ = try alice.cancel(second)
            #expect(try queue.job(child, "state, deps_left") == "waiting 1")
            _ = try alice.retry(second)
            // Takes the second with it: the child hears of both, and has heard of one.
            _ = try queue.fail(try queue.claimOne().lease, .permanent)
            #expect(try queue.job(second, "state") == "cancelled")
            #expect(try queue.job(child, "state, deps_left") == "ready 0")
        }
    }

    @Test func aCancelledChildRetriedAfterItsParentRunsAtOnce() throws {
        try TestQueue.with { queue in
            let parent = try queue.enqueue()
            let child = try queue.enqueue { $0.after = [parent] }
            let alice = queue.store(as: "alice")
            #expect(try alice.cancel(child) == "cancelled")
            _ = try queue.settle(try queue.claimOne().lease, .succeeded([]))
            #expect(try alice.retry(child) == "queued")
            #expect(try queue.job(child, "state, deps_left") == "ready 0")
        }
    }

    @Test func aHeldChildStaysHeldWhenItsParentEnds() throws {
        try TestQueue.with { queue in
            let parent = try queue.enqueue()
            let child = try queue.enqueue { $0.after = [parent] }
            let alice = queue.store(as: "alice")
            #expect(try alice.hold(child) == "held")
            _ = try queue.settle(try queue.claimOne().lease, .succeeded([]))
            #expect(try queue.job(child, "state, deps_left") == "held 0")
            #expect(try alice.release(child) == "released")
            #expect(try queue.job(child, "state") == "ready")
        }
    }

    @Test func aJobReadsTheOutputsOfItsOwnersJobsOnly() throws {
        try TestQueue.with { queue in
            let train = try queue.enqueue("alice", "train")
            _ = try queue.enqueue("alice")
            _ = try queue.enqueue("bob")
            let store = queue.store(as: "worker")
            let running = try queue.claimOne()
            let bobs = try queue.claimOne()
            let early = #expect(throws: QueueError.self) {
                try store.inputs(for: running.lease, from: train)
            }
            #expect(early == .badRequest("job \(train) has no outputs: it is ready"))
            _ = try queue.settle(try queue.claimOne("train").lease, .succeeded([.sample()]))
            #expect(running.owner == "alice" && bobs.owner == "bob")
            #expect(try store.inputs(for: running.lease, from: train) == [.sample()])
            #expect(throws: QueueError.self) { try store.inputs(for: bobs.lease, from: train) }
        }
    }
}
