internal import ArgumentParser
internal import Foundation
internal import JobQueue
internal import ModelFiles
internal import Requests

/// Looks at the files of a registered model.
struct ModelCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a registered model's files on this machine.",
        discussion: """
            Reads headers, configurations and every file's SHA-256. --smoke has a worker load every weight, check its \
            key and shape and make a picture of 64 pixels in one step, and waits for it.
            """
    )

    @Argument(help: "Name of the model.")
    var name: String

    @Flag(name: .long, help: "Have a worker load it and run one step.")
    var smoke = false

    @OptionGroup var roots: ModelRootOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    /// What to say of a name nobody registered.
    static func unknown(_ name: String) -> Failure {
        Failure("there is no model \(name); contrastctl model list shows them", code: 4)
    }

    func run() throws {
        let smokeJob = try connection.withQueue { queue -> Int? in
            guard let model = try queue.model(name) else { throw Self.unknown(name) }
            try check(model)
            guard smoke else { return nil }
            let payload: JSONValue = [
                "base": .string(name), "prompt": "a photo", "steps": 1, "guidance_scale": 1,
                "width": 64, "height": 64, "seed": 0, "contact_sheet": false,
            ]
            return try queue.enqueue(JobOrder(kind: "generate", params: payload.text()))
        }
        guard let smokeJob else { return }
        try JobWaiter(connection: connection, quiet: output.json).wait(
            for: [smokeJob],
            timeout: nil
        )
        if !output.json { Terminal.print("✓ job \(smokeJob) loaded it and made a picture") }
    }

    private func check(_ model: ModelRow) throws(Failure) {
        let url = try roots.url(of: model.location)
        let (listing, found, records) = try ModelRootOptions.explaining {
            let listing = try ModelListing(of: url)
            let records = try JSONDecoder().decode(
                [ModelFileRecord].self,
                from: Data(model.files.utf8)
            )
            return (listing, try listing.records(FileDigests()), records)
        }
        let expected = Dictionary(uniqueKeysWithValues: records.map { ($0.path, $0) })
        let weights = Dictionary(uniqueKeysWithValues: listing.weights.map { ($0.path, $0) })
        let rows = found.map { file in
            Row(
                file: file,
                weights: weights[file.path],
                state: expected[file.path].map { $0 == file ? "as registered" : "changed" } ?? "new"
            )
        }
        let missing = Set(expected.keys).subtracting(found.map(\.path)).sorted()
        output.print(rows, as: { Self.table($0) }, json: \.json)
        if !output.json { Terminal.print(Terminal.printable("\(name): \(listing.kind)")) }
        let changed = rows.filter { $0.state == "changed" }.map(\.file.path) + missing
        guard let first = changed.first else { return }
        throw Failure(
            "expected the files that were registered, found \(changed.count) changed or missing, the first "
                + "\(first.isEmpty ? model.location : first); restore them, or register the model again "
                + "with --replace",
            code: 1
        )
    }

    /// One file and what is known of it.
    private struct Row {
        let file: ModelFileRecord
        let weights: ModelListing.Weights?
        let state: String

        var json: JSONValue {
            [
                "path": .string(file.path), "bytes": .integer(file.bytes),
                "sha256": .string(file.sha256), "state": .string(state),
                "tensors": weights.map { .integer($0.tensorCount) } ?? .null,
                "dtypes": .array((weights?.dataTypes ?? []).map { .string($0) }),
            ]
        }
    }

    private static func table(_ rows: [Row]) -> Table {
        Table(
            [
                .init("FILE"), .init("BYTES", .right), .init("TENSORS", .right), .init("TYPES"),
                .init("SHA256"), .init("STATE"),
            ],
            rows: rows.map { row in
                [
                    row.file.path.isEmpty ? "(the file)" : row.file.path, "\(row.file.bytes)",
                    row.weights.map { "\($0.tensorCount)" } ?? "",
                    row.weights?.dataTypes.joined(separator: ",") ?? "",
                    String(row.file.sha256.prefix(12)), row.state,
                ]
            },
            empty: "no files"
        )
    }
}
