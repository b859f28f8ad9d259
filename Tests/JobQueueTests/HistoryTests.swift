import Dispatch
import JobQueue
import Synchronization
import Testing
import WorkerTestSupport

/// Random histories of users, workers and zombies, and what must hold whatever they do.
@Suite(.needsPostgres)
struct HistoryTests {
    @Test(arguments: FaultSeed.value..<FaultSeed.value + 6)
    func nothingIsLostRunTwiceOrStuck(seed: UInt64) throws {
        try TestQueue.with { queue in
            var history = try QueueHistory(queue, seed: seed)
            for step in 0..<300 {
                try history.step()
                guard step.isMultiple(of: 10) else { continue }
                let violations = try history.violations()
                #expect(violations.isEmpty, "seed \(seed), step \(step)")
                if !violations.isEmpty { return }
            }
            try history.drain()
            #expect(try history.violations() == [])
        }
    }

    @Test func norWhenSeveralDoItAtOnce() throws {
        try TestQueue.with { queue in
            let errors = Mutex<[any Error]>([])
            DispatchQueue.concurrentPerform(iterations: 6) { index in
                do {
                    var history = try QueueHistory(
                        queue,
                        seed: FaultSeed.value + UInt64(99 + index)
                    )
                    for _ in 0..<80 { try history.step() }
                } catch {
                    errors.withLock { $0.append(error) }
                }
            }
            #expect(errors.withLock { $0.map { "\($0)" } } == [])
            let history = try QueueHistory(queue, seed: 0)
            #expect(try history.violations() == [])
            try history.drain()
            #expect(try history.violations() == [])
        }
    }
}
