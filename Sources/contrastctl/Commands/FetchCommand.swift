internal import ArgumentParser
internal import Digests
internal import Foundation
internal import JobQueue
internal import Requests

/// Brings the files home that a job has made.
struct FetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Bring the files home that a job has made, each held against its SHA-256.",
        discussion: """
            For workers with CONTRAST_EXCHANGE: through the database, or from the folder that they share. Files that are \
            there already, byte for byte, are left; so fetch may be called again.
            """
    )

    @Argument(help: "Number of the job.")
    var id: Int

    @Option(name: .long, help: "Where they go. Default: job-ID here.", completion: .directory)
    var to: String?

    @Option(
        name: .long,
        help: "database, or the workers' folder. Default: CONTRAST_EXCHANGE, or database.",
        completion: .directory
    )
    var from: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    /// A file and what became of it.
    private struct Fetched {
        let path: String
        let sha256: SHA256Digest
        let wasThere: Bool
    }

    func run() throws {
        let folder = URL(filePath: to ?? "job-\(id)", directoryHint: .isDirectory)
        let fetched = try connection.withQueue { queue in
            guard let job = try queue.job(id) else { throw Failure.noJob(id) }
            guard job.state == .succeeded else {
                throw Failure("job \(id) has no files: it is \(job.state.rawValue)", code: 1)
            }
            let exchange = exchange(queue)
            var fetched: [Fetched] = []
            for row in try queue.outputs(of: id) {
                // <job>/<token>/…
                let path = row.path.split(separator: "/").dropFirst(2).joined(separator: "/")
                guard let digest = SHA256Digest(hexadecimal: row.sha256), FileList.isInside(path)
                else {
                    throw Failure("expected a path below one folder, found \(row.path)", code: 1)
                }
                fetched.append(try Self.fetch(path, digest, from: exchange, into: folder))
                guard path == FileList.name else { continue }
                for entry in try exchange.list(digest).entries {
                    fetched.append(
                        try Self.fetch(entry.path, entry.sha256, from: exchange, into: folder)
                    )
                }
            }
            return fetched
        }
        output.print(fetched, as: Self.table) { file in
            [
                "path": .string(file.path), "sha256": .string(file.sha256.description),
                "was_there": .boolean(file.wasThere),
            ]
        }
    }

    private func exchange(_ queue: PostgresJobStore) -> any FileExchange {
        let setting = ProcessInfo.processInfo.environment["CONTRAST_EXCHANGE"] ?? ""
        let place = from ?? (setting.isEmpty ? "database" : setting)
        return place == "database"
            ? DatabaseExchange(queue, reader: nil)
            : FolderExchange(URL(filePath: place, directoryHint: .isDirectory), store: nil)
    }

    private static func fetch(
        _ path: String,
        _ digest: SHA256Digest,
        from exchange: any FileExchange,
        into folder: URL
    ) throws -> Fetched {
        let file = folder.appending(path: path)
        if FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) {
            guard (try? SHA256.digest(of: file)) == digest else {
                throw Failure(
                    "expected nothing at \(file.relativePath), or the job's file, found another; "
                        + "choose another folder with --to",
                    code: 1
                )
            }
            return Fetched(path: path, sha256: digest, wasThere: true)
        }
        do {
            try exchange.fetch(digest, to: file)
        } catch let error as ExchangeError {
            throw Failure("\(path): \(error)", code: 1)
        }
        return Fetched(path: path, sha256: digest, wasThere: false)
    }

    private static func table(_ files: [Fetched]) -> Table {
        Table(
            [.init("FILE"), .init("SHA256"), .init("")],
            rows: files.map { file in
                [
                    file.path, String(file.sha256.description.prefix(12)),
                    file.wasThere ? "was there" : "fetched",
                ]
            },
            empty: "no files"
        )
    }
}
