package import Foundation

/// Where one attempt of a job keeps its files.
///
/// Every path carries job and fencing token, so two attempts never touch the same file: an attempt that
/// lost its lease can waste disk, not damage what another one wrote. Nothing here counts until a fenced
/// row points at it.
package struct Workspace: Sendable {
    package let job: Int
    package let token: Int
    private let workRoot: URL
    private let outputRoot: URL

    package init(job: Int, token: Int, workRoot: URL, outputRoot: URL) {
        self.job = job
        self.token = token
        self.workRoot = workRoot
        self.outputRoot = outputRoot
    }

    /// `<work root>/<job>/<token>`: unfinished files and checkpoints.
    package var folder: URL { workRoot.appending(path: "\(job)/\(token)") }

    /// Outputs before they are published.
    var outputs: URL { folder.appending(path: "outputs") }

    /// Path of published outputs below the output root, as rows have it.
    var publishedPath: String { "\(job)/\(token)" }

    /// Creates the folders of the attempt.
    func prepare() throws {
        // The same attempt, handed out again because the answer to its claim was lost.
        discardOutputs()
        try DurableFiles.makeFolder(outputs)
    }

    private static let unfinishedSuffix = ".unfinished"

    private static func isCheckpoint(_ name: String) -> Bool {
        name.hasPrefix("checkpoint-") && !name.hasSuffix(unfinishedSuffix)
    }

    /// An empty folder to write a checkpoint into.
    func makeUnfinishedCheckpoint(step: Int) throws -> URL {
        let folder = folder.appending(path: "checkpoint-\(step)\(Workspace.unfinishedSuffix)")
        try? FileManager.default.removeItem(at: folder)
        try DurableFiles.makeFolder(folder)
        return folder
    }

    /// Gives a sealed checkpoint its name and returns its path below the work root.
    func finishCheckpoint(_ unfinished: URL, step: Int) throws -> String {
        let name = "checkpoint-\(step)"
        let folder = folder.appending(path: name)
        // The same attempt saved this step before: the content is the same.
        try? FileManager.default.removeItem(at: folder)
        try DurableFiles.move(unfinished, to: folder)
        return "\(job)/\(token)/\(name)"
    }

    /// Where a checkpoint's row says that it lies.
    func checkpoint(at path: String) -> URL {
        workRoot.appending(path: path, directoryHint: .isDirectory)
    }

    /// Moves the outputs to their place. They count once the job's end is in the database.
    func publish() throws {
        try DurableFiles.seal(below: outputs)
        let destination = outputRoot.appending(path: publishedPath)
        try DurableFiles.makeFolder(destination.deletingLastPathComponent())
        try DurableFiles.move(outputs, to: destination)
    }

    /// Takes unpublished and published files of this attempt away: it did not succeed. Finished checkpoints
    /// stay, for the next attempt.
    func discardOutputs() {
        let content = try? FileManager.default.contentsOfDirectory(
            atPath: folder.path(percentEncoded: false)
        )
        for name in content ?? [] where !Workspace.isCheckpoint(name) {
            try? FileManager.default.removeItem(at: folder.appending(path: name))
        }
        try? FileManager.default.removeItem(at: outputRoot.appending(path: publishedPath))
    }

    /// Takes the attempt's folder away where it holds no checkpoint.
    func removeIfEmpty() {
        for folder in [folder, folder.deletingLastPathComponent()] {
            let path = folder.path(percentEncoded: false)
            let content = try? FileManager.default.contentsOfDirectory(atPath: path)
            guard content?.isEmpty == true else { return }
            try? FileManager.default.removeItem(at: folder)
        }
    }

    /// After the job's success: takes away what only unfinished attempts need.
    func discardEverythingUnfinished() {
        try? FileManager.default.removeItem(at: workRoot.appending(path: "\(job)"))
        let published = outputRoot.appending(path: "\(job)")
        let attempts = try? FileManager.default.contentsOfDirectory(
            atPath: published.path(percentEncoded: false)
        )
        for attempt in attempts ?? [] where attempt != "\(token)" {
            try? FileManager.default.removeItem(at: published.appending(path: attempt))
        }
    }
}
