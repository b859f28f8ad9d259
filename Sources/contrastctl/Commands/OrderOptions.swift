internal import ArgumentParser
internal import Foundation
internal import JobQueue
internal import Requests

/// How and when a job runs, whatever its kind.
struct OrderOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "A field of the payload, such as steps=30 or method.ablation=3. Repeatable."
    )
    var set: [String] = []

    @Option(name: .long, help: "−100 … 100, higher first.")
    var priority = 0

    @Option(name: .long, help: "Number of a job that must succeed first. Repeatable.")
    var after: [Int] = []

    @Option(name: .long, help: "The same key with the same payload gives the first job's number.")
    var key: String?

    @Option(name: .long, help: "A tag that the worker must have. Repeatable.")
    var tag: [String] = []

    @Flag(name: .long, help: "Wait for its end, as contrastctl wait does.")
    var wait = false

    @Flag(name: .long, help: "Only check the payload, and print it with every default.")
    var check = false

    /// Checks and sends a job, and does what was asked for after it.
    func send(
        _ kind: JobKind,
        _ payload: JSONValue,
        connection: ConnectionOptions,
        output: OutputOptions
    ) throws {
        let id = try Failure.explaining { () -> Int? in
            let payload = try PayloadEditor(payload).setting(set)
            let (_, resolved) = try JobRequest.decode(kind: kind, payload: payload, drawnSeed: 0)
            if check {
                Terminal.print(resolved.text(pretty: true))
                return nil
            }
            var order = JobOrder(kind: kind.rawValue, params: payload.text())
            order.priority = priority
            order.after = after
            order.idempotencyKey = key
            order.neededTags = tag
            return try connection.withQueue { try $0.enqueue(order) }
        }
        guard let id else { return }
        Terminal.print(output.json ? "{\"id\":\(id)}" : "\(id)")
        if wait {
            try JobWaiter(connection: connection, quiet: output.json).wait(for: [id], timeout: nil)
        }
    }
}
