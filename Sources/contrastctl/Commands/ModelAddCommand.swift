internal import ArgumentParser
internal import Foundation
internal import JobQueue
internal import ModelFiles

/// Registers a model.
struct ModelAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Register a model under a name. Needs contrast_admin.",
        discussion: """
            Reads every file once for its SHA-256; nothing is copied and nothing is downloaded. A checkpoint in one file \
            holds no configurations and no tokenizer: --like names a registered model, or a folder below the models \
            root, of the same kind that has them.
            """
    )

    @Argument(help: "Name that jobs use: letters, digits, \".\", \"_\" and \"-\".")
    var name: String

    @Argument(
        help: "Folder or .safetensors file below the models root, or hf:org/name[@revision].",
        completion: .file()
    )
    var path: String

    @Option(name: .long, help: "Model with the configurations of a checkpoint in one file.")
    var like: String?

    @Flag(name: .long, help: "Replace what the name stood for.")
    var replace = false

    @OptionGroup var roots: ModelRootOptions
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try connection.withQueue { queue in
            let location = try roots.location(of: path)
            let listing = try ModelRootOptions.explaining {
                try ModelListing(of: roots.url(of: location))
            }
            guard !listing.kind.hasSuffix("one file") || like != nil else {
                throw Failure(
                    "expected --like BASE for a checkpoint in one file, found none; name a model of the "
                        + "same kind that has configurations and tokenizers",
                    code: 64
                )
            }
            let configuredBy = try like.map { try configurationLocation($0, in: queue) }
            let files = try ModelRootOptions.explaining { () throws -> String in
                var records = try listing.records(FileDigests())
                if let configuredBy {
                    records += try ModelListing(of: roots.url(of: configuredBy))
                        .configurationRecords(FileDigests())
                }
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                return String(decoding: try encoder.encode(records), as: UTF8.self)
            }
            let answer = try queue.add(
                ModelRow(
                    name: name,
                    location: location,
                    configuredBy: configuredBy,
                    kind: listing.kind,
                    files: files
                ),
                replacing: replace
            )
            Terminal.print(
                Terminal.printable(
                    "\(name)  \(answer): \(listing.kind), \(listing.paths.count) files"
                )
            )
        }
    }

    /// Where the model lies that `--like` names.
    private func configurationLocation(
        _ like: String,
        in queue: PostgresJobStore
    ) throws -> String {
        if let model = try queue.model(like) { return model.location }
        let location = try roots.location(of: like)
        let index = try roots.url(of: location).appending(path: "model_index.json")
        guard FileManager.default.fileExists(atPath: index.path) else {
            throw Failure(
                "expected --like to name a registered model or a folder below the models root with "
                    + "model_index.json, found no \(index.path); contrastctl model list shows the names",
                code: 64
            )
        }
        return location
    }
}
