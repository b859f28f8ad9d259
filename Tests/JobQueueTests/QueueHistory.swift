import Foundation
import JobQueue
import Postgres
import Testing
import WorkerTestSupport

/// One participant of a random history: at each step it does what some user or worker might do next,
/// with what it believes it holds, right or wrong.
struct QueueHistory {
    private let queue: TestQueue
    private let users: [PostgresJobStore]
    private let store: PostgresJobStore
    private let admin: PostgresConnection
    private let workers: [UUID]
    /// Leases that were handed out, with the worker that got them; among them those that were lost since.
    private var believed: [(lease: Lease, worker: UUID)] = []
    private var random: SeededGenerator

    init(_ queue: TestQueue, seed: UInt64) throws {
        self.queue = queue
        users = ["alice", "bob"].map { queue.store(as: $0) }
        store = queue.store(as: "worker")
        admin = try queue.connection(as: "postgres")
        workers = [queue.workerID, queue.otherWorkerID]
        random = SeededGenerator(state: seed)
    }

    /// Does something. What the queue refuses for a good reason is part of the history.
    mutating func step() throws {
        do {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<4: try enqueue()
            case 4..<8: try claim()
            case 8..<10: try beat()
            case 10..<14: try settle()
            case 14: try saveCheckpoint()
            case 15, 16: try steer()
            case 17: try loseSomebody()
            case 18: try store.tick()
            default: try endPauses()
            }
        } catch let error as QueueError {
            switch error {
            case .staleLease, .notFound, .badRequest: return
            default: throw error
            }
        }
    }

    /// Runs everything that is left, until every job has ended; throws if that never comes.
    func drain() throws {
        for id in try ids("state = 'held' OR hold") {
            try admin.run("SELECT contrast.hold(\(id), false)")
        }
        for _ in 0..<500 {
            if try ids("finished_at IS NULL").isEmpty { return }
            try admin.run(
                "UPDATE contrast.lease SET expires_at = clock_timestamp() - interval '1 s'"
            )
            try store.tick()
            try endPauses()
            for worker in workers {
                let jobs = try store.claim(
                    worker: worker,
                    kinds: ["generate", "train"],
                    limit: 10,
                    leaseDuration: TestQueue.leaseDuration,
                    holding: nil
                )
                for job in jobs { _ = try store.settle(job.lease, .succeeded([.sample()])) }
            }
        }
        Issue.record("jobs \(try ids("finished_at IS NULL")) never end")
    }

    /// What must hold after every call, as sentences about the jobs where it does not.
    func violations() throws -> [String] { try QueueInvariants(admin).violations() }

    private mutating func enqueue() throws {
        var order = JobOrder(kind: pick(["generate", "train"]), params: "{}")
        let parents = try ids("true").suffix(6).filter { _ in
            Int.random(in: 0..<4, using: &random) == 0
        }
        order.after = Array(parents)
        order.ifFailed = pick([.cancel, .cancel, .run])
        order.priority = Int.random(in: -2...2, using: &random)
        order.maxFailures = Int.random(in: 1...3, using: &random)
        order.concurrencyKey = pick([nil, nil, "a", "b"])
        _ = try pick(users).enqueue(order)
    }

    private mutating func claim() throws {
        let worker = pick(workers)
        let jobs = try store.claim(
            worker: worker,
            kinds: ["generate", "train"],
            limit: Int.random(in: 1...3, using: &random),
            leaseDuration: TestQueue.leaseDuration,
            holding: nil
        )
        believed += jobs.map { ($0.lease, worker) }
    }

    private mutating func beat() throws {
        let worker = pick(workers)
        let reply = try store.beat(
            worker: worker,
            isIdle: Bool.random(using: &random),
            reports: believed.filter { $0.worker == worker }
                .map { BeatReport(lease: $0.lease, step: Int.random(in: 0...9, using: &random)) },
            leaseDuration: TestQueue.leaseDuration
        )
        let lost = Set(reply.leases.filter { !$0.isHeld }.map(\.lease))
        // Some workers do not listen.
        if Bool.random(using: &random) { believed.removeAll { lost.contains($0.lease) } }
    }

    private mutating func settle() throws {
        guard let (lease, _) = believed.randomElement(using: &random) else { return }
        let end: AttemptEnd = pick([
            .succeeded([.sample()]), .succeeded([]), .yielded, .cancelled,
            .failed(JobFailure(.permanent, stage: "test", text: "it broke")),
            .failed(JobFailure(pick(FailureClass.allCases), stage: "test", text: "it broke")),
        ])
        if Int.random(in: 0..<4, using: &random) > 0 { believed.removeAll { $0.lease == lease } }
        _ = try store.settle(lease, end)
    }

    private mutating func saveCheckpoint() throws {
        guard let (lease, _) = believed.randomElement(using: &random) else { return }
        try store.saveCheckpoint(
            lease,
            .sample(Int.random(in: 1...99, using: &random)),
            byteCount: 1
        )
    }

    private mutating func steer() throws {
        guard let id = try ids("true").randomElement(using: &random) else { return }
        let user = pick(users)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: _ = try user.cancel(id)
        case 1: _ = try user.retry(id)
        case 2: _ = try user.hold(id)
        default: _ = try user.release(id)
        }
    }

    private mutating func loseSomebody() throws {
        try admin.run(
            """
            UPDATE contrast.lease SET expires_at = clock_timestamp() - interval '1 s'
             WHERE job_id % 3 = \(Int.random(in: 0..<3, using: &random))
            """
        )
        try store.tick()
    }

    private func endPauses() throws {
        try admin.run(
            """
            UPDATE contrast.job SET run_at = clock_timestamp() WHERE id IN (
                SELECT id FROM contrast.job WHERE state = 'waiting' AND run_at > clock_timestamp()
                 ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
            """
        )
        try store.tick()
    }

    private func ids(_ condition: PostgresQuery) throws -> [Int] {
        try admin.run("SELECT id FROM contrast.job WHERE \(condition) ORDER BY id").map {
            try $0.value("id")
        }
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }
}
