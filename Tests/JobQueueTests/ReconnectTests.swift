import JobQueue
import Postgres
import Testing

/// Sessions that are lost in the middle.
@Suite(.needsPostgres)
struct ReconnectTests {
    private func killSessions(_ queue: TestQueue) throws {
        try queue.connection(as: "postgres").run(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = \(queue.database) AND pid <> pg_backend_pid()
            """
        )
    }

    @Test func aCallOverALostSessionIsSentAgainOverANewOne() throws {
        try TestQueue.with { queue in
            let store = queue.store(as: "worker")
            _ = try queue.enqueue()
            try store.tick()
            try killSessions(queue)
            let jobs = try store.claim(
                worker: queue.workerID,
                kinds: ["generate"],
                leaseDuration: TestQueue.leaseDuration,
                holding: []
            )
            let lease = try #require(jobs.first).lease
            try killSessions(queue)
            #expect(try store.settle(lease, .succeeded([.sample()])) == .state(.succeeded))
        }
    }

    @Test func anOrderWithoutAKeyIsNotSentTwice() throws {
        try TestQueue.with { queue in
            let store = queue.store(as: "alice")
            _ = try store.jobs()
            try killSessions(queue)
            let error = #expect(throws: QueueError.self) {
                try store.enqueue(JobOrder(kind: "generate", params: "{}"))
            }
            #expect(error.map { if case .unreachable = $0 { true } else { false } } == true)
            #expect(try store.jobs() == [])
        }
    }

    @Test func aCallThatNeverGetsItsLockIsNotARefusal() throws {
        try TestQueue.with { queue in
            _ = try queue.enqueue()
            let lease = try queue.claimOne().lease
            let other = try queue.connection(as: "postgres")
            try other.run(script: "BEGIN; SELECT FROM contrast.job FOR UPDATE")
            var settings = TestQueue.settings(database: queue.database, user: "worker")
            settings.statementTimeout = .milliseconds(20)
            let hasty = PostgresJobStore(settings)
            let error = #expect(throws: QueueError.self) { try hasty.settle(lease, .succeeded([])) }
            #expect(error.map { if case .unreachable = $0 { true } else { false } } == true)
            try other.run(script: "ROLLBACK")
            #expect(try queue.settle(lease, .succeeded([])) == .state(.succeeded))
        }
    }

    @Test func aListenerThatIsLostListensAgain() throws {
        try TestQueue.with { queue in
            let store = queue.store(as: "worker")
            try store.listenForWork()
            try killSessions(queue)
            let wake = WakeSignal()
            #expect(throws: QueueError.self) {
                try store.waitForNotices(timeout: .seconds(20), wake: wake)
            }
            #expect(try store.waitForNotices(timeout: .zero, wake: wake) == [])
            _ = try queue.enqueue()
            #expect(
                try store.waitForNotices(timeout: .seconds(20), wake: wake) == [
                    .work(kind: "generate")
                ]
            )
        }
    }

    @Test func aDatabaseWithoutTheQueueSaysWhatToDo() throws {
        let store = PostgresJobStore(TestQueue.settings(database: "postgres", user: "postgres"))
        #expect(try store.schemaVersion() == nil)
        let error = #expect(throws: QueueError.self) { try store.jobs() }
        #expect(error?.description.hasSuffix("run contrastctl migrate") == true)
    }
}
