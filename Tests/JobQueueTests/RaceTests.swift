import Foundation
import JobQueue
import Postgres
import Testing

/// Calls of one moment, in the order in which they would do harm: each of them breaks something without the fence
/// that keeps them apart, always, and not by chance as many sessions at once do.
@Suite(.needsPostgres)
struct RaceTests {
    /// The jobs that a claim of the second worker gives while the first one's, which has got `job`, is not committed.
    private static func claim(
        _ queue: TestQueue,
        whileAnotherClaims job: Int
    ) throws -> OpenTransaction<[Int]>.Meeting {
        @Sendable func claim(_ worker: UUID, _ connection: PostgresConnection) throws -> [Int] {
            try connection.run(
                "SELECT job_id FROM contrast.claim(\(worker), '{generate}', 1, '60 s') ORDER BY 1"
            ).map { try $0.value("job_id") }
        }
        return try OpenTransaction.with(
            queue,
            {
                let first = try claim(queue.workerID, $0)
                #expect(first == [job])
            },
            as: "worker"
        ) { try claim(queue.otherWorkerID, $0) }
    }

    @Test func theLastSlotIsGivenOnce() throws {
        try TestQueue.with { queue in
            try queue.store(as: "root").setSlots(kind: "generate", to: 1)
            let ids = try (0..<2).map { _ in try queue.enqueue() }
            let second = try Self.claim(queue, whileAnotherClaims: ids[0])
            #expect(try second.value == [])
            #expect(second.hasWaited, "what the first one takes cannot be seen before")
            #expect(try queue.job(ids[1], "state") == "ready")
        }
    }

    @Test func whatOneTakesAnotherPassesWithoutWaiting() throws {
        try TestQueue.with { queue in
            let ids = try (0..<2).map { _ in try queue.enqueue() }
            let second = try Self.claim(queue, whileAnotherClaims: ids[0])
            #expect(try second.value == [ids[1]])
            #expect(!second.hasWaited)
            #expect(try queue.job(ids[0], "attempts") == "1")
        }
    }

    @Test func aParentThatIsFailingIsWaitedForByWhoeverEnqueuesItsChild() throws {
        try TestQueue.with { queue in
            let parent = try queue.enqueue()
            let lease = try queue.claimOne().lease
            let child = try OpenTransaction.with(
                queue,
                {
                    try $0.run(
                        "SELECT contrast.finish(\(lease.jobID), \(lease.token), 'failed', '[]', 'permanent')"
                    )
                },
                as: "alice"
            ) {
                try $0.run("SELECT contrast.enqueue('generate', after => ARRAY[\(parent)::bigint])")
                    .count
            }
            let refusal = #expect(throws: PostgresError.self) { try child.value }
            #expect(refusal?.state == SQLState("JQ004"))
            #expect(child.hasWaited)
        }
    }

    @Test func aLeaseThatIsBeingRenewedIsNotTakenAway() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            try queue.force(
                "UPDATE contrast.lease SET expires_at = clock_timestamp() - interval '1 s'"
            )
            let rescue = try OpenTransaction.with(
                queue,
                {
                    try $0.run(
                        """
                        SELECT FROM contrast.beat(\(queue.workerID), false, \([lease.jobID]), \([lease.token]),
                            '{1}', '{9}', '{null}', '60 s')
                        """
                    )
                },
                as: "worker"
            ) { connection -> Int in
                try connection.run("SELECT rescued FROM contrast.tick()")[0].value("rescued")
            }
            #expect(try rescue.value == 0)
            #expect(try queue.job(id, "state, crashes") == "running 0")
            #expect(try queue.beat(lease).isHeld)
        }
    }
}
