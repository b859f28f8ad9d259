internal import ArgumentParser
internal import Foundation
internal import JobQueue
internal import Requests

/// Looks for what stops the queue from working, and says how to mend it.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract:
            "Check database, schema, workers and folders; each ✗ has a line on how to mend it.",
        discussion: """
            The folders are those that CONTRAST_INPUT_ROOT, CONTRAST_MODELS_ROOT, CONTRAST_OUTPUT_ROOT and \
            CONTRAST_WORK_ROOT name. As a worker sees them: (set -a; . worker.conf; contrastctl doctor)
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let findings =
            QueueCheckup(connection.settings).findings + FolderCheckup(environment).findings
        if output.json {
            Terminal.print(JSONValue.array(findings.map(\.json)).text(pretty: true))
        } else {
            for line in findings.flatMap(\.lines) { Terminal.print(Terminal.printable(line)) }
        }
        if findings.contains(where: \.isIll) { throw ExitCode(1) }
    }
}
