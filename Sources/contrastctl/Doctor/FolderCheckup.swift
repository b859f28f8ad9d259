internal import Foundation
internal import Glibc

/// Whether the folders that the environment names can be used, as `worker.conf` read by a shell sets them.
struct FolderCheckup {
    /// Bytes below which a worker claims nothing, by default.
    private static let neededBytes = 1_000_000_000

    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    /// One for each folder that has a name, and one for the disk.
    var findings: [Finding] {
        let reads = ["CONTRAST_INPUT_ROOT", "CONTRAST_MODELS_ROOT"].compactMap { key in
            path(key).map { Finding("\(key) can be read", problem: problem($0, mustWrite: false)) }
        }
        let writes = ["CONTRAST_OUTPUT_ROOT", "CONTRAST_WORK_ROOT"].compactMap { key in
            path(key).map {
                Finding("\(key) can be written", problem: problem($0, mustWrite: true))
            }
        }
        guard !(reads + writes).isEmpty else {
            let reason =
                "no setting names one; as a worker sees them: (set -a; . worker.conf; contrastctl doctor)"
            return [Finding("the folders", .unseen(reason))]
        }
        return reads + writes + disks
    }

    private func path(_ key: String) -> String? {
        environment[key].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What keeps a folder from being used, and what to do; nil where nothing does.
    private func problem(_ path: String, mustWrite: Bool) -> String? {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            return "there is nothing at \(path): mkdir -p '\(path)', or correct the setting"
        }
        guard isFolder.boolValue else { return "\(path) is a file; correct the setting" }
        let wanted = R_OK | X_OK | (mustWrite ? W_OK : 0)
        guard unsafe access(path, wanted) == 0 else {
            let user = NSUserName()
            return
                "\(user) may not \(mustWrite ? "write" : "read") \(path): chown \(user) '\(path)', "
                + "or run this as the user of the worker"
        }
        return nil
    }

    /// The file system of the outputs: its room, and whether unfinished files lie on it too.
    private var disks: [Finding] {
        guard let output = path("CONTRAST_OUTPUT_ROOT"),
            let attributes = try? FileManager.default.attributesOfFileSystem(forPath: output)
        else { return [] }
        let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        var findings = [
            Finding(
                "the disk of CONTRAST_OUTPUT_ROOT has room",
                problem: free < Self.neededBytes
                    ? "\(free / 1_000_000) MB are free; make room: contrastctl prune --older-than 90d --files"
                    : nil
            )
        ]
        if let work = path("CONTRAST_WORK_ROOT"),
            let other = try? FileManager.default.attributesOfFileSystem(forPath: work)
        {
            let isOne =
                attributes[.systemNumber] as? NSNumber == other[.systemNumber] as? NSNumber
            findings.append(
                Finding(
                    "CONTRAST_WORK_ROOT is on the file system of CONTRAST_OUTPUT_ROOT",
                    problem: isOne
                        ? nil
                        : "\(work) is on another one; leave the setting empty, or move it beside \(output)"
                )
            )
        }
        return findings
    }
}
