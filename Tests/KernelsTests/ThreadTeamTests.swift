import Kernels
import Synchronization
import Testing

@Suite struct ThreadTeamTests {
    @Test(arguments: [1, 2, 3, 8])
    func everyIndexRunsExactlyOnce(threadCount: Int) {
        let team = ThreadTeam(threadCount: threadCount)
        for count in [0, 1, 2, 3, 17, 1_000] {
            let calls = (0..<count).map { _ in Counter() }
            for _ in 0..<50 { team.run(count: count) { calls[$0].increment() } }
            #expect(calls.allSatisfy { $0.value == 50 })
        }
    }

    @Test func blocksCoverTheRange() {
        let team = ThreadTeam(threadCount: 2)
        let calls = (0..<103).map { _ in Counter() }
        team.run(over: 103, blockSize: 10) { range in
            #expect(range.count <= 10)
            for index in range { calls[index].increment() }
        }
        #expect(calls.allSatisfy { $0.value == 1 })
    }

    @Test func nestedCallsRunInline() {
        let team = ThreadTeam(threadCount: 2)
        let total = Counter()
        team.run(count: 8) { _ in team.run(count: 8) { _ in total.increment() } }
        #expect(total.value == 64)
    }

    @Test func callsFromSeveralThreadsAreSafe() async {
        let team = ThreadTeam(threadCount: 2)
        let total = Counter()
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<500 { team.run(count: 5) { _ in total.increment() } }
                }
            }
        }
        #expect(total.value == 4 * 500 * 5)
    }
}

/// A number that several threads may raise.
private final class Counter: Sendable {
    private let atomic = Atomic(0)

    var value: Int { atomic.load(ordering: .acquiring) }

    func increment() { atomic.add(1, ordering: .acquiringAndReleasing) }
}
