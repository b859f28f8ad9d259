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
            let files = try ModelRootOptions.explaining { () throws -> String in
                let records = try listing.records(FileDigests())
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                return String(decoding: try encoder.encode(records), as: UTF8.self)
            }
            let configuredBy = try like.map { like throws(QueueError) in
                try queue.model(like)?.location ?? like
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
}
