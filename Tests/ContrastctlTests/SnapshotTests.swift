import Foundation
import Testing

/// What people read: help and errors, word for word.
///
/// After a change, `CONTRAST_UPDATE_DOCS=1 scripts/test --filter ContrastctlTests` writes the snapshots anew;
/// read them before committing.
@Suite struct SnapshotTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/contrastctl")

    private func expect(_ text: String, is name: String) throws {
        let file = Self.folder.appending(path: "\(name).txt")
        if ProcessInfo.processInfo.environment["CONTRAST_UPDATE_DOCS"] == "1" {
            try FileManager.default.createDirectory(
                at: Self.folder,
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        } else {
            #expect(text == (try String(contentsOf: file, encoding: .utf8)))
        }
    }

    @Test(
        arguments: [
            "", "enqueue", "enqueue generate", "enqueue train", "enqueue job", "list", "show",
            "logs",
            "wait", "outputs", "fetch", "metrics", "cancel", "retry", "hold", "release", "pause",
            "resume",
            "workers", "migrate", "doctor", "model", "model add", "model list", "model check",
            "model remove", "requeue", "reprioritize", "prune", "retention", "verify-outputs",
            "schedule", "schedule add", "schedule list", "schedule remove", "slots", "budget",
            "audit", "settings",
        ]
    )
    func help(_ command: String) throws {
        let run = try ContrastctlProcess(
            command.split(separator: " ").map(String.init) + ["--help"]
        )
        #expect(run.status == 0)
        let name = "help \(command)".trimmingCharacters(in: .whitespaces)
        try expect(run.output, is: name.replacing(" ", with: "-"))
    }

    @Test(
        arguments: [
            ("unknown-kind", ["enqueue", "prepair"], 64),
            ("broken-json", ["enqueue", "prepare", "{\"name\": }"], 64),
            ("unknown-field", ["enqueue", "train", "-d", "d", "--set", "stepps=3"], 64),
            ("bad-value", ["enqueue", "generate", "-p", "a dog", "--steps", "0"], 64),
            ("bad-subject", ["enqueue", "generate", "-p", "a dog", "-s", "dog"], 64),
            ("bad-size", ["enqueue", "generate", "-p", "a dog", "--size", "512"], 64),
            ("no-file", ["enqueue", "prepare", "@/nonexistent"], 64),
            ("unknown-state", ["list", "--state", "redy"], 64),
            ("unknown-option", ["list", "--stat", "ready"], 64),
            ("missing-argument", ["show"], 64),
            ("no-jobs-chosen", ["retry"], 64),
            ("jobs-and-choice", ["retry", "3", "--state", "failed"], 64),
            ("unreadable-time", ["retry", "--since", "1 day"], 64),
            ("no-migrations", ["migrate", "--migrations", "/nonexistent"], 78),
        ] as [(String, [String], Int32)]
    )
    func error(_ name: String, _ arguments: [String], _ status: Int32) throws {
        let run = try ContrastctlProcess(arguments)
        #expect(run.status == status)
        #expect(run.output.isEmpty)
        try expect(run.errors, is: "error-\(name)")
    }

    @Test func payloadIsPrintedWithEveryDefault() throws {
        let run = try ContrastctlProcess(
            [
                "enqueue", "generate", "-p", "a {subject} in snow", "-s", "dog=rex/1.jpg", "-a",
                "rex", "--check",
            ]
        )
        #expect(run.status == 0, "\(run.errors)")
        try expect(run.output, is: "check-generate")
    }

    @Test(arguments: [["list"], ["show", "1"], ["migrate"], ["cancel", "1"]])
    func aDatabaseThatIsNotThereEndsWith69(_ arguments: [String]) throws {
        let migrations = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "migrations").path
        let more = arguments == ["migrate"] ? ["--migrations", migrations] : []
        let run = try ContrastctlProcess(
            arguments + more,
            environment: ["CONTRAST_DATABASE_URL": "postgresql://u:secret@/x?host=/nonexistent"]
        )
        #expect(run.status == 69, "\(run.errors)")
        #expect(!run.errors.contains("secret"))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionScriptsKnowTheCommands(_ shell: String) throws {
        let run = try ContrastctlProcess(["--generate-completion-script", shell])
        #expect(run.status == 0)
        for word in ["enqueue", "metrics", "--json"] {
            #expect(run.output.contains(shell == "fish" ? word.replacing("--", with: "") : word))
        }
    }
}
