import JobQueue

/// What workers do.
extension QueueModel {
    mutating func claim(_ worker: Int, _ base: Int) -> ModelAnswer {
        let isAtomic = has(.claimIsAtomic) && has(.slotsAreLocked)
        if !isAtomic, chosen[worker] > 0 {
            let job = chosen[worker]
            chosen[worker] = 0
            // Without the lock on slots the job is still its own, but others may have started meanwhile.
            if has(.claimIsAtomic), jobs[job - 1].state != .ready { return .nothing }
            return take(job, worker)
        }
        guard hasSlot else { return .nothing }
        let isKeyTaken =
            has(.keyIsExclusive) && jobs.contains { $0.hasKey && $0.state == .running }
        let line = jobs.indices
            .filter { jobs[$0].state == .ready && !(isKeyTaken && jobs[$0].hasKey) }
            .sorted { (jobs[$0].fair, $0) < (jobs[$1].fair, $1) }
        guard let head = line.first else { return .nothing }
        let best = base > 0 ? prefer(base, in: line) : head
        if !isAtomic {
            chosen[worker] = best + 1
            return .nothing
        }
        return take(best + 1, worker)
    }

    /// The first job in line on a base, which takes the first one's turn; the others move back by one. All
    /// are one owner's.
    mutating func prefer(_ base: Int, in line: [Int]) -> Int {
        guard let place = line.firstIndex(where: { jobs[$0].base == base }) else { return line[0] }
        let ahead = line[..<place]
        if has(.overtakingIsBounded),
            ahead.contains(where: { jobs[$0].overtaken >= Self.maxOvertakes })
        {
            return line[0]
        }
        let turns = line[...place].map { jobs[$0].fair }
        jobs[line[place]].fair = turns[0]
        for (job, turn) in zip(ahead, turns.dropFirst()) {
            jobs[job].fair = turn
            jobs[job].overtaken += 1
        }
        return line[place]
    }

    mutating func take(_ job: Int, _ worker: Int) -> ModelAnswer {
        let index = job - 1
        if jobs[index].hasKey,
            jobs.indices.contains(where: {
                $0 != index && jobs[$0].hasKey && jobs[$0].state == .running
            })
        {
            blame("two jobs with one key run at once")
        }
        if jobs[index].state.isFinal { blame("job \(job) was claimed after its end") }
        if !hasSlot { blame("more jobs run than there are slots") }
        if leases.contains(where: { $0.job == job }) { blame("job \(job) was claimed twice") }
        lastToken += 1
        if let highest = issued.last, highest >= lastToken {
            blame("token \(lastToken) was handed out after token \(highest)")
        }
        issued.append(lastToken)
        jobs[index].state = .running
        jobs[index].token = lastToken
        jobs[index].attempts += 1
        jobs[index].overtaken = 0
        jobs[index].isYielding = false
        jobs[index].isStalled = false
        leases.append(Lease(job: job, token: lastToken, worker: worker))
        attempts.append(Attempt(job: job, token: lastToken, worker: worker))
        return .claimed(job: job, token: lastToken)
    }

    mutating func beat(_ worker: Int, _ job: Int, _ token: Int) -> ModelAnswer {
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

    mutating func checkpoint(_ job: Int, _ token: Int, _ step: Int) -> ModelAnswer {
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

    mutating func finish(_ job: Int, _ token: Int, _ end: QueueOperation.End) -> ModelAnswer {
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
        if state.isFinal { settle(job) }
        return .state(state)
    }

    /// What no queue may let happen, whatever its own checks say.
    mutating func check(end: AttemptOutcome, of attempt: Attempt) {
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

    func stateAfter(_ end: QueueOperation.End, of job: ModelJob, _ crash: Int) -> JobState {
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

    /// A job has ended: those that need it, and what ends with them, are told from the smallest number on.
    mutating func settle(_ job: Int) {
        guard has(.childrenAreTold) else { return }
        var ended = [job]
        var last = 0
        func isOpen(_ edge: Edge) -> Bool { ended.contains(edge.parent) && !edge.isSettled }
        while let child = edges.filter({ $0.child > last && isOpen($0) }).map(\.child).min() {
            last = child
            let index = child - 1
            guard jobs[index].state == .waiting || jobs[index].state == .held else { continue }
            let dead = edges.filter {
                $0.child == child && isOpen($0) && !$0.runsAnyway
                    && [.failed, .cancelled].contains(jobs[$0.parent - 1].state)
            }.map(\.parent).min()
            if let dead {
                jobs[index].state = .cancelled
                jobs[index].cancelledBy = dead
                ended.append(child)
                continue
            }
            for edge in edges.indices
            where edges[edge].child == child && ended.contains(edges[edge].parent)
                && !(edges[edge].isSettled && has(.edgePaysOnce))
            {
                edges[edge].isSettled = true
                jobs[index].depsLeft -= 1
            }
            if jobs[index].depsLeft == 0, jobs[index].state == .waiting, !jobs[index].isPaused {
                jobs[index].state = .ready
            }
        }
    }
}
