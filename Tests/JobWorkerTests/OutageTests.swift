import Foundation
import JobQueue
import Postgres
import Testing
import WorkerTestSupport

/// Faults 4, 8, 9, 24, 25, 26, 28, 32: servers and workers that are away, slow, replaced or of another version.
@Suite(.serialized, .keepsInvariants)
struct OutageTests {
    @Test func aWorkerThatSleptLongAndFindsItsJobFreeGoesOn() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 100, ["slow"])
        let worker = try queue.startWorker()
        try queue.waitForStep(FaultSeed.moment(in: 21...60), of: job)
        worker.signal(SIGSTOP)
        try eventually("its lease runs out") {
            try queue.value("SELECT expires_at < clock_timestamp() FROM contrast.lease") == "true"
        }
        worker.signal(SIGCONT)
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 100)
        #expect(try queue.store.attempts(of: job).count == 1)
        worker.kill()
    }

    @Test func aLongOutageOfTheDatabaseTakesNoJobFromItsWorker() throws {
        let queue = try FaultQueue(on: FaultServer())
        try queue.execute("UPDATE contrast.setting SET value = '30' WHERE key = 'restart_grace_s'")
        let jobs = try (0..<3).map { _ in try queue.count(to: 300, ["slow"]) }
        let workers = try jobs.map { _ in
            try queue.startWorker(lease: "1s", beat: "200ms")
        }
        for job in jobs {
            try eventually("a checkpoint") { try queue.checkpointStep(job) >= 20 }
        }
        try queue.server.stop("fast")
        // Three leases long: the outage itself.
        Thread.sleep(forTimeInterval: 3)
        try queue.server.start()
        for job in jobs {
            try queue.waitForState(.succeeded, of: job)
            try queue.expectOneWinner(job, steps: 300)
            #expect(try queue.store.attempts(of: job).count == 1)
        }
        for worker in workers {
            #expect(worker.isRunning)
            worker.kill()
        }
    }

    @Test func sessionsThatAreEndedAllTheTimeCostNoJob() throws {
        let queue = try FaultQueue()
        let jobs = try (0..<30).map { _ in try queue.count(to: 20) }
        let workers = try (0..<2).map { _ in try queue.startWorker() }
        for _ in 0..<20 {
            try queue.endSessions()
            // The fault's own pace.
            Thread.sleep(forTimeInterval: 0.2)
        }
        for job in jobs {
            try queue.waitForState(.succeeded, of: job)
            try queue.expectOneWinner(job, steps: 20)
        }
        for worker in workers {
            #expect(worker.isRunning)
            worker.kill()
        }
    }

    @Test(arguments: ["contrast.lease", "contrast.job", "contrast.worker"])
    func locksThatOthersHoldLongDelayAJobAndLoseNothing(_ table: String) throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 60, ["slow"])
        let worker = try queue.startWorker()
        try eventually("a checkpoint") { try queue.checkpointStep(job) >= 20 }
        try queue.whileLocking(table) {
            try eventually("the worker's calls time out") { worker.logged.contains("cannot beat") }
            // Longer than all calls that are sent again: whoever ends a job must not give up.
            Thread.sleep(forTimeInterval: 3)
        }
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 60)
        #expect(try queue.store.attempts(of: job).map(\.outcome) == [.succeeded])
        worker.kill()
    }

    @Test func aJobThatItsOwnerKeepsLockedKeepsNoWorker() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 12, ["slow"])
        let worker = try queue.startWorker()
        try eventually("it runs") { try queue.store.job(job)?.state == .running }
        let owner = try queue.connection()
        try owner.run("BEGIN")
        try owner.run("SELECT contrast.hold(\(job))")
        let next = try queue.count(to: 3)
        try queue.waitForState(.succeeded, of: next)
        #expect(worker.logged.contains("its end waits in the database"))
        #expect(try queue.store.job(job)?.state == .running)
        try owner.run("ROLLBACK")
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 12)
        #expect(try queue.store.attempts(of: job).map(\.outcome) == [.succeeded])
        worker.kill()
    }

    @Test func aStandbyThatMissedTheLastClaimsGivesOutNoTokenTwice() throws {
        let server = try FaultServer()
        let queue = try FaultQueue(on: server)
        let job = try queue.count(to: 10)
        let other = try queue.count(to: 10)
        let standby = try server.makeStandby()
        let worker = try queue.register()
        // The standby has this much, and nothing that comes after.
        let position = try #require(try queue.value("SELECT pg_current_wal_lsn()"))
        let replica = try FaultQueue(copyOf: queue, on: standby)
        try eventually("the standby has caught up") {
            try replica.value(
                "SELECT pg_last_wal_replay_lsn() >= \(position)::pg_lsn"
            ) == "true"
        }
        try standby.stop("fast")
        var lost: [Lease] = []
        for _ in 0..<40 {
            let lease = try queue.claim(worker)
            lost.append(lease)
            _ = try queue.store.settle(lease, .yielded)
        }
        let zombie = try queue.claim(worker)
        try server.stop("immediate")

        try standby.start()
        try standby.promote()
        let first = try replica.claim(worker)
        let second = try replica.claim(worker)
        #expect(Set([first.jobID, second.jobID]) == [job, other])
        let newest = max(lost.map(\.token).max() ?? 0, zombie.token)
        #expect(min(first.token, second.token) > newest)
        for lease in lost + [zombie] {
            let refusal = #expect(throws: QueueError.self) {
                try replica.store.settle(lease, .succeeded([]))
            }
            #expect(refusal.map { if case .staleLease = $0 { true } else { false } } == true)
        }
        #expect(
            try replica.value("SELECT count(*) FROM contrast.event WHERE what = 'fence_moved'")
                == "1"
        )
        #expect(try replica.store.settle(first, .succeeded([])) == .state(.succeeded))
    }

    @Test func claimsThatACrashLosesGiveOutNoTokenTwice() throws {
        let server = try FaultServer()
        let queue = try FaultQueue(on: server)
        let worker = try queue.register()
        let kept = try queue.count(to: 10)
        _ = try queue.store.settle(try queue.claim(worker), .succeeded([]))
        // More than a sequence logs at once.
        let jobs = try (0..<40).map { _ in try queue.count(to: 10) }
        try queue.freezeLogWriter()
        let lost = try jobs.map { _ in try queue.claim(worker) }
        try server.crash()

        #expect(try queue.store.job(kept)?.state == .succeeded)
        for job in jobs { #expect(try queue.store.job(job)?.state == .ready) }
        let again = try jobs.map { _ in try queue.claim(worker) }
        #expect(again.map(\.jobID) == lost.map(\.jobID))
        #expect(Set(again.map(\.token)).isDisjoint(with: lost.map(\.token)))
        for lease in lost {
            let refusal = #expect(throws: QueueError.self) {
                try queue.store.settle(lease, .succeeded([]))
            }
            #expect(refusal.map { if case .staleLease = $0 { true } else { false } } == true)
        }
        for lease in again {
            #expect(try queue.store.settle(lease, .succeeded([])) == .state(.succeeded))
        }
    }

    @Test func aClaimWithACheckpointOutlivesACrash() throws {
        let server = try FaultServer()
        let queue = try FaultQueue(on: server)
        let worker = try queue.register()
        let job = try queue.count(to: 10)
        try queue.freezeLogWriter()
        let lease = try queue.claim(worker)
        let digest = String(repeating: "cd", count: 32)
        try queue.store.saveCheckpoint(
            lease,
            CheckpointRow(step: 5, path: "5.safetensors", sha256: digest),
            byteCount: 5
        )
        try server.crash()
        #expect(try queue.store.job(job)?.state == .running)
        #expect(try queue.store.settle(lease, .succeeded([])) == .state(.succeeded))
    }

    @Test func aWorkerThatIsNewerThanTheSchemaSaysSo() throws {
        let queue = try FaultQueue()
        try queue.execute(
            "DELETE FROM contrast.migration WHERE version = \(QueueSchema.version)"
        )
        let worker = try queue.startWorker()
        #expect(try worker.waitForExit() == 78)
        let older = QueueSchema.version - 1
        #expect(worker.logged.contains("has version \(older); run contrastctl migrate"))
    }

    @Test func telemetryThatCannotBeStoredIsDroppedAndTheJobSucceeds() throws {
        let queue = try FaultQueue()
        try queue.execute(
            """
            CREATE FUNCTION contrast.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'no room for %', TG_TABLE_NAME USING ERRCODE = 'check_violation'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON contrast.log
                FOR EACH ROW EXECUTE FUNCTION contrast.refuse();
            CREATE TRIGGER refuse BEFORE INSERT ON contrast.metric
                FOR EACH ROW EXECUTE FUNCTION contrast.refuse();
            """
        )
        let jobs = try (0..<2).map { _ in try queue.count(to: 10) }
        let worker = try queue.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        for job in jobs { try queue.expectOneWinner(job, steps: 10) }
        #expect(worker.logged.contains("telemetry was refused"))
        #expect(worker.logged.contains("telemetry was dropped"))
    }

    @Test func aPartitionThatIsGoneWhileAWorkerWritesCostsNoJob() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 250, ["slow"])
        let next = try queue.count(to: 10)
        let worker = try queue.startWorker(["--drain"])
        try queue.waitForStep(FaultSeed.moment(in: 21...60), of: job)
        try queue.execute(
            """
            DO $$
            DECLARE part regclass;
            BEGIN
                FOR part IN SELECT i.inhrelid::regclass FROM pg_inherits i
                             WHERE i.inhparent IN ('contrast.log'::regclass, 'contrast.metric'::regclass)
                LOOP
                    EXECUTE format('DROP TABLE %s', part);
                END LOOP;
            END $$
            """
        )
        #expect(try worker.waitForExit() == 0)
        try queue.expectOneWinner(job, steps: 250)
        try queue.expectOneWinner(next, steps: 10)
        #expect(try queue.store.attempts(of: job).count == 1)
        #expect(worker.logged.contains("telemetry was dropped"))
    }
}
