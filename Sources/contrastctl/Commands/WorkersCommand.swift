internal import ArgumentParser
internal import Foundation
internal import JobQueue
internal import Requests

/// Shows the workers, or tells one what to do.
struct WorkersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers",
        abstract: "Show the workers, or tell one to drain or to stop."
    )

    @Flag(name: .long, help: "Those that are gone too.")
    var all = false

    @Option(
        name: .long,
        help: "Name or id of a worker that shall finish its job and leave. Needs contrast_admin."
    )
    var drain: String?

    @Option(
        name: .long,
        help: "Name or id of a worker that shall give its job back and leave. Needs contrast_admin."
    )
    var stop: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try connection.withQueue { queue in
            if let drain { try direct(queue, drain, to: .drain) }
            if let stop { try direct(queue, stop, to: .stop) }
            if drain == nil, stop == nil {
                let workers = try queue.workers(includingGone: all)
                output.print(workers, as: Self.table, json: \.json)
            }
        }
    }

    private func direct(_ queue: PostgresJobStore, _ worker: String, to directive: WorkerDirective)
        throws
    {
        let found = try queue.workers().filter {
            $0.name == worker || $0.id.uuidString.lowercased() == worker.lowercased()
        }
        guard !found.isEmpty else {
            throw Failure(
                "there is no live worker \(worker); contrastctl workers shows them",
                code: 4
            )
        }
        for worker in found {
            try queue.direct(worker: worker.id, to: directive)
            Terminal.print("\(Terminal.printable(worker.name))  \(directive.rawValue)")
        }
    }

    private static func table(_ workers: [WorkerSummary]) -> Table {
        Table(
            [
                .init("NAME"), .init("STATUS"), .init("JOBS"), .init("BEAT", .right), .init("HOST"),
                .init("PID", .right), .init("UP", .right), .init("KINDS"),
            ],
            rows: workers.map { worker in
                [
                    worker.name, worker.status, worker.jobs.map(String.init).joined(separator: ","),
                    Phrases.span(worker.secondsSinceBeat), worker.host, "\(worker.processID)",
                    Phrases.age(worker.startedAt), worker.kinds.joined(separator: ","),
                ]
            },
            empty: "no workers"
        )
    }
}

extension WorkerSummary {
    /// The worker for programs; names as in the view `contrast.workers`.
    var json: JSONValue {
        [
            "id": .string(id.uuidString.lowercased()), "name": .string(name), "host": .string(host),
            "pid": .integer(processID), "version": .string(version), "status": .string(status),
            "kinds": .array(kinds.map { .string($0) }), "tags": .array(tags.map { .string($0) }),
            "ram_mb": .integer(memory), "vram_mb": .integer(acceleratorMemory),
            "slots": .integer(slots), "jobs": .array(jobs.map { .integer($0) }),
            "since_beat": .number(secondsSinceBeat), "started_at": .init(startedAt),
            "gone_at": .init(goneAt),
        ]
    }
}
