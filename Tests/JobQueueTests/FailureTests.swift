import JobQueue
import Postgres
import Testing

/// What becomes of jobs that go wrong.
@Suite(.needsPostgres)
struct FailureTests {
    @Test(arguments: [
        (FailureClass.permanent, JobState.failed), (.poison, .failed), (.resource, .waiting),
        (.transient, .waiting), (.bug, .waiting),
    ])
    func theClassDecidesWhetherAJobIsTriedAgain(failure: FailureClass, state: JobState) throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            #expect(try queue.fail(try queue.claimOne().lease, failure) == .state(state))
            let attempt = try #require(try queue.store(as: "alice").attempts(of: id).first)
            #expect(attempt.failure == JobFailure(failure, stage: "train", text: "it broke"))
            let reason = try queue.store(as: "alice").job(id)?.reason ?? ""
            #expect(reason.hasPrefix("\(failure.rawValue) in train: it broke"))
        }
    }

    @Test func aBugIsTriedOnceMoreAndOtherFailuresToTheirLimit() throws {
        try TestQueue.with { queue in
            for (failure, attempts) in [(FailureClass.bug, 2), (.transient, 3)] {
                let id = try queue.enqueue()
                for attempt in 1...attempts {
                    let settlement = try queue.fail(try queue.claimOne().lease, failure)
                    #expect(settlement == .state(attempt == attempts ? .failed : .waiting))
                    if attempt < attempts { try queue.endPause(of: id) }
                }
                #expect(try queue.job(id, "failures") == "\(attempts)")
            }
        }
    }

    @Test func pausesBetweenAttemptsGrow() throws {
        try TestQueue.with(forced: true) { queue in
            let id = try queue.enqueue { $0.maxFailures = 100 }
            for failures in [1, 2, 5, 50] {
                try queue.force(
                    "UPDATE contrast.job SET failures = \(failures - 1) WHERE id = \(id)"
                )
                _ = try queue.fail(try queue.claimOne().lease)
                let pause = try queue.job(id, "extract(epoch FROM run_at - clock_timestamp())")
                let expected = min(3_600, 15 * Double(1 << min(failures - 1, 20)))
                #expect((0.75 * expected...1.21 * expected).contains(try #require(Double(pause))))
                #expect(try queue.claim() == [])
                try queue.endPause(of: id)
            }
        }
    }

    @Test func aJobThatTakesItsWorkersDownStopsAfterThree() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            for _ in 0..<3 {
                try queue.endPause(of: id)
                _ = try queue.claimOne()
                try queue.loseWorkers()
            }
            #expect(try queue.job(id, "state, crashes") == "failed 3")
            let job = try #require(try queue.store(as: "alice").job(id))
            #expect(job.reason == "poison: its worker was lost 3 times")
        }
    }

    @Test func onlyNewProgressForgivesCrashes() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue("alice", "train")
            let store = queue.store(as: "worker")
            func crash(savingStep step: Int) throws {
                let lease = try queue.claimOne("train").lease
                try store.saveCheckpoint(lease, .sample(step), byteCount: 5)
                try queue.loseWorkers()
                try queue.endPause(of: id)
            }
            try crash(savingStep: 10)
            try crash(savingStep: 10)
            #expect(try queue.job(id, "crashes") == "2")
            try crash(savingStep: 20)
            #expect(try queue.job(id, "crashes") == "1")
        }
    }

    @Test func aCancelledJobIsNotRescued() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            _ = try queue.claimOne()
            _ = try queue.store(as: "alice").cancel(id)
            try queue.loseWorkers()
            #expect(try queue.job(id, "state") == "cancelled")
        }
    }

    @Test func aStalledJobIsAskedBackAndStopsAfterThree() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue { $0.stallAfter = .seconds(60) }
            for round in 1...3 {
                let lease = try queue.claimOne().lease
                try queue.force(
                    "UPDATE contrast.lease SET step_at = clock_timestamp() - interval '61 s'"
                )
                #expect(try queue.tick().stalled == 1)
                #expect(try queue.beat(lease).isYieldRequested)
                #expect(try queue.tick().stalled == 0, "it is asked once")
                #expect(try queue.settle(lease, .yielded) == .state(round == 3 ? .failed : .ready))
            }
            #expect(try queue.job(id, "crashes, yields") == "3 3")
        }
    }

    @Test func anAttemptThatRunsTooLongIsCancelled() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue { $0.maxRuntime = .seconds(60) }
            let lease = try queue.claimOne().lease
            try queue.force(
                "UPDATE contrast.attempt SET started_at = clock_timestamp() - interval '61 s'"
            )
            #expect(try queue.tick().stalled == 1)
            #expect(try queue.beat(lease).isCancelRequested)
            #expect(try queue.settle(lease, .cancelled) == .state(.cancelled))
            let reason = try queue.store(as: "alice").job(id)?.reason ?? ""
            #expect(reason == "ran longer than max_runtime, 00:01:00")
        }
    }

    @Test func aRetriedJobStartsItsCountersAgainAndKeepsItsHistory() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            try queue.store(as: "worker").saveCheckpoint(lease, .sample(7), byteCount: 5)
            _ = try queue.fail(lease, .permanent)
            #expect(try queue.store(as: "alice").retry(id) == "queued")
            #expect(try queue.job(id, "state, failures, attempts") == "ready 0 1")
            let second = try queue.claimOne("train")
            #expect(second.attempt == 2 && second.resume == .sample(7))
            #expect(second.lease.token > lease.token)
            _ = try queue.settle(second.lease, .succeeded([]))
            #expect(try queue.store(as: "alice").retry(id) == "unchanged: succeeded")
        }
    }

    @Test func aServerThatTakesOverGivesOutNoTokenTwice() throws {
        try TestQueue.with { queue in
            for _ in 0..<2 { _ = try queue.enqueue() }
            let before = try queue.claimOne().lease.token
            // A standby has the rows, and may lack the newest tokens.
            try queue.force("UPDATE contrast.incarnation SET id = 'the server before'")
            #expect(try queue.claimOne().lease.token > before + 100)
        }
    }

    @Test func aServerThatCrashedGivesOutNoTokenTwice() throws {
        try TestQueue.with { queue in
            for _ in 0..<3 { _ = try queue.enqueue() }
            let before = try queue.claimOne().lease.token
            // What the recovery does to a table without a log.
            try queue.force("TRUNCATE contrast.fence_witness")
            let after = try queue.claimOne().lease.token
            #expect(after > before + 100)
            #expect(try queue.claimOne().lease.token < after + 100)
        }
    }

    @Test func aBackupRestoredInPlaceGivesOutNoTokenTwice() throws {
        try TestQueue.withOwnDatabase { queue in
            for _ in 0..<2 { _ = try queue.enqueue() }
            let before = try queue.claimOne().lease.token
            // What pg_restore --clean does to the sequence.
            try queue.force("ALTER SEQUENCE contrast.fence RENAME TO lost_fence")
            try queue.force("CREATE SEQUENCE contrast.fence")
            try queue.force("ALTER SEQUENCE contrast.fence OWNER TO contrast_owner")
            #expect(try queue.claimOne().lease.token > before + 100)
        }
    }

    @Test func outputsThatLeaveTheirRootAreRefusedAndNothingIsPublished() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            for path in ["/etc/passwd", "../up", "a/../../b", "a/.."] {
                #expect(throws: QueueError.self) {
                    try queue.settle(lease, .succeeded([.sample(0), .sample(1, path: path)]))
                }
            }
            #expect(try queue.job(id, "state") == "running")
            #expect(try queue.one("postgres", "SELECT count(*) FROM contrast.output") == "0")
        }
    }
}
