internal import Foundation
internal import JobQueue
internal import Logging

/// Takes away files below the worker's roots that nobody needs any more: those of pruned jobs, and what workers
/// that were killed have left of jobs that succeeded since.
struct Sweeper {
    let outputRoot: URL
    let workRoot: URL
    let store: PostgresJobStore
    let logger: Logger
    /// Jobs that one question to the queue is about.
    private static let batch = 1000

    /// Looks at every job's folder once.
    func sweep() throws(QueueError) {
        let jobs = Set(folders(in: outputRoot) + folders(in: workRoot)).sorted()
        var removed = 0
        for start in stride(from: 0, to: jobs.count, by: Self.batch) {
            let some = Array(jobs[start..<min(start + Self.batch, jobs.count)])
            for leftover in try store.leftovers(of: some) {
                removed += remove(workRoot.appending(path: "\(leftover.job)")) ? 1 : 0
                let published = outputRoot.appending(path: "\(leftover.job)")
                guard let token = leftover.publishedToken else {
                    removed += remove(published) ? 1 : 0
                    continue
                }
                for attempt in folders(in: published) where attempt != token {
                    removed += remove(published.appending(path: "\(attempt)")) ? 1 : 0
                }
            }
        }
        if removed > 0 {
            logger.notice("took unneeded files away", metadata: ["folders": "\(removed)"])
        }
    }

    /// Folders whose names are numbers, as jobs' and attempts' are.
    private func folders(in folder: URL) -> [Int] {
        let names = try? FileManager.default.contentsOfDirectory(
            atPath: folder.path(percentEncoded: false)
        )
        return (names ?? []).compactMap { Int($0) }
    }

    private func remove(_ folder: URL) -> Bool {
        guard FileManager.default.fileExists(atPath: folder.path(percentEncoded: false)) else {
            return false
        }
        do {
            try FileManager.default.removeItem(at: folder)
            return true
        } catch {
            logger.warning("a folder stays", metadata: ["error": "\(error)"])
            return false
        }
    }
}
