internal import Digests
package import Foundation
internal import JobQueue
internal import Logging
internal import Requests

extension JobContext {
    /// Name of the folder in a checkpoint that holds the outputs made before it.
    private static let outputsName = "outputs"
    /// Name of the list of those outputs.
    private static let ledgerName = "outputs.json"
    /// Checkpoints that are kept: the newest, and one to fall back to.
    private static let keptCheckpoints = 2

    package func saveCheckpoint(
        step: Int,
        writing body: (_ folder: URL) throws -> Void
    ) throws {
        let unfinished = try workspace.makeUnfinishedCheckpoint(step: step)
        try body(unfinished)
        try saveOutputs(into: unfinished)
        let (digest, byteCount) = try CheckpointFolder(folder: unfinished).seal()
        let path = try workspace.finishCheckpoint(unfinished, step: step)
        // What goes on from here does not tell the steps before again.
        telemetry.flush(until: .now + .seconds(1))
        let row = CheckpointRow(step: step, path: path, sha256: digest.description)
        unrecorded = (row, byteCount)
        nextRecordAttempt = .now
        try recordCheckpoint()
    }

    /// Gives the newest checkpoint its row. While the database is away the job goes on, and the row is
    /// tried again at later steps.
    func recordCheckpoint() throws(QueueError) {
        guard let (row, byteCount) = unrecorded else { return }
        let began = ContinuousClock.now
        do {
            try share(row)
            try store.saveCheckpoint(lease, row, byteCount: byteCount)
        } catch .unreachable(let words) {
            // A server that does not even refuse takes long to find out about: not more than a tenth of the time.
            let pause = max(.seconds(2), min(began.duration(to: .now) * 9, .seconds(300)))
            nextRecordAttempt = .now + pause
            logger.warning("a checkpoint waits for the database", metadata: ["error": "\(words)"])
            return
        }
        unrecorded = nil
        checkpoints.append(row)
        telemetry.add(line: "checkpoint at step \(row.step)", level: .info, of: lease)
        while checkpoints.count > Self.keptCheckpoints {
            let oldest = checkpoints.removeFirst()
            // The row goes first: a file without a row is waste, a row without its file is a trap.
            do {
                try store.dropCheckpoint(lease, path: oldest.path)
                try FileManager.default.removeItem(at: workspace.checkpoint(at: oldest.path))
                try exchange?.removeUnneeded()
            } catch {
                logger.debug("an old checkpoint stays", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Tries again to record a checkpoint that waits for the database.
    func recordLateCheckpoint() {
        guard unrecorded != nil, ContinuousClock.now >= nextRecordAttempt else { return }
        do throws(QueueError) {
            try recordCheckpoint()
        } catch {
            unrecorded = nil
            logger.warning("a checkpoint was refused", metadata: ["error": "\(error)"])
        }
    }

    /// Finds the newest checkpoint whose every byte is as it was saved; what is not is marked, and the one
    /// before it is looked at.
    func findResumePoint(from newest: CheckpointRow?) throws {
        var candidate = newest
        while let row = candidate {
            let folder = workspace.checkpoint(at: row.path)
            try fetch(row)
            do throws(CheckpointError) {
                guard let digest = SHA256Digest(hexadecimal: row.sha256) else { throw .otherList }
                try CheckpointFolder(folder: folder).verify(digest)
            } catch {
                warn(
                    "The checkpoint of step \(row.step) cannot be used: \(error). An older one is used."
                )
                candidate = try store.markCheckpointBad(lease, path: row.path, why: "\(error)")
                continue
            }
            try restoreOutputs(from: folder)
            checkpoints = [row]
            resume = ResumePoint(step: row.step, folder: folder)
            log("goes on from the checkpoint of step \(row.step)")
            return
        }
    }

    /// Keeps the outputs so far beside the state, so that a resumed attempt has them all.
    private func saveOutputs(into checkpoint: URL) throws {
        guard !outputs.entries.isEmpty else { return }
        let encoded = try JSONEncoder().encode(outputs)
        try encoded.write(to: checkpoint.appending(path: Self.ledgerName))
        for entry in outputs.entries {
            try Self.link(
                workspace.outputs.appending(path: entry.path),
                to: checkpoint.appending(path: Self.outputsName).appending(path: entry.path)
            )
        }
    }

    private func restoreOutputs(from checkpoint: URL) throws {
        let ledger = checkpoint.appending(path: Self.ledgerName)
        guard FileManager.default.fileExists(atPath: ledger.path(percentEncoded: false)) else {
            return
        }
        outputs = try JSONDecoder().decode(OutputLedger.self, from: Data(contentsOf: ledger))
        for entry in outputs.entries {
            try Self.link(
                checkpoint.appending(path: Self.outputsName).appending(path: entry.path),
                to: workspace.outputs.appending(path: entry.path)
            )
        }
    }

    /// A second name for a finished file: it costs no space and no time.
    private static func link(_ file: URL, to copy: URL) throws {
        try DurableFiles.makeFolder(copy.deletingLastPathComponent())
        try? FileManager.default.removeItem(at: copy)
        try FileManager.default.linkItem(at: file, to: copy)
    }
}
