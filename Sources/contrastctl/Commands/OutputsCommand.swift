internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Shows the files a job has made.
struct OutputsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outputs",
        abstract: "Show the files a job has made; paths are below the workers' output root."
    )

    @Argument(help: "Number of the job.")
    var id: Int

    @Flag(name: .long, help: "Only the paths, one a line.")
    var paths = false

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let outputs = try connection.withQueue { queue in
            guard try queue.job(id) != nil else { throw Failure.noJob(id) }
            return try queue.outputs(of: id)
        }
        if paths {
            for output in outputs { Terminal.print(Terminal.printable(output.path)) }
        } else {
            output.print(outputs, as: Self.table, json: \.json)
        }
    }

    /// Outputs as a table.
    static func table(_ outputs: [OutputRow]) -> Table {
        Table(
            [
                .init("#", .right), .init("ROLE"), .init("SIZE", .right), .init("SHA256"),
                .init("PATH"),
            ],
            rows: outputs.map { output in
                [
                    "\(output.index)", output.role, Phrases.bytes(output.byteCount),
                    String(output.sha256.prefix(12)), output.path,
                ]
            },
            empty: "no outputs"
        )
    }
}

extension OutputRow {
    /// The output for programs; names as in the view `contrast.outputs`.
    var json: JSONValue {
        [
            "idx": .integer(index), "role": .string(role), "path": .string(path),
            "sha256": .string(sha256), "bytes": .integer(byteCount),
            "media_type": .string(mediaType),
            "meta": .init(storedText: metadata),
        ]
    }
}
