internal import Foundation
internal import Glibc
internal import Synchronization

extension WorkerVitals {
    /// Brings what nobody tells up to date, before the metrics are read.
    package func sample() {
        metrics.set(.ready, to: obstacles.isEmpty ? 1 : 0)
        let (job, beatAt, depthsAt) = state.withLock { ($0.job, $0.beatAt, $0.depthsAt) }
        metrics.set(.jobStep, to: Double(job?.step ?? 0))
        metrics.set(.jobSteps, to: Double(job?.stepCount ?? 0))
        if let beatAt { metrics.set(.beatAge, to: (.now - beatAt) / .seconds(1)) }
        if let depthsAt { metrics.set(.queueAge, to: (.now - depthsAt) / .seconds(1)) }
        metrics.set(.startTime, to: startedAt.timeIntervalSince1970)
        if let memory = ProcessMemory.current {
            metrics.set(.resident, to: Double(memory.resident))
            metrics.set(.anonymous, to: Double(memory.anonymous))
        }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            metrics.set(.openFiles, to: Double(files.count))
        }
        let now = processorTime
        let before = state.withLock { state in
            defer { state.processorTime = now }
            return state.processorTime
        }
        metrics.total(.cpuTime, is: now, was: before)
    }

    /// Seconds of user and system.
    private var processorTime: Double {
        var usage = rusage()
        unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
        return [usage.ru_utime, usage.ru_stime]
            .map { Double($0.tv_sec) + Double($0.tv_usec) / 1e6 }.reduce(0, +)
    }
}
