import JobQueue

/// The queue as a pure state machine: what the functions of `migrations` do to the rows that decide, one call
/// after the other. `ModelReplayTests` holds it against them.
///
/// Where a fence is removed, calls that take two looks in its absence are two operations: the second happens
/// when the same participant comes next.
struct QueueModel {
    /// One row of `contrast.dep`.
    struct Edge {
        let child: Int
        let parent: Int
        let runsAnyway: Bool
        var isSettled = false
    }

    /// One row of `contrast.attempt`.
    struct Attempt {
        let job: Int
        let token: Int
        let worker: Int
        var outcome: AttemptOutcome?
    }

    /// One row of `contrast.lease`.
    struct Lease {
        let job: Int
        let token: Int
        let worker: Int
        var isExpired = false
        var standsStill = false
    }

    static let maxCrashes = 3

    private(set) var jobs: [ModelJob] = []
    private(set) var edges: [Edge] = []
    private(set) var attempts: [Attempt] = []
    private(set) var leases: [Lease] = []
    private(set) var lastToken = 0
    /// Every token that was ever handed out, whatever the queue remembers.
    private var issued: [Int] = []
    /// The first broken rule, as a sentence.
    private(set) var violation: String?
    let removed: QueueFence?

    /// What a claim without its lock has chosen, by worker; 0 is nothing.
    private var chosen = [0, 0, 0]
    /// What housekeeping without its lock is about to take back.
    private var condemned = 0
    /// What enqueueing without its locks has seen.
    private var seen: (operation: QueueOperation, left: [Int])?

    init(without removed: QueueFence? = nil) { self.removed = removed }

    /// Forgets everything, and keeps the memory.
    mutating func reset() {
        jobs.removeAll(keepingCapacity: true)
        edges.removeAll(keepingCapacity: true)
        attempts.removeAll(keepingCapacity: true)
        leases.removeAll(keepingCapacity: true)
        issued.removeAll(keepingCapacity: true)
        lastToken = 0
        violation = nil
        chosen = [0, 0, 0]
        condemned = 0
        seen = nil
    }

    /// Whether everything has ended.
    var isDone: Bool { jobs.allSatisfy(\.state.isFinal) }

    /// Does what an operation says; the answer is what SQL would answer.
    mutating func apply(_ operation: QueueOperation) -> ModelAnswer {
        switch operation {
        case .enqueue: enqueue(operation)
        case .claim(let worker): claim(worker)
        case .beat(let worker, let job, let token): beat(worker, job, token)
        case .checkpoint(let job, let token, let step): checkpoint(job, token, step)
        case .finish(let job, let token, let end): finish(job, token, end)
        case .cancel(let job): cancel(job)
        case .retry(let job): retry(job)
        case .hold(let job): hold(job, true)
        case .release(let job): hold(job, false)
        case .tick: tick()
        case .expire(let job): change(job) { $0.isExpired = true }
        case .standStill(let job): change(job) { $0.standsStill = true }
        case .endPauses: endPauses()
        case .failOver: failOver()
        }
    }

    private func has(_ fence: QueueFence) -> Bool { removed != fence }

    private mutating func blame(_ sentence: String) {
        if violation == nil { violation = sentence }
    }

    private mutating func change(_ job: Int, _ body: (inout Lease) -> Void) -> ModelAnswer {
        for index in leases.indices where leases[index].job == job { body(&leases[index]) }
        return .done
    }

    private mutating func endPauses() -> ModelAnswer {
        for index in jobs.indices where !jobs[index].state.isFinal { jobs[index].isPaused = false }
        return .done
    }
}

// MARK: - What people do

extension QueueModel {
    private mutating func enqueue(_ operation: QueueOperation) -> ModelAnswer {
        guard case .enqueue(let mask, let runsAnyway, let hasKey, let maxFailures) = operation
        else {
            return .done
        }
        let parents = jobs.indices.filter { mask & (1 << UInt8($0)) != 0 }.map { $0 + 1 }
        var left = parents.filter { !jobs[$0 - 1].state.isFinal }
        if !has(.enqueueLocksParents) {
            guard let seen else {
                self.seen = (operation, left)
                return .done
            }
            left = seen.left
            self.seen = nil
        } else if !runsAnyway,
            parents.contains(where: { [.failed, .cancelled].contains(jobs[$0 - 1].state) })
        {
            return .refused("JQ004")
        }
        var job = ModelJob()
        job.hasKey = hasKey
        job.maxFailures = maxFailures
        job.depsLeft = left.count
        job.state = left.isEmpty ? .ready : .waiting
        for other in jobs {
            if other.state == .waiting || other.state == .ready {
                job.fair = max(job.fair, other.fair + 1)
            }
        }
        jobs.append(job)
        for parent in left {
            edges.append(Edge(child: jobs.count, parent: parent, runsAnyway: runsAnyway))
        }
        return .number(jobs.count)
    }

    private mutating func cancel(_ job: Int) -> ModelAnswer {
        let index = job - 1
        if jobs[index].state.isFinal { return .state(jobs[index].state) }
        if jobs[index].state == .running {
            jobs[index].isCancelling = true
            return .word("cancelling")
        }
        jobs[index].state = .cancelled
        settle(job, false)
        return .state(.cancelled)
    }

    private func deadParent(of job: Int) -> Int? {
        edges.filter {
            $0.child == job && !$0.isSettled && !$0.runsAnyway
                && [.failed, .cancelled].contains(jobs[$0.parent - 1].state)
        }.map(\.parent).min()
    }

    private mutating func retry(_ job: Int) -> ModelAnswer {
        let state = jobs[job - 1].state
        guard state == .failed || state == .cancelled else {
            return .unchanged(state)
        }
        if deadParent(of: job) != nil { return .refused("JQ004") }
        revive(job)
        return .word("queued")
    }

    private mutating func revive(_ job: Int) {
        let index = job - 1
        for edge in edges.indices where edges[edge].child == job && !edges[edge].isSettled {
            let parent = jobs[edges[edge].parent - 1].state
            if parent.isFinal, parent == .succeeded || edges[edge].runsAnyway {
                edges[edge].isSettled = true
            }
        }
        let left = edges.count { $0.child == job && !$0.isSettled }
        jobs[index].state = jobs[index].isHeld ? .held : left > 0 ? .waiting : .ready
        jobs[index].depsLeft = left
        jobs[index].failures = 0
        jobs[index].crashes = 0
        jobs[index].isCancelling = false
        jobs[index].isYielding = false
        jobs[index].isStalled = false
        jobs[index].cancelledBy = 0
        jobs[index].isPaused = false
        if !has(.retryKeepsSequence) { lastToken = 0 }
        for child in jobs.indices
        where jobs[child].cancelledBy == job && jobs[child].state == .cancelled {
            if let dead = deadParent(of: child + 1) {
                jobs[child].cancelledBy = dead
            } else {
                revive(child + 1)
            }
        }
    }

    private mutating func hold(_ job: Int, _ isHeld: Bool) -> ModelAnswer {
        let index = job - 1
        let state = jobs[index].state
        if state.isFinal { return .state(state) }
        jobs[index].isHeld = isHeld
        jobs[index].isYielding = isHeld && state == .running
        if state != .running {
            if isHeld {
                jobs[index].state = .held
            } else if state == .held {
                let canRun = jobs[index].depsLeft == 0 && !jobs[index].isPaused
                jobs[index].state = canRun ? .ready : .waiting
            }
        }
        return .word(!isHeld ? "released" : state == .running ? "holding" : "held")
    }
}

// MARK: - What workers do

extension QueueModel {
    private mutating func claim(_ worker: Int) -> ModelAnswer {
        if !has(.claimIsAtomic), chosen[worker] > 0 {
            let job = chosen[worker]
            chosen[worker] = 0
            return take(job, worker)
        }
        var best = -1
        for index in jobs.indices where jobs[index].state == .ready {
            if has(.keyIsExclusive), jobs[index].hasKey,
                jobs.contains(where: { $0.hasKey && $0.state == .running })
            {
                continue
            }
            if best < 0 || jobs[index].fair < jobs[best].fair { best = index }
        }
        guard best >= 0 else { return .nothing }
        if !has(.claimIsAtomic) {
            chosen[worker] = best + 1
            return .nothing
        }
        return take(best + 1, worker)
    }

    private mutating func take(_ job: Int, _ worker: Int) -> ModelAnswer {
        let index = job - 1
        if jobs[index].hasKey,
            jobs.indices.contains(where: {
                $0 != index && jobs[$0].hasKey && jobs[$0].state == .running
            })
        {
            blame("two jobs with one key run at once")
        }
        if jobs[index].state.isFinal { blame("job \(job) was claimed after its end") }
        if leases.contains(where: { $0.job == job }) { blame("job \(job) was claimed twice") }
        lastToken += 1
        if let highest = issued.last, highest >= lastToken {
            blame("token \(lastToken) was handed out after token \(highest)")
        }
        issued.append(lastToken)
        jobs[index].state = .running
        jobs[index].token = lastToken
        jobs[index].attempts += 1
        jobs[index].isYielding = false
        jobs[index].isStalled = false
        leases.append(Lease(job: job, token: lastToken, worker: worker))
        attempts.append(Attempt(job: job, token: lastToken, worker: worker))
        return .claimed(job: job, token: lastToken)
    }

    private mutating func beat(_ worker: Int, _ job: Int, _ token: Int) -> ModelAnswer {
        var isHeld = false
        for index in leases.indices where leases[index].job == job {
            guard
                !has(.beatNeedsToken)
                    || (leases[index].token == token && leases[index].worker == worker)
            else { continue }
            leases[index].isExpired = false
            isHeld = true
            if leases[index].token != token || leases[index].worker != worker {
                blame(
                    "a beat under token \(token) renewed the lease of job \(job) under token \(leases[index].token)"
                )
            }
        }
        let row = jobs[job - 1]
        let isNewest = row.token == token
        return .lease(
            isHeld: isHeld,
            cancel: !isNewest || row.isCancelling,
            yield: isNewest && row.isYielding,
            stalled: isNewest && row.isStalled
        )
    }

    private mutating func checkpoint(_ job: Int, _ token: Int, _ step: Int) -> ModelAnswer {
        let index = job - 1
        if has(.checkpointNeedsToken), jobs[index].token != token || jobs[index].state != .running {
            return .refused("JQ001")
        }
        if attempts.contains(where: { $0.job == job && $0.token > token }) {
            blame("a checkpoint of job \(job) came under token \(token), which is not its newest")
        }
        if jobs[index].state.isFinal { blame("a checkpoint of job \(job) came after its end") }
        if step > jobs[index].checkpoint || !has(.progressForgives) {
            if step <= jobs[index].checkpoint, jobs[index].crashes > 0 {
                blame("crashes of job \(job) were forgiven without progress")
            }
            jobs[index].crashes = 0
        }
        jobs[index].checkpoint = max(jobs[index].checkpoint, step)
        return .done
    }

    private mutating func finish(_ job: Int, _ token: Int, _ end: QueueOperation.End) -> ModelAnswer
    {
        let index = job - 1
        let outcome = end.outcome
        guard let attempt = attempts.lastIndex(where: { $0.job == job && $0.token == token }) else {
            return .refused("JQ001")
        }
        let isRepeated = attempts[attempt].outcome == outcome
        if isRepeated, has(.endIsIdempotent) { return .word("already") }
        let isLate = attempts[attempt].outcome == .lost && outcome == .succeeded
        if has(.endNeedsToken) && jobs[index].token != token
            || has(.endIsFinal) && jobs[index].state.isFinal
            || has(.lostMayOnlySucceed) && jobs[index].state != .running && !isLate
        {
            // Its worker would take the files away that are published.
            if isRepeated { blame("the end of job \(job), sent again, was refused") }
            return .refused("JQ001")
        }
        check(end: outcome, of: attempts[attempt])
        leases.removeAll { $0.job == job && $0.token == token }
        let crash = end == .yielded && jobs[index].isStalled ? 1 : 0
        let state = stateAfter(end, of: jobs[index], crash)
        jobs[index].isPaused = end.isFailure && (state == .waiting || state == .held)
        jobs[index].failures += end.isFailure ? 1 : 0
        jobs[index].crashes += crash
        jobs[index].yields += end == .yielded ? 1 : 0
        jobs[index].isYielding = false
        jobs[index].isStalled = false
        jobs[index].state = state
        attempts[attempt].outcome = outcome
        if end == .succeeded {
            jobs[index].winner = token
            jobs[index].winCount += 1
            if jobs[index].winCount > 1 { blame("job \(job) succeeded twice") }
        }
        if state.isFinal { settle(job, state == .succeeded) }
        return .state(state)
    }

    /// What no queue may let happen, whatever its own checks say.
    private mutating func check(end: AttemptOutcome, of attempt: Attempt) {
        let job = attempt.job
        if attempts.contains(where: { $0.job == job && $0.token > attempt.token }) {
            blame("job \(job) was ended under token \(attempt.token), which is not its newest")
        }
        if jobs[job - 1].state.isFinal { blame("job \(job) was ended twice") }
        if attempt.outcome == .lost, end != .succeeded {
            blame("job \(job), which was waiting for its next attempt, was ended by a lost one")
        } else if attempt.outcome != nil, attempt.outcome != .lost {
            blame("an attempt at job \(job) ended twice")
        }
    }

    private func stateAfter(_ end: QueueOperation.End, of job: ModelJob, _ crash: Int) -> JobState {
        if end == .succeeded { return .succeeded }
        if end == .cancelled || job.isCancelling { return .cancelled }
        if job.crashes + crash >= Self.maxCrashes { return .failed }
        if end == .yielded { return job.isHeld ? .held : .ready }
        if end == .permanent || job.failures + 1 >= job.maxFailures
            || (end == .bug && job.failures >= 1)
        {
            return .failed
        }
        return job.isHeld ? .held : .waiting
    }

    /// A parent has ended.
    private mutating func settle(_ parent: Int, _ isOK: Bool) {
        for edge in edges.indices where edges[edge].parent == parent {
            if edges[edge].isSettled, has(.edgePaysOnce) { continue }
            let child = edges[edge].child
            let index = child - 1
            guard jobs[index].state == .waiting || jobs[index].state == .held else { continue }
            if isOK || edges[edge].runsAnyway {
                edges[edge].isSettled = true
                jobs[index].depsLeft -= 1
                if jobs[index].depsLeft == 0, jobs[index].state == .waiting, !jobs[index].isPaused {
                    jobs[index].state = .ready
                }
            } else {
                jobs[index].state = .cancelled
                jobs[index].cancelledBy = parent
                settle(child, false)
            }
        }
    }
}

// MARK: - What happens by itself

extension QueueModel {
    private mutating func tick() -> ModelAnswer {
        var promoted = 0
        for index in jobs.indices
        where jobs[index].state == .waiting && jobs[index].depsLeft == 0 && !jobs[index].isPaused {
            jobs[index].state = .ready
            promoted += 1
        }
        var rescued = 0
        if has(.rescueIsAtomic) {
            for job in leases.filter({ $0.isExpired || !has(.rescueNeedsExpiry) }).map(\.job)
                .sorted()
            {
                rescue(job)
                rescued += 1
            }
        } else if condemned > 0 {
            rescue(condemned)
            condemned = 0
        } else {
            condemned = leases.first { $0.isExpired }?.job ?? 0
        }
        var stalled = 0
        for lease in leases where lease.standsStill {
            let index = lease.job - 1
            guard jobs[index].state == .running, !jobs[index].isStalled else { continue }
            if !jobs[index].isCancelling { jobs[index].isYielding = true }
            jobs[index].isStalled = true
            stalled += 1
        }
        return .ticked(promoted: promoted, rescued: rescued, stalled: stalled)
    }

    private mutating func rescue(_ job: Int) {
        let index = job - 1
        if jobs[index].state.isFinal { blame("job \(job) was taken back after its end") }
        if let lease = leases.first(where: { $0.job == job }), !lease.isExpired {
            blame("job \(job) was taken from a worker that had renewed its lease")
        }
        let row = jobs[index]
        let state: JobState =
            row.isCancelling
            ? .cancelled
            : row.crashes + 1 >= Self.maxCrashes ? .failed : row.isHeld ? .held : .waiting
        leases.removeAll { $0.job == job && $0.token == row.token }
        for attempt in attempts.indices
        where attempts[attempt].job == job && attempts[attempt].token == row.token {
            attempts[attempt].outcome = .lost
        }
        jobs[index].state = state
        jobs[index].crashes += 1
        jobs[index].isYielding = false
        jobs[index].isStalled = false
        jobs[index].isPaused = true
        if state.isFinal { settle(job, false) }
    }

    private mutating func failOver() -> ModelAnswer {
        // The standby has everything but the newest claim, which nobody else has built on.
        guard let newest = attempts.last, newest.outcome == nil,
            jobs[newest.job - 1].token == newest.token,
            jobs[newest.job - 1].state == .running, !jobs[newest.job - 1].isYielding,
            !jobs[newest.job - 1].isCancelling, !jobs[newest.job - 1].isStalled
        else { return .done }
        attempts.removeLast()
        leases.removeAll { $0.job == newest.job }
        let index = newest.job - 1
        jobs[index].state = .ready
        jobs[index].attempts -= 1
        jobs[index].token = attempts.last { $0.job == newest.job }?.token ?? 0
        lastToken = has(.failOverMovesFence) ? lastToken + 1000 : newest.token - 1
        return .done
    }

    /// What must hold between any two calls.
    mutating func check() {
        for index in jobs.indices {
            let job = jobs[index]
            let number = index + 1
            let held = leases.count { $0.job == number && $0.token == job.token }
            if (job.state == .running) != (held == 1) {
                blame("job \(number) runs without a lease, or has one without running")
            }
            if !job.state.isFinal {
                let open = edges.count { $0.child == number && !$0.isSettled }
                if job.depsLeft != open { blame("job \(number) miscounts what it waits for") }
                if edges.contains(where: {
                    $0.child == number && !$0.isSettled && jobs[$0.parent - 1].state.isFinal
                }) {
                    blame("job \(number) waits for a job that has ended")
                }
            }
            if job.state == .ready || job.state == .running, job.depsLeft > 0 {
                blame("job \(number) can run though it waits for something")
            }
            if job.isHeld, job.state == .ready || job.state == .waiting {
                blame("job \(number) can run though it is to be held")
            }
            if job.crashes > Self.maxCrashes { blame("job \(number) crashed too often") }
            if job.attempts != attempts.count(where: { $0.job == number }) {
                blame("job \(number) counts its attempts wrongly")
            }
            if job.state == .succeeded, job.winCount != 1 {
                blame("job \(number) has no winning attempt")
            }
        }
        if leases.count > jobs.count { blame("there are more leases than jobs") }
    }

    /// Records that the rest of the jobs never end.
    mutating func blameStuckJobs() {
        for index in jobs.indices where !jobs[index].state.isFinal {
            blame("job \(index + 1) never ends")
        }
    }
}

extension QueueOperation.End {
    /// As the attempt's row has it.
    var outcome: AttemptOutcome {
        switch self {
        case .succeeded: .succeeded
        case .permanent, .transient, .bug: .failed
        case .yielded: .yielded
        case .cancelled: .cancelled
        }
    }
}
