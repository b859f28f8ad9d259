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
            Reads headers, configurations and every file's SHA-256; --json prints {"kind", "files", "parts"}. --smoke has \
            a worker load every weight, check its key and shape against the configurations and make a picture of 64 \
            pixels in one step with a base, or ask a CLIP about two pictures, and waits for it.
            """
    )

    @Argument(help: "Name of the model.")
    var name: String

    @Flag(name: .long, help: "Have a worker load it and run one step.")
    var smoke = false

    @Flag(name: .long, help: "Print the key and shape of every tensor that is read.")
    var keys = false

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
            let (kind, payload) = try smallestJob(model.kind)
            return try queue.enqueue(JobOrder(kind: kind, params: payload.text()))
        }
        guard let smokeJob else { return }
        try JobWaiter(connection: connection, quiet: output.json).wait(
            for: [smokeJob],
            timeout: nil
        )
        if !output.json { Terminal.print("✓ job \(smokeJob) loaded it and used it") }
    }

    /// The smallest job that loads a model of a kind.
    private func smallestJob(_ kind: String) throws(Failure) -> (kind: String, payload: JSONValue) {
        switch kind {
        case "CLIP":
            let question: JSONValue = ["count": 1, "steps": 1, "guidance_scale": 1]
            return (
                "evaluate",
                ["judge": .string(name), "base": "small-world", "zero_shot": question, "seed": 0]
            )
        case _
        where kind.contains("Adapter") || kind.contains("adapter")
            || ["CLIP image encoder", "DINOv2"].contains(kind):
            throw Failure(
                "expected a base or a CLIP for --smoke, found \(kind); enqueue a job that names it beside the "
                    + "base or the pictures that it is for",
                code: 64
            )
        default:
            return (
                "generate",
                [
                    "base": .string(name), "prompt": "a photo", "steps": 1, "guidance_scale": 1,
                    "width": 64, "height": 64, "seed": 0, "contact_sheet": false,
                ]
            )
        }
    }

    private func check(_ model: ModelRow) throws(Failure) {
        let url = try roots.url(of: model.location)
        let (listing, found, records) = try ModelRootOptions.explaining {
            let listing = try ModelListing(of: url)
            let records = try JSONDecoder().decode(
                [ModelFileRecord].self,
                from: Data(model.files.utf8)
            )
            return (listing, try listing.records(FileDigests()), records.own)
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
        if output.json {
            let report: JSONValue = [
                "kind": .string(listing.kind), "files": .array(rows.map(\.json)),
                "parts": .array(listing.parts.map { $0.json(withKeys: keys) }),
            ]
            Terminal.print(report.text(pretty: true))
        } else {
            output.print(rows, as: { Self.table($0) }, json: \.json)
            if keys { listing.parts.forEach(Self.printKeys) }
            Terminal.print(Terminal.printable("\(name): \(listing.kind)"))
        }
        let changed = rows.filter { $0.state == "changed" }.map(\.file.path) + missing
        if let configuredBy = model.configuredBy {
            let folder = try roots.url(of: configuredBy)
            let change = try ModelRootOptions.explaining {
                try JSONDecoder().decode([ModelFileRecord].self, from: Data(model.files.utf8))
                    .configurations.firstChange(in: folder, model: name, digests: FileDigests())
            }
            if let change { throw Failure("\(change)", code: 1) }
        }
        guard let first = changed.first else { return }
        throw Failure(
            "expected the files that were registered, found \(changed.count) changed or missing, the first "
                + "\(first.isEmpty ? model.location : first); restore them, or register the model again "
                + "with --replace",
            code: 1
        )
    }

    private static func printKeys(of part: ModelListing.Part) {
        let place = part.name.isEmpty ? part.file : "\(part.name)/\(part.file)"
        Terminal.print(Terminal.printable("\(place): \(part.tensorCount) tensors"))
        for (key, shape) in part.shapes.sorted(by: { $0.key < $1.key }) {
            Terminal.print(Terminal.printable("  \(key)  \(shape)"))
        }
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

extension ModelListing.Part {
    /// The part for programs.
    fileprivate func json(withKeys: Bool) -> JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(name), "file": .string(file), "tensors": .integer(tensorCount),
            "dtypes": .array(dataTypes.map { .string($0) }),
        ]
        if withKeys {
            members["keys"] = .object(
                shapes.mapValues { .array($0.map { .integer($0) }) }
            )
        }
        return .object(members)
    }
}
