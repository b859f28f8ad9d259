import WorkerTestSupport

/// Random histories of a `QueueModel`: three workers, which act on what they believe to hold, right or wrong,
/// people, housekeeping and time.
struct ModelHistory {
    private(set) var model: QueueModel
    /// What was done so far, to be read after a violation and to be played to PostgreSQL.
    private(set) var operations: [QueueOperation] = []
    private(set) var answers: [ModelAnswer] = []
    private var believed: [(job: Int, token: Int, worker: Int)] = []
    private var random: SeededGenerator
    private let hasFailOvers: Bool
    private static let jobLimit = 4

    init(seed: UInt64, without removed: QueueFence? = nil, hasFailOvers: Bool = true) {
        model = QueueModel(without: removed)
        random = SeededGenerator(state: seed)
        self.hasFailOvers = hasFailOvers
    }

    /// A new history of so many operations; the broken rule, if one was broken.
    mutating func play(_ count: Int) -> String? {
        begin()
        for _ in 0..<count {
            step()
            if let violation = model.violation { return violation }
        }
        return nil
    }

    /// A new history, up to the first operation that a queue without the fence would answer otherwise or after which
    /// its jobs would look otherwise; false if that does not come in so many.
    mutating func play(_ count: Int, untilMissing fence: QueueFence) -> Bool {
        begin()
        var other = QueueModel(without: fence)
        for index in 0..<count {
            step()
            if other.apply(operations[index]) != answers[index] { return true }
            // Of what differs, some shows later only.
            if other.jobs != model.jobs, other.jobs.map(\.summary) != model.jobs.map(\.summary) {
                return true
            }
        }
        return false
    }

    private mutating func begin() {
        model.reset()
        operations.removeAll(keepingCapacity: true)
        answers.removeAll(keepingCapacity: true)
        believed.removeAll(keepingCapacity: true)
    }

    private mutating func step() {
        let operation = next()
        operations.append(operation)
        let answer = model.apply(operation)
        answers.append(answer)
        if case .claimed(let job, let token) = answer, case .claim(let worker, _) = operation {
            believed.append((job, token, worker))
        }
        model.check()
    }

    /// Runs everything that is left; the broken rule, if one was broken.
    mutating func drain() -> String? {
        for perOwner in [false, true] { _ = model.apply(.slots(count: 0, perOwner: perOwner)) }
        for job in model.jobs.indices { _ = model.apply(.release(job: job + 1)) }
        for _ in 0..<40 where !model.isDone {
            for job in model.jobs.indices { _ = model.apply(.expire(job: job + 1)) }
            _ = model.apply(.tick)
            _ = model.apply(.endPauses)
            _ = model.apply(.tick)
            while case .claimed(let job, let token) = model.apply(.claim(worker: 0, base: 1)) {
                _ = model.apply(.finish(job: job, token: token, .succeeded))
            }
            model.check()
        }
        model.blameStuckJobs()
        return model.violation
    }

    private mutating func next() -> QueueOperation {
        let jobs = model.jobs.count
        guard jobs > 0 else { return enqueue() }
        switch pick(32) {
        case 0..<3 where jobs < Self.jobLimit: return enqueue()
        case 0..<8: return claim()
        case 8..<10:
            guard let (job, token, worker) = belief() else { return .tick }
            return .beat(worker: worker, job: job, token: token)
        case 10..<12:
            guard let (job, token, _) = belief() else { return .tick }
            return .checkpoint(job: job, token: token, step: 1 + pick(4))
        case 12..<17:
            guard !believed.isEmpty else { return claim() }
            let index = pick(believed.count)
            let (job, token, _) = believed[index]
            // Some workers send the end again, or another one.
            if pick(4) > 0 { believed.remove(at: index) }
            return .finish(
                job: job,
                token: token,
                QueueOperation.End(rawValue: pick(6)) ?? .succeeded
            )
        case 17: return .cancel(job: 1 + pick(jobs))
        case 18..<20: return .retry(job: 1 + pick(jobs))
        case 20: return .hold(job: 1 + pick(jobs))
        case 21: return .release(job: 1 + pick(jobs))
        case 22..<26: return .tick
        case 26..<28: return .expire(job: 1 + pick(jobs))
        case 28: return .standStill(job: 1 + pick(jobs))
        case 29 where hasFailOvers: return .failOver
        case 30: return .slots(count: pick(3), perOwner: pick(2) == 0)
        default: return .endPauses
        }
    }

    private mutating func enqueue() -> QueueOperation {
        .enqueue(
            parents: UInt8(pick(1 << min(model.jobs.count, Self.jobLimit))),
            runsAnyway: pick(3) == 0,
            hasKey: pick(3) == 0,
            maxFailures: 1 + pick(3),
            base: 1 + pick(2)
        )
    }

    private mutating func claim() -> QueueOperation { .claim(worker: pick(3), base: pick(3)) }

    private mutating func belief() -> (job: Int, token: Int, worker: Int)? {
        believed.isEmpty ? nil : believed[pick(believed.count)]
    }

    /// A number below `count`.
    private mutating func pick(_ count: Int) -> Int {
        Int(((random.next() >> 32) * UInt64(count)) >> 32)
    }
}
