import Foundation
import JobQueue
import Postgres
import Testing

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
    private var random: SplitMix

    init(_ queue: TestQueue, seed: UInt64) throws {
        self.queue = queue
        users = ["alice", "bob"].map { queue.store(as: $0) }
        store = queue.store(as: "worker")
        admin = try queue.connection(as: "postgres")
        workers = [queue.workerID, queue.otherWorkerID]
        random = SplitMix(state: seed)
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
    func violations() throws -> [String] {
        let rows = try admin.run(
            """
            SELECT format('job %s: %s', id, what) AS violation FROM (
                SELECT j.id, 'has two winning attempts' AS what FROM contrast.job j
                  JOIN contrast.attempt a ON a.job_id = j.id AND a.outcome = 'succeeded'
                 GROUP BY j.id HAVING count(*) > 1
                UNION ALL
                SELECT o.job_id, 'has an output of an attempt that did not win' FROM contrast.output o
                  JOIN contrast.job j ON j.id = o.job_id
                  JOIN contrast.attempt a ON a.job_id = o.job_id AND a.token = o.token
                 WHERE a.outcome <> 'succeeded' OR j.state <> 'succeeded'
                UNION ALL
                SELECT coalesce(j.id, l.job_id), 'runs without a lease, or has one without running'
                  FROM (SELECT * FROM contrast.job WHERE state = 'running') j
                  FULL JOIN contrast.lease l ON l.job_id = j.id AND l.token = j.token
                 WHERE j.id IS NULL OR l.job_id IS NULL
                UNION ALL
                SELECT j.id, 'has an open attempt that is not its lease''s' FROM contrast.job j
                  JOIN contrast.attempt a ON a.job_id = j.id
                 WHERE (a.ended_at IS NULL) <> (j.state = 'running' AND a.token = j.token)
                UNION ALL
                SELECT j.id, 'miscounts what it waits for' FROM contrast.job j
                 WHERE j.finished_at IS NULL AND j.deps_left <> (
                    SELECT count(*) FROM contrast.dep d WHERE d.job_id = j.id AND NOT d.settled)
                UNION ALL
                SELECT j.id, 'waits for a job that has ended' FROM contrast.job j
                  JOIN contrast.dep d ON d.job_id = j.id AND NOT d.settled
                  JOIN contrast.job p ON p.id = d.needs
                 WHERE j.finished_at IS NULL AND p.finished_at IS NOT NULL
                UNION ALL
                SELECT j.id, 'can run though it waits for something' FROM contrast.job j
                 WHERE j.state IN ('ready', 'running') AND j.deps_left > 0
                UNION ALL
                SELECT j.id, 'can run though it is to be held' FROM contrast.job j
                 WHERE j.state IN ('ready', 'waiting') AND j.hold
                UNION ALL
                SELECT a.job_id, 'has attempts whose tokens do not rise' FROM contrast.attempt a
                  JOIN contrast.attempt b ON b.job_id = a.job_id AND b.n > a.n AND b.token <= a.token
                UNION ALL
                SELECT j.id, 'counts its attempts wrongly' FROM contrast.job j
                 WHERE j.attempts <> (SELECT count(*) FROM contrast.attempt a WHERE a.job_id = j.id)) v
            """
        )
        return try rows.map { try $0.value("violation") }
    }

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

/// A small generator of random numbers with a seed (Steele, Lea and Flood 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
