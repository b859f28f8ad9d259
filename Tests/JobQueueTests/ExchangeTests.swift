import Digests
import Dispatch
import Foundation
import JobQueue
import Postgres
import Testing

/// Files that go from one machine to another, through the database and through a folder.
@Suite(.needsPostgres)
struct ExchangeTests {
    /// A folder of files to be shared.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(
            path: "contrast-exchange-\(UUID().uuidString)"
        )

        init() throws {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(at: url) }

        /// A file of so many bytes that differ from those of another name.
        func file(_ name: String, _ count: Int) throws -> SharedFile {
            let file = url.appending(path: name)
            let seed = name.utf8.reduce(0) { $0 &* 31 &+ Int($1) }
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 251 &+ seed) }
            try Data(bytes).write(to: file)
            return SharedFile(
                sha256: SHA256.digest(of: bytes),
                byteCount: count,
                file: file
            )
        }
    }

    private static let kinds = ["database", "folder"]

    /// An exchange of the kind, for a worker's job or, without one, for a person.
    private func exchange(
        _ kind: String,
        _ queue: TestQueue,
        _ folder: Folder,
        as user: String = "worker",
        reader: Lease? = nil
    ) throws -> any FileExchange {
        let store = queue.store(as: user)
        if kind == "database" { return DatabaseExchange(store, reader: reader) }
        let place = folder.url.appending(path: "exchange")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try Data("\(queue.database)\n".utf8).write(to: place.appending(path: ".contrast-queue"))
        return FolderExchange(place, store: store)
    }

    @Test(arguments: kinds, [0, 1, 1 << 20, 1 << 20 + 1, 5 << 19])
    func whatOneMachineLeavesAnotherOneFinds(_ kind: String, _ size: Int) throws {
        try TestQueue.with { queue in
            let folder = try Folder()
            _ = try queue.enqueue()
            let lease = try queue.claimOne().lease
            let shared = try folder.file("a", size)
            let exchange = try exchange(kind, queue, folder, reader: lease)
            for _ in 0..<2 { try exchange.publish([shared, shared], of: lease, checkpoint: nil) }
            let copy = folder.url.appending(path: "deep/copy")
            try exchange.fetch(shared.sha256, to: copy)
            #expect(try SHA256.digest(of: copy) == shared.sha256)
            let names = try FileManager.default.contentsOfDirectory(
                atPath: folder.url.appending(path: "deep").path
            )
            #expect(names == ["copy"], "nothing unfinished is left")
        }
    }

    @Test(arguments: kinds)
    func whatWasDamagedThereIsRefused(_ kind: String) throws {
        try TestQueue.with { queue in
            let folder = try Folder()
            _ = try queue.enqueue()
            let lease = try queue.claimOne().lease
            let shared = try folder.file("a", 3000)
            let exchange = try exchange(kind, queue, folder, reader: lease)
            try exchange.publish([shared], of: lease, checkpoint: nil)
            try queue.force(
                "UPDATE contrast.blob_chunk SET content = overlay(content PLACING '\\x00' FROM 9)"
            )
            let name = shared.sha256.description
            let place = folder.url.appending(
                path: "exchange/\(name.prefix(2))/\(name.dropFirst(2))"
            )
            if kind == "folder" { try Data(count: 3000).write(to: place) }
            let copy = folder.url.appending(path: "deep/copy")
            #expect(throws: ExchangeError.otherContent(shared.sha256)) {
                try exchange.fetch(shared.sha256, to: copy)
            }
            let left = try FileManager.default.subpathsOfDirectory(
                atPath: folder.url.appending(path: "deep").path
            )
            #expect(left.isEmpty)
            let other = try folder.file("b", 10)
            #expect(throws: ExchangeError.missing(other.sha256)) {
                try exchange.fetch(other.sha256, to: copy)
            }
        }
    }

    @Test func aShareThatIsAwayIsNotTakenForAnEmptyOne() throws {
        try TestQueue.with { queue in
            let folder = try Folder()
            _ = try queue.enqueue()
            let lease = try queue.claimOne().lease
            let shared = try folder.file("a", 10)
            let exchange = try exchange("folder", queue, folder)
            try FileManager.default.removeItem(
                at: folder.url.appending(path: "exchange/.contrast-queue")
            )
            #expect(throws: ExchangeError.notMounted) {
                try exchange.publish([shared], of: lease, checkpoint: nil)
            }
            #expect(throws: ExchangeError.notMounted) {
                try exchange.fetch(shared.sha256, to: folder.url.appending(path: "b"))
            }
        }
    }

    @Test func onlyTheHolderOfAJobLeavesFiles() throws {
        try TestQueue.with { queue in
            let folder = try Folder()
            _ = try queue.enqueue()
            let zombie = try queue.claimOne().lease
            try queue.loseWorkers()
            try queue.endPause(of: zombie.jobID)
            let lease = try queue.claimOne(as: queue.otherWorkerID).lease
            let shared = try folder.file("a", 10)
            let exchange = try exchange("database", queue, folder)
            #expect(throws: QueueError.self) {
                try exchange.publish([shared], of: zombie, checkpoint: nil)
            }
            let call: PostgresQuery = """
                SELECT contrast.put_blob(\(lease.jobID), \(lease.token), \(PostgresBytes(shared.sha256.bytes)),
                    \(10), \(0), \(PostgresBytes([UInt8](repeating: 0, count: 10))))
                """
            #expect(try queue.refusal("worker", call) == SQLState("JQ004"), "nobody needs it")
            try exchange.publish([shared], of: lease, checkpoint: nil)
        }
    }

    @Test func filesHaveALimit() throws {
        try TestQueue.withOwnDatabase { queue in
            let folder = try Folder()
            _ = try queue.enqueue()
            let lease = try queue.claimOne().lease
            try queue.force("UPDATE contrast.setting SET value = '9' WHERE key = 'max_blob_bytes'")
            let exchange = try exchange("database", queue, folder)
            let error = #expect(throws: QueueError.self) {
                try exchange.publish([try folder.file("a", 10)], of: lease, checkpoint: nil)
            }
            #expect(
                error?.description.contains("at most 9 bytes (max_blob_bytes), found one of 10")
                    == true
            )
            try exchange.publish([try folder.file("b", 9)], of: lease, checkpoint: nil)
        }
    }

    @Test func filesAreForThoseWhoMaySeeTheirJob() throws {
        try TestQueue.with { queue in
            let folder = try Folder()
            _ = try queue.enqueue("alice")
            let lease = try queue.claimOne().lease
            let shared = try folder.file("a", 10)
            try exchange("database", queue, folder).publish([shared], of: lease, checkpoint: nil)
            _ = try queue.settle(lease, .succeeded([]))
            let copy = folder.url.appending(path: "copy")
            for user in ["alice", "reader", "root"] {
                try exchange("database", queue, folder, as: user).fetch(shared.sha256, to: copy)
            }
            #expect(throws: ExchangeError.missing(shared.sha256)) {
                try exchange("database", queue, folder, as: "bob").fetch(shared.sha256, to: copy)
            }
            _ = try queue.enqueue("bob")
            let bobs = try queue.claimOne().lease
            #expect(throws: ExchangeError.missing(shared.sha256)) {
                try exchange("database", queue, folder, reader: bobs).fetch(shared.sha256, to: copy)
            }
            #expect(throws: ExchangeError.missing(shared.sha256), "the job has ended") {
                try exchange("database", queue, folder, reader: lease).fetch(
                    shared.sha256,
                    to: copy
                )
            }
            _ = try queue.enqueue("alice")
            let next = try queue.claimOne().lease
            try exchange("database", queue, folder, reader: next).fetch(shared.sha256, to: copy)
            let call: PostgresQuery =
                "SELECT contrast.get_blob(\(PostgresBytes(shared.sha256.bytes)), 0)"
            #expect(try queue.refusal("stranger", call) == .insufficientPrivilege)
            #expect(
                try queue.refusal("alice", "SELECT contrast.free_blobs()") == .insufficientPrivilege
            )
        }
    }

    @Test(arguments: kinds)
    func whatNobodyNeedsGoes(_ kind: String) throws {
        try TestQueue.with { queue in
            let folder = try Folder()
            let exchange = try exchange(kind, queue, folder)
            func there() throws -> Int {
                if kind == "database" {
                    return Int(
                        try queue.one("postgres", "SELECT count(*) FROM contrast.blob") ?? ""
                    ) ?? -1
                }
                let place = folder.url.appending(path: "exchange").path
                return try FileManager.default.subpathsOfDirectory(atPath: place)
                    .filter { $0.contains("/") }.count
            }
            let worker = queue.store(as: "worker")
            let both = try folder.file("both", 10)
            _ = try queue.enqueue("alice", "train")
            let lost = try queue.claimOne("train").lease
            try exchange.publish([both, try folder.file("zombie", 10)], of: lost, checkpoint: nil)
            for step in [1, 2] {
                try exchange.publish(
                    [both, try folder.file("step \(step)", 10)],
                    of: lost,
                    checkpoint: step
                )
                try exchange.removeUnneeded()
                try worker.saveCheckpoint(lost, .sample(step), byteCount: 10)
            }
            #expect(try there() == 4, "outputs and two checkpoints")
            try worker.dropCheckpoint(lost, path: CheckpointRow.sample(1).path)
            try exchange.removeUnneeded()
            #expect(try there() == 3, "the older checkpoint is gone")
            try queue.loseWorkers()
            try queue.endPause(of: lost.jobID)
            let lease = try queue.claimOne("train", as: queue.otherWorkerID).lease
            try exchange.removeUnneeded()
            #expect(try there() == 2, "an attempt that was lost has no outputs")
            try exchange.publish([both], of: lease, checkpoint: nil)
            _ = try queue.settle(lease, .succeeded([]))
            for _ in 0..<2 { try exchange.removeUnneeded() }
            #expect(try there() == 1, "after a success the checkpoints go")
            try queue.force(
                "UPDATE contrast.job SET finished_at = finished_at - interval '2 days'"
            )
            #expect(try queue.store(as: "root").prune(olderThan: .seconds(86_400)).count == 1)
            try exchange.removeUnneeded()
            #expect(try there() == 0)
            #expect(try queue.one("postgres", "SELECT count(*) FROM contrast.blob_free") == "0")
        }
    }

    /// Somebody begins to need a file in the very moment in which it is taken away.
    @Test func aFileThatIsNeededAgainInTheLastMomentIsSentAgain() throws {
        try TestQueue.with { queue in
            let folder = try Folder()
            let shared = try folder.file("a", 10)
            let exchange = try exchange("database", queue, folder)
            for _ in 0..<2 { _ = try queue.enqueue() }
            let first = try queue.claimOne().lease
            let second = try queue.claimOne(as: queue.otherWorkerID).lease
            try exchange.publish([shared], of: first, checkpoint: nil)
            _ = try queue.settle(
                first,
                .failed(JobFailure(.permanent, stage: "s", text: "no"))
            )
            let isTaken = DispatchSemaphore(value: 0)
            _ = try onThreads(2) { index in
                if index == 0 {
                    isTaken.wait()
                    try self.exchange("database", queue, Folder()).publish(
                        [shared],
                        of: second,
                        checkpoint: nil
                    )
                    return
                }
                let sweeper = try queue.connection(as: "worker")
                try sweeper.run("BEGIN")
                let taken = try sweeper.run("SELECT contrast.free_blobs()")
                #expect(taken.count == 1)
                let process = try sweeper.run("SELECT pg_backend_pid() AS pid")
                let pid: Int = try process[0].value("pid")
                isTaken.signal()
                let watch = try queue.connection(as: "postgres")
                let waiting: PostgresQuery = """
                    SELECT FROM pg_stat_activity WHERE \(pid) = ANY (pg_blocking_pids(pid))
                    """
                while try watch.run(waiting).isEmpty { Thread.sleep(forTimeInterval: 0.01) }
                try sweeper.run("COMMIT")
            }
            let copy = folder.url.appending(path: "copy")
            try self.exchange("database", queue, folder, reader: second).fetch(
                shared.sha256,
                to: copy
            )
        }
    }
}
