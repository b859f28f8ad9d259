internal import ArgumentParser
internal import Foundation
internal import JobQueue
internal import Requests

/// Shows everything about one job.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one job: its state, payload, attempts, models, warnings and outputs."
    )

    @Argument(help: "Number of the job.")
    var id: Int

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try connection.withQueue { queue in
            guard let job = try queue.job(id) else { throw Failure.noJob(id) }
            let attempts = try queue.attempts(of: id)
            let outputs = try queue.outputs(of: id)
            let models = try queue.models(of: id)
            if output.json {
                guard case .object(var members) = job.json else { return }
                members["attempts"] = .array(attempts.map(\.json))
                members["outputs"] = .array(outputs.map(\.json))
                members["models"] = .array(models.map(\.json))
                Terminal.print(JSONValue.object(members).text(pretty: true))
            } else {
                Terminal.print(Self.text(job, attempts, models, outputs))
            }
        }
    }

    private static func text(
        _ job: JobSummary,
        _ attempts: [AttemptSummary],
        _ models: [JobModel],
        _ outputs: [OutputRow]
    ) -> String {
        var lines = ["job \(job.id)  \(job.kind)  \(job.state.rawValue)"]
        func add(_ name: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            let padded = name + String(repeating: " ", count: max(1, 11 - name.count))
            lines.append("  \(padded)\(Terminal.printable(value))")
        }
        add("reason", job.reason == job.state.rawValue ? nil : job.reason)
        add("owner", job.owner)
        if let step = job.step {
            add("progress", "step \(step)" + (job.stepCount.map { " of \($0)" } ?? ""))
        }
        add("doing", job.note)
        add("worker", job.worker)
        add("priority", job.priority == 0 ? nil : "\(job.priority)")
        add("enqueued", Phrases.time(job.createdAt))
        add("started", job.startedAt.map(Phrases.time))
        add("finished", job.finishedAt.map(Phrases.time))
        add("key", job.idempotencyKey)
        for warning in job.warnings { add("warning", warning) }
        lines.append("  payload")
        let payload = JSONValue(storedText: job.params).text(pretty: true)
        lines += Terminal.printable(payload, keepingLines: true).split(separator: "\n").map {
            "    \($0)"
        }
        if !attempts.isEmpty {
            lines.append("  attempts")
            lines += table(attempts).text(width: Terminal.width.map { $0 - 4 })
                .split(separator: "\n").map { "    \($0)" }
        }
        if !models.isEmpty {
            lines.append("  models")
            lines += table(models).text(width: nil).split(separator: "\n").map { "    \($0)" }
        }
        for failure in attempts.compactMap(\.failure).suffix(1) {
            add("error", "\(failure.stage): \(failure.text)")
        }
        if !outputs.isEmpty {
            lines.append("  outputs")
            lines += OutputsCommand.table(outputs).text(width: Terminal.width.map { $0 - 4 })
                .split(separator: "\n").map { "    \($0)" }
        }
        return lines.joined(separator: "\n")
    }

    /// What each attempt used; a hash is not cut.
    private static func table(_ models: [JobModel]) -> Table {
        Table(
            [.init("N", .right), .init("ROLE"), .init("NAME"), .init("SHA256")],
            rows: models.map { ["\($0.attempt)", $0.role, $0.name, $0.sha256] },
            empty: ""
        )
    }

    private static func table(_ attempts: [AttemptSummary]) -> Table {
        Table(
            [
                .init("N", .right), .init("WORKER"), .init("FROM", .right), .init("TO", .right),
                .init("STARTED"), .init("TOOK", .right), .init("OUTCOME"),
            ],
            rows: attempts.map { attempt in
                [
                    "\(attempt.number)", attempt.worker,
                    attempt.resumedStep.map(String.init) ?? "0",
                    attempt.lastStep.map(String.init) ?? "", Phrases.time(attempt.startedAt),
                    attempt.endedAt.map { Phrases.span($0.timeIntervalSince(attempt.startedAt)) }
                        ?? "",
                    (attempt.outcome?.rawValue ?? "running")
                        + (attempt.failure.map { " (\($0.failureClass.rawValue))" } ?? ""),
                ]
            },
            empty: ""
        )
    }
}
