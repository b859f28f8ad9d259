internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Lists the registered models.
struct ModelListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the registered models."
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try connection.withQueue { queue in
            output.print(try queue.models(), as: Self.table, json: \.json)
        }
    }

    private static func table(_ models: [ModelRow]) -> Table {
        Table(
            [.init("NAME"), .init("KIND"), .init("LOCATION"), .init("ADDED"), .init("BY")],
            rows: models.map { model in
                [
                    model.name, model.kind, model.location,
                    model.addedAt.map(Phrases.time) ?? "", model.addedBy,
                ]
            },
            empty:
                "no models are registered; folders below the models root can be named as they are"
        )
    }
}

extension ModelRow {
    /// The model for programs; names as in the table `contrast.model`.
    var json: JSONValue {
        [
            "name": .string(name), "kind": .string(kind), "location": .string(location),
            "configured_by": configuredBy.map { .string($0) } ?? .null,
            "files": JSONValue(storedText: files), "added_at": .init(addedAt),
            "added_by": .string(addedBy),
        ]
    }
}
