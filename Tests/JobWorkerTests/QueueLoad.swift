import Dispatch
import Foundation
import JobQueue
import Postgres
import Synchronization
import Testing
import WorkerTestSupport

/// Jobs that do nothing, claimed and settled by the test itself at a steady pace.
final class QueueLoad {
    private let queue: FaultQueue
    private let store: PostgresJobStore
    private let worker = UUID()

    init(_ queue: FaultQueue) throws {
        self.queue = queue
        store = queue.store
        try store.register(
            WorkerRegistration(
                id: worker,
                name: "load",
                host: "h",
                processID: 1,
                version: "0",
                kinds: ["train"],
                tags: [],
                memory: 100
            )
        )
    }

    /// Carries out jobs for so many seconds, and returns the 99th percentile of the time of a claim, in seconds.
    @discardableResult
    func run(for seconds: Double, jobsPerSecond: Double) throws -> Double {
        let began = ContinuousClock.now
        var pauses: [Double] = []
        while began.duration(to: .now) < .seconds(seconds) {
            _ = try store.enqueue(JobOrder(kind: "train", params: "{}"))
            let claimAt = ContinuousClock.now
            let row = try store.claim(
                worker: worker,
                kinds: ["train"],
                leaseDuration: .seconds(60),
                holding: nil
            ).first
            pauses.append(claimAt.duration(to: .now) / .seconds(1))
            if let row { _ = try store.settle(row.lease, .succeeded([])) }
            let due = Double(pauses.count) / jobsPerSecond
            let ahead = due - began.duration(to: .now) / .seconds(1)
            if ahead > 0 { Thread.sleep(forTimeInterval: ahead) }
        }
        return pauses.sorted()[pauses.count * 99 / 100]
    }

    /// Two parents of one child end at the same moment, over sessions of their own.
    func endTwoParentsAtOnce() throws {
        let parents = try (0..<2).map { _ in
            try store.enqueue(JobOrder(kind: "train", params: "{}"))
        }
        var order = JobOrder(kind: "train", params: "{}")
        order.after = parents
        let child = try store.enqueue(order)
        let leases = try store.claim(
            worker: worker,
            kinds: ["train"],
            limit: 2,
            leaseDuration: .seconds(60),
            holding: nil
        ).map(\.lease)
        #expect(Set(leases.map(\.jobID)) == Set(parents))
        let stores = leases.map { _ in queue.store }
        let errors = Mutex<[String]>([])
        let ends = zip(leases, stores).map { lease, store in Settling(lease: lease, store: store) }
        DispatchQueue.concurrentPerform(iterations: ends.count) { index in
            do {
                _ = try ends[index].store.settle(ends[index].lease, .succeeded([]))
            } catch {
                errors.withLock { $0.append("\(error)") }
            }
        }
        #expect(errors.withLock { $0 } == [])
        #expect(try store.job(child)?.state == .ready)
        let row = try store.claim(
            worker: worker,
            kinds: ["train"],
            leaseDuration: .seconds(60),
            holding: nil
        ).first
        _ = try store.settle(try #require(row).lease, .succeeded([]))
    }

    /// @unchecked: each belongs to the one thread that uses it.
    private struct Settling: @unchecked Sendable {
        let lease: Lease
        let store: PostgresJobStore
    }
}
