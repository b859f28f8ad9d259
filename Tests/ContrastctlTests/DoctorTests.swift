import Foundation
import JobQueue
import Postgres
import Testing

/// The server's URL; nil outside `scripts/with-postgres`.
private let testServer = ProcessInfo.processInfo.environment["CONTRAST_TEST_DATABASE_URL"]

/// What `contrastctl doctor` prints in each case that it knows.
@Suite(
    .serialized,
    .enabled(
        if: testServer != nil,
        "run it with scripts/with-postgres swift test"
    )
)
struct DoctorTests {
    /// A database of its own, and logins of its own.
    private final class Room {
        let name = "doctor_" + UUID().uuidString.lowercased().replacing("-", with: "").prefix(20)

        init(isMigrated: Bool = true) throws {
            try Self.run("CREATE DATABASE \(name)", at: testServer ?? "")
            guard isMigrated else { return }
            let migrations = URL(filePath: #filePath)
                .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "migrations").path
            let run = try ContrastctlProcess(
                ["migrate", "--migrations", migrations],
                environment: ["CONTRAST_DATABASE_URL": url()]
            )
            try #require(run.status == 0, "\(run.errors)")
        }

        func url(database: String? = nil, user: String? = nil) -> String {
            var url = (testServer ?? "").replacing(
                "///postgres?",
                with: "///\(database ?? String(name))?"
            )
            if let user { url = url.replacing("user=postgres", with: "user=\(user)") }
            return url
        }

        static func run(_ script: String, at url: String) throws {
            let settings = PostgresConnectionSettings(url: url, applicationName: "tests")
            try PostgresConnection(settings).run(script: script)
        }

        func force(_ script: String) throws { try Self.run(script, at: url()) }

        /// What the doctor says, as lines; each ✗ has to have its line on what to do.
        func doctor(
            status: Int32,
            url: String? = nil,
            _ environment: [String: String] = [:],
            _ place: SourceLocation = #_sourceLocation
        ) throws -> [Substring] {
            let run = try ContrastctlProcess(
                ["doctor"],
                environment: environment.merging(["CONTRAST_DATABASE_URL": url ?? self.url()]) {
                    $1
                }
            )
            #expect(run.status == status, "\(run.output)\(run.errors)", sourceLocation: place)
            let lines = run.output.split(separator: "\n")
            for (index, line) in lines.enumerated() where line.hasPrefix("✗") {
                try #require(index + 1 < lines.count, "\(line)", sourceLocation: place)
                #expect(lines[index + 1].hasPrefix("    "), "\(line)", sourceLocation: place)
            }
            return lines
        }
    }

    /// The line on what to do about a finding.
    private func remedy(
        of finding: String,
        in lines: [Substring],
        _ place: SourceLocation = #_sourceLocation
    ) throws -> Substring {
        let index = try #require(
            lines.firstIndex { $0 == "✗ \(finding)" },
            "\(lines)",
            sourceLocation: place
        )
        return lines[index + 1].dropFirst(4)
    }

    @Test func aDatabaseThatDoesNotTalkHasItsStep() throws {
        let room = try Room(isMigrated: false)
        let cases = [
            (
                "postgresql:///x?host=/nonexistent",
                "start PostgreSQL, or correct the socket's folder"
            ),
            ("postgresql://u@127.0.0.1:1/x", "start PostgreSQL, or correct host and port"),
            (room.url(database: "nobodys"), "createdb …, then contrastctl migrate"),
            (room.url(user: "nobody_\(room.name)"), "CREATE ROLE … LOGIN IN ROLE contrast_submit"),
            ("postgresql://u@nowhere.invalid/x", "correct the host in the URL"),
        ]
        for (url, step) in cases {
            let lines = try room.doctor(status: 1, url: url)
            let remedy = try remedy(of: "the database answers", in: lines)
            #expect(remedy.contains(step), "\(remedy)")
        }
        let lines = try room.doctor(status: 1, url: "postgresql://[")
        #expect(
            try remedy(of: "the queue answers", in: lines).contains(
                "postgresql://user@host/database"
            )
        )
    }

    @Test func aSchemaThatDoesNotFitHasItsStep() throws {
        let empty = try Room(isMigrated: false)
        let name = "the schema has version \(QueueSchema.version)"
        #expect(
            try remedy(of: name, in: empty.doctor(status: 1)).contains("run contrastctl migrate")
        )
        let room = try Room()
        try room.force("DELETE FROM contrast.migration WHERE version = \(QueueSchema.version)")
        #expect(
            try remedy(of: name, in: room.doctor(status: 1))
                == "it has version \(QueueSchema.version - 1); run contrastctl migrate, workers go on meanwhile"
        )
        try room.force("INSERT INTO contrast.migration (version, name) VALUES (9999, 'later')")
        let lines = try room.doctor(status: 1)
        #expect(try remedy(of: name, in: lines).contains("install the release of contrastctl"))
        #expect(lines.contains("✓ no kind is paused"), "it looks further all the same")
    }

    @Test func loginsThatMayNotLookAreTold() throws {
        let room = try Room()
        try room.force(
            """
            CREATE ROLE worker_\(room.name) LOGIN IN ROLE contrast_worker;
            CREATE ROLE stranger_\(room.name) LOGIN;
            CREATE ROLE submit_\(room.name) LOGIN IN ROLE contrast_submit;
            """
        )
        let worker = try room.doctor(status: 0, url: room.url(user: "worker_\(room.name)"))
        #expect(worker.contains("· the queue and its workers"))
        let stranger = try room.doctor(status: 1, url: room.url(user: "stranger_\(room.name)"))
        #expect(
            try remedy(of: "the queue answers", in: stranger).contains("GRANT contrast_read TO")
        )
        let submit = try room.doctor(status: 1, url: room.url(user: "submit_\(room.name)"))
        #expect(submit.contains("✗ a worker is alive"))
        #expect(!submit.contains { $0.contains("stands still") }, "only for those who see all")
    }

    @Test func aQueueWithoutWorkersHasItsSteps() throws {
        let room = try Room()
        try room.force(
            """
            SELECT contrast.register_worker(gen_random_uuid(), 'w', 'gpu3', 77, '0', '{train}', '{}', 1000, 0, 1);
            UPDATE contrast.worker SET beat_at = clock_timestamp() - interval '5 minutes';
            SELECT contrast.enqueue('train', '{"data": "d"}', need_tags => '{big}');
            SELECT contrast.enqueue('generate', '{"prompt": "p"}');
            SELECT contrast.pause('train', 'new disks');
            SELECT contrast.add_schedule('nightly', '@daily', 'train', '{"data": "x"}');
            UPDATE contrast.schedule SET last_error = 'no such data set';
            """
        )
        let lines = try room.doctor(status: 1)
        #expect(lines.contains("✓ a worker is alive") && lines.contains("✓ no job stands still"))
        let expected = [
            ("every worker beats", "w (process 77 on gpu3) has not beaten for 5m"),
            (
                "every kind with ready jobs has a worker",
                "start a worker with CONTRAST_WORKER_KINDS=generate"
            ),
            ("no kind is paused", "contrastctl resume train"),
            ("every ready job fits a worker", "contrastctl cancel 1 2"),
            ("every schedule works", "nightly: no such data set; remove it and add it again"),
        ]
        for (finding, step) in expected {
            let remedy = try remedy(of: finding, in: lines)
            #expect(remedy.contains(step), "\(remedy)")
        }
        try room.force("SELECT contrast.pause('*'); DELETE FROM contrast.worker")
        let paused = try room.doctor(status: 1)
        #expect(
            try remedy(of: "no kind is paused", in: paused) == "all are: contrastctl resume all"
        )
        #expect(
            try remedy(of: "a worker is alive", in: paused)
                == "start one: contrast-worker --config worker.conf"
        )
        let json = try ContrastctlProcess(
            ["doctor", "--json"],
            environment: ["CONTRAST_DATABASE_URL": room.url()]
        )
        #expect(json.status == 1)
        #expect(json.output.contains(#""remedy" : "all are: contrastctl resume all""#))
    }

    @Test func foldersThatCannotBeUsedHaveTheirSteps() throws {
        let room = try Room()
        try room.force(
            """
            SELECT contrast.register_worker(gen_random_uuid(), 'w', 'h', 1, '0',
                (SELECT array_agg(name) FROM contrast.kind), '{}', 1000, 0, 1)
            """
        )
        #expect(try room.doctor(status: 0).contains("· the folders"))
        let folder = FileManager.default.temporaryDirectory.appending(path: "doctor-\(room.name)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "file")
        try Data().write(to: file)
        let lines = try room.doctor(
            status: 1,
            [
                "CONTRAST_INPUT_ROOT": folder.path, "CONTRAST_MODELS_ROOT": file.path,
                "CONTRAST_OUTPUT_ROOT": folder.path + "/none",
            ]
        )
        #expect(lines.contains("✓ CONTRAST_INPUT_ROOT can be read"))
        #expect(
            try remedy(of: "CONTRAST_MODELS_ROOT can be read", in: lines)
                == "\(file.path) is a file; correct the setting"
        )
        #expect(
            try remedy(of: "CONTRAST_OUTPUT_ROOT can be written", in: lines)
                == "there is nothing at \(folder.path)/none: mkdir -p '\(folder.path)/none', or correct the setting"
        )
        let other = try room.doctor(
            status: 1,
            ["CONTRAST_OUTPUT_ROOT": folder.path, "CONTRAST_WORK_ROOT": "/dev/shm"]
        )
        #expect(
            try remedy(
                of: "CONTRAST_WORK_ROOT is on the file system of CONTRAST_OUTPUT_ROOT",
                in: other
            ).contains("leave the setting empty")
        )
    }
}
