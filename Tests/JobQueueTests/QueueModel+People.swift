import JobQueue

/// What people do.
extension QueueModel {
    mutating func enqueue(_ operation: QueueOperation) -> ModelAnswer {
        guard
            case .enqueue(let mask, let runsAnyway, let hasKey, let maxFailures, let base) =
                operation
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
        job.base = base
        job.depsLeft = left.count
        job.state = left.isEmpty ? .ready : .waiting
        job.fair = turn
        jobs.append(job)
        for parent in left {
            edges.append(Edge(child: jobs.count, parent: parent, runsAnyway: runsAnyway))
        }
        return .number(jobs.count)
    }

    /// The turn of a job that joins the line now. All are one owner's.
    var turn: Int {
        jobs.reduce(0) {
            $1.state == .waiting || $1.state == .ready ? max($0, $1.fair + 1) : $0
        }
    }

    mutating func cancel(_ job: Int) -> ModelAnswer {
        let index = job - 1
        if jobs[index].state.isFinal { return .state(jobs[index].state) }
        if jobs[index].state == .running {
            jobs[index].isCancelling = true
            return .word("cancelling")
        }
        jobs[index].state = .cancelled
        settle(job)
        return .state(.cancelled)
    }

    func deadParent(of job: Int) -> Int? {
        edges.filter {
            $0.child == job && !$0.isSettled && !$0.runsAnyway
                && [.failed, .cancelled].contains(jobs[$0.parent - 1].state)
        }.map(\.parent).min()
    }

    mutating func retry(_ job: Int) -> ModelAnswer {
        let state = jobs[job - 1].state
        guard state == .failed || state == .cancelled else {
            return .unchanged(state)
        }
        if deadParent(of: job) != nil { return .refused("JQ004") }
        revive(job)
        return .word("queued")
    }

    /// Revives a job, and what was cancelled because of it, from the smallest number on.
    mutating func revive(_ job: Int) {
        reviveOne(job)
        var revived = [job]
        var last = 0
        while let index = jobs.indices.first(where: {
            $0 >= last && jobs[$0].state == .cancelled && revived.contains(jobs[$0].cancelledBy)
        }) {
            last = index + 1
            if has(.reviveAsksParents), let dead = deadParent(of: index + 1) {
                jobs[index].cancelledBy = dead
            } else {
                reviveOne(index + 1)
                revived.append(index + 1)
            }
        }
    }

    mutating func reviveOne(_ job: Int) {
        let index = job - 1
        jobs[index].fair = turn
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
    }

    mutating func hold(_ job: Int, _ isHeld: Bool) -> ModelAnswer {
        let index = job - 1
        let state = jobs[index].state
        if state.isFinal { return .state(state) }
        jobs[index].isHeld = isHeld
        // Other wishes to give the job back have a reason, and stay.
        let hasOther = jobs[index].isStalled || jobs[index].isCancelling
        jobs[index].isYielding =
            state == .running && (isHeld || (jobs[index].isYielding && hasOther))
        if state != .running {
            if isHeld {
                jobs[index].state = .held
            } else if state == .held {
                jobs[index].fair = turn
                let canRun = jobs[index].depsLeft == 0 && !jobs[index].isPaused
                jobs[index].state = canRun ? .ready : .waiting
            }
        }
        return .word(!isHeld ? "released" : state == .running ? "holding" : "held")
    }
}
