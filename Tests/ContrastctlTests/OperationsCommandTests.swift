import Digests
import Foundation
import JobQueue
import Postgres
import Testing

/// The server's URL; nil outside `scripts/with-postgres`.
private let testServer = ProcessInfo.processInfo.environment["CONTRAST_TEST_DATABASE_URL"]

/// Operators' commands against a real queue.
@Suite(
    .serialized,
    .enabled(
        if: testServer != nil,
        "run it with scripts/with-postgres swift test"
    )
)
struct OperationsCommandTests {
    /// A database of its own, migrated by the program.
    private final class Room {
        let url: String

        init() throws {
            let name = "operations_" + UUID().uuidString.lowercased().replacing("-", with: "")
            let server = testServer ?? ""
            try PostgresConnection(
                PostgresConnectionSettings(url: server, applicationName: "tests")
            ).run(script: "CREATE DATABASE \(name)")
            url = server.replacing("///postgres?", with: "///\(name)?")
            let migrations = URL(filePath: #filePath)
                .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "migrations").path
            _ = try run("migrate", "--migrations", migrations)
        }

        /// What the program prints; it has to end with this status.
        func run(
            _ arguments: String...,
            status: Int32 = 0,
            _ place: SourceLocation = #_sourceLocation
        ) throws -> String {
            let run = try ContrastctlProcess(
                arguments,
                environment: ["CONTRAST_DATABASE_URL": url]
            )
            #expect(run.status == status, "\(run.errors)", sourceLocation: place)
            return run.output
        }

        func force(_ script: String) throws {
            let settings = PostgresConnectionSettings(url: url, applicationName: "tests")
            try PostgresConnection(settings).run(script: script)
        }
    }

    @Test func jobsAreSteeredByWhatTheyAre() throws {
        let room = try Room()
        try room.force("SELECT contrast.enqueue('train') FROM generate_series(1, 3)")
        #expect(
            try room.run("cancel", "--state", "ready", "--dry-run")
                == "1  chosen\n2  chosen\n3  chosen\n"
        )
        #expect(
            try room.run("reprioritize", "--to", "70", "--kind", "train")
                == "1  ready\n2  ready\n3  ready\n"
        )
        #expect(try room.run("cancel", "1", "2") == "1  cancelled\n2  cancelled\n")
        try room.force(
            "UPDATE contrast.job SET finished_at = finished_at - interval '2 days' WHERE id = 1"
        )
        #expect(
            try room.run("retry", "--state", "cancelled", "--since", "1d", "--json")
                == #"{"answer":"queued","id":2}"# + "\n"
        )
        #expect(try room.run("retry", "--state", "failed").isEmpty)
        #expect(try room.run("list", "--since", "1d", "--json").contains("\"id\" : 1,") == false)
        #expect(try room.run("requeue", "1", "--from-step", "3", status: 64).isEmpty)
        #expect(try room.run("requeue", "1") == "1  queued from step 0\n")
    }

    @Test func oldJobsAreForgottenAndRulesAreShown() throws {
        let room = try Room()
        try room.force("SELECT contrast.enqueue('train') FROM generate_series(1, 3)")
        _ = try room.run("cancel", "1", "2")
        try room.force(
            "UPDATE contrast.job SET finished_at = finished_at - interval '2 days' WHERE id < 3"
        )
        #expect(
            try room.run("prune", "--older-than", "1d", "--files", "--json")
                == #"{"files":true,"jobs":2}"# + "\n"
        )
        #expect(try room.run("retention").contains("every job is kept for ever"))
        #expect(try room.run("retention", "train", "--keep", "90d").contains("go too"))
        _ = try room.run("retention", "train", "--for-ever")
        #expect(try room.run("retention", "--json").filter { !$0.isWhitespace } == "[]")
        _ = try room.run("retention", "--keep", "90d", status: 64)
    }

    @Test func schedulesAreAddedShownAndRemoved() throws {
        let room = try Room()
        let added = try room.run("schedule", "add", "nightly", "@daily", "train", #"{"data": "x"}"#)
        #expect(added.hasPrefix("nightly  first at 20"))
        _ = try room.run("schedule", "add", "n", "99 * * * *", "train", status: 64)
        _ = try room.run("schedule", "add", "n", "@daily", "train", #"{"dat": "x"}"#, status: 64)
        let list = try room.run("schedule", "--json")
        #expect(list.contains(#""spec" : "@daily""#) && list.contains(#""last_job" : null"#))
        #expect(try room.run("schedule", "remove", "nightly") == "removed nightly\n")
        _ = try room.run("schedule", "remove", "nightly", status: 4)
    }

    @Test func limitsAreSetAndDeedsAreShown() throws {
        let room = try Room()
        #expect(try room.run("audit", "--what", "enqueued") == "nothing was done\n")
        try room.force(
            """
            SELECT contrast.enqueue('train');
            SELECT contrast.register_worker(gen_random_uuid(), 'w', 'h', 1, '0', '{train}', '{}', 1, 0, 1)
            """
        )
        #expect(try room.run("slots") == "as many jobs run as there are workers\n")
        #expect(try room.run("slots", "train", "--max", "2").contains("everybody"))
        #expect(
            try room.run("slots", "train", "--max", "0", "--each-owner").contains("each owner")
        )
        let list = try room.run("list")
        #expect(list.contains("no slots: an administrator lets no such job run"))
        #expect(
            try room.run("slots", "train", "--unlimited", "--each-owner", "--json")
                .contains(#""max" : 2"#)
        )
        _ = try room.run("slots", "--max", "1", status: 64)
        _ = try room.run("slots", "train", status: 64)
        _ = try room.run("slots", "paint", "--max", "1", status: 64)
        #expect(
            try room.run("budget", "postgres", "--limit", "40h", "--per", "day").contains(
                "<1s of 40h"
            )
        )
        #expect(
            try room.run("budget", "postgres", "--open-jobs", "9", "--json")
                .contains(#""today_budget" : 144000"#)
        )
        _ = try room.run("budget", "nobody at all", "--limit", "1h", status: 64)
        _ = try room.run("budget", "all", "--open-jobs", "1", status: 64)
        _ = try room.run("retention", "audit", "--keep", "800d")
        let deeds = try room.run("audit", "--who", "postgres", "--since", "1d", "--json")
        for deed in ["enqueued", "slots_set", "budget_set", "quota_set", "retention_set"] {
            #expect(deeds.contains(#""what" : "\#(deed)""#))
        }
        #expect(try room.run("audit", "1").contains("enqueued"))
    }

    @Test func settingsAreShownAndChanged() throws {
        let room = try Room()
        let all = try room.run("settings")
        #expect(all.contains("max_overtakes"))
        #expect(all.contains(/queue_id .* fixed/))
        #expect(try room.run("settings", "preempt_gap", "--json").contains(#""value" : 50"#))
        #expect(
            try room.run("settings", "preempt_gap", "60", "--json").contains(#""value" : 60"#)
        )
        #expect(try room.run("audit", "--what", "setting_changed").contains("preempt_gap"))
        _ = try room.run("settings", "preempt_gap", "201", status: 64)
        _ = try room.run("settings", "queue_id", "1", status: 64)
        _ = try room.run("settings", "preempt", status: 64)
        _ = try room.run("settings", "preempt", "1", status: 64)
        #expect(try room.run("settings", "preempt_gap").contains(/60 +0 – 200/))
    }

    @Test func filesAreHeldAgainstTheirRows() throws {
        let room = try Room()
        let root = URL(filePath: NSTemporaryDirectory()).appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        for name in ["a", "b"] { try Data(name.utf8).write(to: root.appending(path: name)) }
        try room.force(
            """
            SELECT contrast.enqueue('train');
            UPDATE contrast.job SET state = 'succeeded', finished_at = now();
            INSERT INTO contrast.output (job_id, idx, token, role, path, sha256, bytes, media_type)
            SELECT 1, n, 1, 'r', p, sha256(p::bytea), 1, 'text/plain'
              FROM unnest('{a,b,c}'::text[]) WITH ORDINALITY u(p, n)
            """
        )
        try Data("B".utf8).write(to: root.appending(path: "b"))
        let found = try room.run(
            "verify-outputs",
            "--state",
            "succeeded",
            "--output-root",
            root.path,
            status: 1
        )
        let states = found.split(separator: "\n").dropFirst().map {
            $0.split(separator: " ", omittingEmptySubsequences: true)[1]
        }
        #expect(states == ["ok", "changed", "missing"])
        try room.force("DELETE FROM contrast.output WHERE idx > 1")
        _ = try room.run("verify-outputs", "1", "--output-root", root.path, "--json")
        _ = try room.run("verify-outputs", "1", status: 64)
    }

    @Test func filesComeHomeThroughTheDatabaseOrAFolder() throws {
        let room = try Room()
        let home = URL(filePath: NSTemporaryDirectory()).appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: home) }
        try room.force(
            """
            SELECT contrast.enqueue('prepare');
            UPDATE contrast.job SET state = 'succeeded', finished_at = now(), token = 1;
            CREATE TEMP TABLE f AS SELECT n, p, c::bytea AS c FROM (VALUES (1, 'deep/a', 'a'),
                (2, 'SHA256SUMS', encode(sha256('b'), 'hex') || '  0/b.png' || chr(10))) v(n, p, c);
            INSERT INTO contrast.output (job_id, idx, token, role, path, sha256, bytes, media_type)
            SELECT 1, n, 1, 'r', '1/1/' || p, sha256(c), length(c), 'text/plain' FROM f;
            INSERT INTO f VALUES (3, '', 'b');
            INSERT INTO contrast.blob SELECT sha256(c), length(c), true FROM f;
            INSERT INTO contrast.blob_chunk SELECT sha256(c), 0, c FROM f;
            INSERT INTO contrast.blob_set VALUES (1, 1, -1);
            INSERT INTO contrast.blob_use SELECT 1, 1, -1, sha256(c) FROM f;
            """
        )
        let place = home.appending(path: "home")
        let told = try room.run("fetch", "1", "--to", place.path)
        #expect(told.matches(of: /fetched/).count == 3)
        #expect(try String(contentsOf: place.appending(path: "deep/a"), encoding: .utf8) == "a")
        #expect(try String(contentsOf: place.appending(path: "0/b.png"), encoding: .utf8) == "b")
        #expect(try room.run("fetch", "1", "--to", place.path).matches(of: /was there/).count == 3)
        try Data("A".utf8).write(to: place.appending(path: "deep/a"))
        _ = try room.run("fetch", "1", "--to", place.path, status: 1)

        let folder = home.appending(path: "exchange")
        for name in ["deep/a", "SHA256SUMS", "0/b.png"] {
            var content = try Data(contentsOf: place.appending(path: name))
            if name == "deep/a" { content = Data("a".utf8) }
            let digest = SHA256.digest(of: Array(content)).description
            let file = folder.appending(path: "\(digest.prefix(2))/\(digest.dropFirst(2))")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try content.write(to: file)
        }
        let other = home.appending(path: "other")
        _ = try room.run("fetch", "1", "--to", other.path, "--from", folder.path, "--json")
        #expect(try String(contentsOf: other.appending(path: "0/b.png"), encoding: .utf8) == "b")
        _ = try room.run(
            "fetch",
            "1",
            "--to",
            home.appending(path: "x").path,
            "--from",
            home.path,
            status: 1
        )
        _ = try room.run("fetch", "2", status: 4)
    }
}
