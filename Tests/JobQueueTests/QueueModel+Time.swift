import JobQueue

/// What happens by itself, and what must always hold.
extension QueueModel {
    mutating func tick() -> ModelAnswer {
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

    mutating func rescue(_ job: Int) {
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
        if state.isFinal { settle(job) }
    }

    mutating func failOver() -> ModelAnswer {
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
            if job.overtaken > Self.maxOvertakes { blame("job \(number) was passed too often") }
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
