internal import ArgumentParser
internal import Digests
internal import Foundation
internal import JobQueue
internal import Requests

/// Holds the files of jobs against their rows.
struct VerifyOutputsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-outputs",
        abstract: "Check that the files of jobs are there, byte for byte as they were published.",
        discussion:
            "Reads every file once. Exit code 1 where one is missing, changed or unreadable."
    )

    @Option(
        name: .long,
        help: "The workers' output root, as seen from here. Default: CONTRAST_OUTPUT_ROOT.",
        completion: .directory
    )
    var outputRoot: String?

    @Flag(name: .long, help: "Only the files that are not as they should be.")
    var onlyBad = false

    @OptionGroup var jobs: SteeringOptions

    /// A file and what was found of it.
    private struct Finding {
        let job: Int
        let output: OutputRow
        let state: String
    }

    func run() throws {
        let findings = try jobs.connection.withQueue { queue in
            let environment = ProcessInfo.processInfo.environment
            guard let root = outputRoot ?? environment["CONTRAST_OUTPUT_ROOT"], !root.isEmpty else {
                throw Failure("expected --output-root FOLDER or CONTRAST_OUTPUT_ROOT", code: 64)
            }
            let folder = URL(filePath: root, directoryHint: .isDirectory)
            var findings: [Finding] = []
            for job in try jobs.chosen(queue) {
                for output in try queue.outputs(of: job) {
                    let state = Self.state(of: folder.appending(path: output.path), output)
                    findings.append(Finding(job: job, output: output, state: state))
                }
            }
            return findings
        }
        let bad = findings.filter { $0.state != "ok" }
        jobs.output.print(onlyBad ? bad : findings, as: Self.table) { finding in
            [
                "job": .integer(finding.job), "path": .string(finding.output.path),
                "sha256": .string(finding.output.sha256), "state": .string(finding.state),
            ]
        }
        if !bad.isEmpty {
            Terminal.complain(
                "contrastctl: \(bad.count) of \(findings.count) files are not as published"
            )
            throw ExitCode(1)
        }
    }

    private static func state(of file: URL, _ output: OutputRow) -> String {
        guard FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) else {
            return "missing"
        }
        do {
            return try SHA256.digest(of: file).description == output.sha256 ? "ok" : "changed"
        } catch {
            return "unreadable"
        }
    }

    private static func table(_ findings: [Finding]) -> Table {
        Table(
            [.init("JOB", .right), .init("STATE"), .init("SIZE", .right), .init("PATH")],
            rows: findings.map { finding in
                [
                    "\(finding.job)", finding.state, Phrases.bytes(finding.output.byteCount),
                    finding.output.path,
                ]
            },
            empty: "no files"
        )
    }
}
