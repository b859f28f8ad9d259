import Foundation
import JobQueue
import JobWorker
import Requests
import Testing
import WorkerTestSupport

/// What a real worker says of itself over HTTP, beside what it really does.
@Suite(.serialized)
struct EndpointTests {
    private static let lines = "CONTRAST_OPS_ADDRESS=127.0.0.1:0\n"

    /// An endpoint's answer; nil before the worker listens.
    private static func get(_ path: String, of worker: WorkerProcess) -> HTTPAnswer? {
        let line = worker.logged.firstMatch(of: /"message":"endpoints","port":"(\d+)"/)
        return line.flatMap { URL(string: "http://127.0.0.1:\($0.1)\(path)") }
            .flatMap { HTTPAnswer.get($0) }
    }

    /// Waits for an answer that satisfies a condition.
    private static func wait(
        for what: String,
        _ path: String,
        of worker: WorkerProcess,
        _ place: SourceLocation = #_sourceLocation,
        _ condition: (_ status: Int, _ text: String) throws -> Bool
    ) throws {
        var last: HTTPAnswer?
        try eventually(what, place) {
            last = get(path, of: worker)
            return try last.map { try condition($0.status, $0.text) } ?? false
        } else: {
            "\(String(describing: last)) \(worker.logged)"
        }
    }

    private static func status(_ text: String) throws -> [String: JSONValue] {
        guard case .object(let status) = try JSONValue(decoding: Data(text.utf8)) else {
            return [:]
        }
        return status
    }

    @Test func aWorkerIsSeenFromItsStartToItsEnd() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 100_000, ["slow"])
        let worker = try queue.startWorker([], Self.lines)
        try Self.wait(for: "healthy", "/healthz", of: worker) { $0 == 200 && $1 == "ok\n" }
        try Self.wait(for: "ready", "/readyz", of: worker) { status, _ in status == 200 }
        try Self.wait(for: "a rate", "/status", of: worker) { _, text in
            let status = try Self.status(text)
            guard case .object(let told)? = status["job"],
                case .number(let seconds)? = told["s_per_step"]
            else { return false }
            #expect(status["state"] == "busy")
            #expect(told["id"] == .integer(job) && told["kind"] == "train")
            #expect(told["steps"] == 100_000)
            #expect(seconds >= 0.02, "a slow step takes that long")
            #expect(!text.contains("validation_prompts") && !text.contains(queue.folder.path))
            return true
        }
        try Self.wait(for: "metrics", "/metrics", of: worker) { _, text in
            text.contains(#"contrast_job_running{kind="train"} 1"#)
                && text.firstMatch(of: /contrast_step_seconds_count{kind="train"} [1-9]/) != nil
                && text.contains("# TYPE contrast_beats_total counter")
        }
        #expect(try queue.store.cancel(job) == "cancelling")
        try Self.wait(for: "the end of the job", "/metrics", of: worker) { _, text in
            text.contains(#"contrast_jobs_total{kind="train",outcome="cancelled"} 1"#)
                && text.contains(#"contrast_job_seconds_count{kind="train",outcome="cancelled"} 1"#)
                && text.contains("contrast_worker_ready 1")
        }
        let names = Set(WorkerMetric.allCases.map(\.rawValue))
        let text = try #require(Self.get("/metrics", of: worker)).text
        let told = text.matches(of: /# HELP (\S+)/).map { String($0.1) }
        #expect(Set(told).isSubset(of: names))
        #expect(told.count == text.matches(of: /# TYPE/).count, "each has its line of help")
        worker.kill()
    }

    @Test func aWorkerWithoutItsDatabaseIsHealthyAndNotReady() throws {
        let queue = try FaultQueue(on: FaultServer())
        _ = try queue.count(to: 100_000, ["slow"])
        let worker = try queue.startWorker([], Self.lines)
        try Self.wait(for: "ready", "/readyz", of: worker) { status, _ in status == 200 }
        try queue.server.stop("fast")
        try Self.wait(for: "not ready", "/readyz", of: worker) { status, text in
            status == 503 && text.contains("the database has answered no beat for")
        }
        #expect(Self.get("/healthz", of: worker)?.status == 200)
        try queue.server.start()
        try Self.wait(for: "ready again", "/readyz", of: worker) { status, _ in status == 200
        }
        try Self.wait(for: "told", "/metrics", of: worker) { _, text in
            text.contains(#"contrast_reconnects_total{connection="lease"}"#)
                && text.firstMatch(of: /contrast_beat_failures_total [1-9]/) != nil
        }
        worker.kill()
    }

    @Test func aDrainingWorkerIsNotReady() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 100_000, ["slow"])
        let worker = try queue.startWorker([], Self.lines)
        try queue.waitForState(.running, of: job)
        let id = try #require(try queue.store.workers().first).id
        try queue.store.direct(worker: id, to: .drain)
        try Self.wait(for: "draining", "/readyz", of: worker) { status, text in
            status == 503 && text.contains("an administrator wants it to drain")
        }
        try Self.wait(for: "the word", "/status", of: worker) { _, text in
            try Self.status(text)["state"] == "draining"
        }
        worker.kill()
    }

    @Test func theQueueIsCounted() throws {
        let queue = try FaultQueue()
        for _ in 0..<2 { _ = try queue.count(to: 100_000, ["slow"]) }
        let worker = try queue.startWorker([], Self.lines)
        try Self.wait(for: "the depth", "/metrics", of: worker) { _, text in
            text.contains(#"contrast_queue_jobs{kind="train",state="ready"}"#)
        }
        let text = try #require(Self.get("/status", of: worker)).text
        let status = try Self.status(text)
        #expect(status["schema_version"] == .integer(QueueSchema.version))
        guard case .object(let counted)? = status["queue"],
            case .array(let kinds)? = counted["kinds"]
        else {
            Issue.record("no queue in \(text)")
            return
        }
        let train = try #require(
            kinds.compactMap { kind -> [String: JSONValue]? in
                guard case .object(let depth) = kind, depth["kind"] == "train" else { return nil }
                return depth
            }.first
        )
        guard case .integer(let ready)? = train["ready"],
            case .integer(let running)? = train["running"]
        else {
            Issue.record("no numbers in \(text)")
            return
        }
        #expect(ready + running == 2)
        worker.kill()
    }

    @Test func aTakenAddressStopsTheStart() throws {
        let queue = try FaultQueue()
        let first = try queue.startWorker([], Self.lines)
        try eventually("endpoints") { first.logged.contains(#""message":"endpoints""#) }
        let port = try #require(first.logged.firstMatch(of: /"port":"(\d+)"/)).1
        let second = try queue.startWorker([], "CONTRAST_OPS_ADDRESS=127.0.0.1:\(port)\n")
        #expect(try second.waitForExit() == 69)
        #expect(second.logged.contains("expected 127.0.0.1:\(port) to be free to listen on"))
        first.kill()
    }
}
