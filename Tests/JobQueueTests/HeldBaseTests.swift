import JobQueue
import Testing

/// Jobs on the base that a worker has in memory go before others that are as urgent.
@Suite(.needsPostgres)
struct HeldBaseTests {
    /// The owners' jobs, by the bases they are on, in the order in which they are claimed with a base held.
    private func order(
        _ jobs: [(owner: String, base: String)],
        holding base: String?,
        in queue: TestQueue
    ) throws -> [Int] {
        var numbers: [Int: Int] = [:]
        for (index, job) in jobs.enumerated() {
            let id = try queue.enqueue(job.owner, params: #"{"base": "\#(job.base)"}"#)
            numbers[id] = index
        }
        return try jobs.indices.map { _ in
            let row = try #require(try queue.claim(base: base).first)
            return try #require(numbers[row.lease.jobID])
        }
    }

    private func setLimit(_ limit: Int, in queue: TestQueue) throws {
        try queue.force(
            "UPDATE contrast.setting SET value = '\(limit)' WHERE key = 'max_overtakes'"
        )
    }

    @Test func jobsOnItGoFirst() throws {
        let jobs = [("alice", "one"), ("alice", "two"), ("alice", "one"), ("alice", "two")]
        for (base, expected) in [
            ("two", [1, 3, 0, 2]), ("one", [0, 2, 1, 3]), ("three", [0, 1, 2, 3]),
            (nil, [0, 1, 2, 3]),
        ] {
            try TestQueue.with { queue in
                let found = try order(jobs, holding: base, in: queue)
                #expect(found == expected)
            }
        }
    }

    @Test func noneIsPassedTooOften() throws {
        let jobs =
            [("alice", "one"), ("alice", "one")] + Array(repeating: ("alice", "two"), count: 4)
        for (limit, expected) in [
            (2, [2, 3, 0, 1, 4, 5]), (1, [2, 0, 1, 3, 4, 5]), (0, [0, 1, 2, 3, 4, 5]),
        ] {
            try TestQueue.with { queue in
                try setLimit(limit, in: queue)
                // The next test on this database finds what is usual.
                defer { #expect(throws: Never.self) { try setLimit(8, in: queue) } }
                let found = try order(jobs, holding: "two", in: queue)
                #expect(found == expected)
            }
        }
    }

    /// Somebody's second job takes the turn of the first, and nobody else's.
    @Test func turnsOfOthersDoNotMove() throws {
        try TestQueue.with { queue in
            let jobs = [
                ("alice", "one"), ("alice", "two"), ("bob", "one"), ("bob", "one"),
                ("alice", "one"),
            ]
            // Without a base: alice, bob, alice, bob, alice.
            let found = try order(jobs, holding: "two", in: queue)
            #expect(found == [1, 2, 0, 3, 4])
        }
    }

    /// Owners whose turns are even may go before each other, and no further.
    @Test func evenTurnsOfSeveralOwnersMayBeSwapped() throws {
        try TestQueue.with { queue in
            let jobs = [("alice", "one"), ("alice", "one"), ("bob", "one"), ("bob", "two")]
            let found = try order(jobs, holding: "two", in: queue)
            #expect(found == [0, 3, 1, 2])
        }
        try TestQueue.with { queue in
            let jobs = [("alice", "one"), ("alice", "one"), ("bob", "two"), ("bob", "two")]
            let found = try order(jobs, holding: "two", in: queue)
            #expect(found == [2, 0, 3, 1])
        }
    }

    @Test func urgencyComesFirst() throws {
        try TestQueue.with { queue in
            _ = try queue.enqueue(params: #"{"base": "two"}"#)
            let urgent = try queue.enqueue(params: #"{"base": "one"}"#) { $0.priority = 1 }
            #expect(try queue.claim(base: "two").map(\.lease.jobID) == [urgent])
        }
    }

    /// A payload that names no base is on the small world; a job that cannot run is not chosen.
    @Test func defaultsAndConditionsCount() throws {
        try TestQueue.with { queue in
            let other = try queue.enqueue(params: #"{"base": "one"}"#)
            _ = try queue.enqueue { $0.neededTags = ["gpu"] }
            let plain = try queue.enqueue()
            let claimed = try (0..<2).map { _ in
                try #require(try queue.claim(base: "small-world").first).lease.jobID
            }
            #expect(claimed == [plain, other])
        }
    }
}
