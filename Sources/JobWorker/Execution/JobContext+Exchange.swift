internal import Digests
internal import Foundation
internal import JobQueue
internal import Logging
internal import Postgres
internal import Requests

/// Files that go to workers with other output roots, and come from them.
extension JobContext {
    /// Leaves the outputs where workers on other machines find them. A database that is away is waited for: its
    /// lease tells whose the job is when it is back.
    func shareOutputs() throws {
        guard let exchange else { return }
        let files = try sharedOutputs()
        let backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(5))
        var attempt = 0
        while true {
            do {
                return try exchange.publish(files, of: lease, checkpoint: nil)
            } catch QueueError.unreachable(let words) {
                if attempt == 0 {
                    logger.warning("the outputs wait", metadata: ["error": "\(words)"])
                }
                Thread.sleep(forTimeInterval: backoff.pause(attempt: attempt) / .seconds(1))
                attempt += 1
            } catch QueueError.staleLease {
                throw PipelineInterruption.cancelled
            }
        }
    }

    /// The files of the outputs' rows, and those that a data set's list stands for.
    private func sharedOutputs() throws -> [SharedFile] {
        try outputs.entries.flatMap { entry -> [SharedFile] in
            let file = workspace.outputs.appending(path: entry.path)
            guard let digest = SHA256Digest(hexadecimal: entry.sha256) else {
                preconditionFailure("the ledger has digests")
            }
            let shared = SharedFile(sha256: digest, byteCount: entry.byteCount, file: file)
            guard entry.path == FileList.name else { return [shared] }
            let text = try String(contentsOf: file, encoding: .utf8)
            guard let list = FileList(text) else { throw ExchangeError.unreadableList(digest) }
            return try list.files(in: workspace.outputs) + [shared]
        }
    }

    /// Leaves a checkpoint where workers on other machines find it. One that the exchange does not take counts on
    /// this machine; others begin from an older one.
    func share(_ row: CheckpointRow) throws(QueueError) {
        guard let exchange, let digest = SHA256Digest(hexadecimal: row.sha256) else { return }
        let folder = workspace.checkpoint(at: row.path)
        do {
            let file = folder.appending(path: FileList.name)
            let text = try String(contentsOf: file, encoding: .utf8)
            guard let list = FileList(text) else { throw ExchangeError.unreadableList(digest) }
            let shared = SharedFile(sha256: digest, byteCount: text.utf8.count, file: file)
            try exchange.publish(
                list.files(in: folder) + [shared],
                of: lease,
                checkpoint: row.step
            )
        } catch let error as QueueError {
            guard case .badRequest(let words) = error else { throw error }
            warn("Checkpoints stay on the machine that made them: \(words).")
        } catch {
            logger.warning("a checkpoint stays here", metadata: ["error": "\(error)"])
            warn("The checkpoint of step \(row.step) stays on the machine that made it: \(error)")
        }
    }

    /// Brings a checkpoint here that another machine has made. One that nobody has left in the exchange is left to
    /// whoever looks at the folder; whatever may be over soon is thrown.
    func fetch(_ row: CheckpointRow) throws {
        let folder = workspace.checkpoint(at: row.path)
        guard let exchange, FileList.isInside(row.path),
            let digest = SHA256Digest(hexadecimal: row.sha256),
            !Self.exists(folder.appending(path: FileList.name))
        else { return }
        let unfinished = folder.appendingPathExtension("unfinished")
        try? FileManager.default.removeItem(at: unfinished)
        defer { try? FileManager.default.removeItem(at: unfinished) }
        do {
            for entry in try exchange.list(digest).entries {
                try exchange.fetch(entry.sha256, to: unfinished.appending(path: entry.path))
                try throwIfInterrupted()
            }
            try exchange.fetch(digest, to: unfinished.appending(path: FileList.name))
        } catch let error as ExchangeError {
            switch error {
            case .missing, .otherContent, .unreadableList:
                log("the checkpoint of step \(row.step) is not on this machine: \(error)")
                return
            case .notMounted, .system: throw error
            }
        }
        try? FileManager.default.removeItem(at: folder)
        try DurableFiles.synchronizeAll(below: unfinished)
        try DurableFiles.move(unfinished, to: folder)
        log("fetched the checkpoint of step \(row.step) from the exchange")
    }

    /// Brings a job's output here that another machine has made.
    func fetch(_ row: OutputRow) throws {
        let file = configuration.outputRoot.appending(path: row.path)
        guard let exchange, FileList.isInside(row.path), !Self.exists(file),
            let digest = SHA256Digest(hexadecimal: row.sha256)
        else { return }
        try throwIfInterrupted()
        try exchange.fetch(digest, to: file)
        log("fetched \(row.path) from the exchange")
    }

    /// Brings the files here that the list of a data set stands for.
    func fetchDataSet(of rows: [OutputRow]) throws {
        guard let exchange,
            let row = rows.first(where: { $0.path.hasSuffix("/\(FileList.name)") }),
            let digest = SHA256Digest(hexadecimal: row.sha256)
        else { return }
        let place = configuration.outputRoot.appending(path: row.path)
        guard let list = FileList(try String(contentsOf: place, encoding: .utf8)) else {
            throw ExchangeError.unreadableList(digest)
        }
        let folder = place.deletingLastPathComponent()
        var count = 0
        for entry in list.entries {
            let file = folder.appending(path: entry.path)
            if Self.exists(file) { continue }
            try throwIfInterrupted()
            try exchange.fetch(entry.sha256, to: file)
            count += 1
        }
        if count > 0 { log("fetched \(count) files of the data set from the exchange") }
    }

    private static func exists(_ file: URL) -> Bool {
        FileManager.default.fileExists(atPath: file.path(percentEncoded: false))
    }
}
