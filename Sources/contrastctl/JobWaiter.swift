internal import ArgumentParser
internal import Foundation
internal import JobQueue
internal import Postgres

/// Waits for the end of jobs, with a bar on a terminal.
struct JobWaiter {
    let connection: ConnectionOptions
    let quiet: Bool
    /// How long the database may be away meanwhile.
    private let patience = Duration.seconds(120)

    init(connection: ConnectionOptions, quiet: Bool) {
        self.connection = connection
        self.quiet = quiet
    }

    /// Returns when all have succeeded; exits with another code when one has not.
    func wait(for ids: [Int], timeout: Double?) throws {
        let jobs = try connection.withQueue { queue in
            try watch(ids, queue, until: timeout.map { .now + .seconds($0) })
        }
        guard let jobs else {
            Terminal.complain("contrastctl: the time is over; the jobs go on")
            throw ExitCode(75)
        }
        for job in jobs where job.state != .succeeded {
            let reason = Terminal.printable(job.reason ?? "")
            Terminal.complain("contrastctl: job \(job.id) \(Self.verb(job.state)): \(reason)")
        }
        if jobs.contains(where: { $0.state == .failed }) { throw ExitCode(2) }
        if jobs.contains(where: { $0.state == .cancelled }) { throw ExitCode(3) }
    }

    private func watch(
        _ ids: [Int],
        _ queue: PostgresJobStore,
        until deadline: ContinuousClock.Instant?
    ) throws -> [JobSummary]? {
        let wake = WakeSignal()
        var isListening = false
        var awayAt: ContinuousClock.Instant?
        let showsBar = Terminal.showsProgress && !quiet
        defer { if showsBar { Terminal.replaceLine("") } }
        while true {
            do throws(QueueError) {
                if !isListening {
                    try queue.listenForEnds()
                    isListening = true
                }
                var jobs: [JobSummary] = []
                for id in ids {
                    guard let job = try queue.job(id) else {
                        throw QueueError.notFound("there is no job \(id) that you may see")
                    }
                    jobs.append(job)
                }
                awayAt = nil
                if showsBar { Terminal.replaceLine(bar(jobs)) }
                if jobs.allSatisfy(\.state.isFinal) { return jobs }
                if let deadline, ContinuousClock.now >= deadline { return nil }
                let left = deadline.map { ContinuousClock.now.duration(to: $0) } ?? .seconds(1)
                _ = try queue.waitForNotices(timeout: min(left, .seconds(1)), wake: wake)
            } catch {
                guard case .unreachable = error else { throw error }
                let since = awayAt ?? .now
                awayAt = since
                guard since.duration(to: .now) < patience else { throw error }
                Thread.sleep(forTimeInterval: 0.5)
            }
        }
    }

    /// `job 12 train  ███████░░░  72 %  step 720 of 1000  on w1`.
    private func bar(_ jobs: [JobSummary]) -> String {
        let open = jobs.filter { !$0.state.isFinal }
        guard let job = open.first ?? jobs.last else { return "" }
        var parts: [String] = []
        if jobs.count > 1 { parts.append("\(jobs.count - open.count) of \(jobs.count) ended") }
        parts.append("job \(job.id) \(job.kind)")
        if let percent = job.percent {
            let filled = Int(percent / 5)
            parts.append(
                String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
                    + "  \(Int(percent)) %"
            )
        }
        if job.state != .running { parts.append(job.state.rawValue) }
        if let step = job.step, let count = job.stepCount {
            parts.append("step \(step) of \(count)")
        }
        if let worker = job.worker { parts.append("on \(worker)") }
        if let reason = job.reason, reason != job.state.rawValue { parts.append(reason) }
        return String(
            Terminal.printable(parts.joined(separator: "  ")).prefix(Terminal.progressWidth - 1)
        )
    }

    private static func verb(_ state: JobState) -> String {
        state == .cancelled ? "was cancelled" : "failed"
    }
}
