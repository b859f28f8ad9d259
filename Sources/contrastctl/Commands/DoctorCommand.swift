internal import ArgumentParser
internal import Foundation
internal import JobQueue
internal import Postgres

/// Looks for what stops the queue from working, and says how to mend it.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract:
            "Check database, schema, workers and folders; each ✗ has a line on how to mend it."
    )

    @OptionGroup var connection: ConnectionOptions

    /// One thing that was looked at.
    private struct Check {
        let name: String
        /// What to do; nil where all is well.
        let remedy: String?
    }

    func run() throws {
        var checks: [Check] = []
        do throws(QueueError) {
            let store = PostgresJobStore(connection.settings)
            let version = try store.schemaVersion()
            checks.append(Check(name: "the database answers", remedy: nil))
            checks.append(schema(version))
            if version == QueueSchema.version { checks += try queue(store) }
        } catch {
            let name =
                if case .unreachable = error { "the database answers" } else { "the queue answers" }
            checks.append(Check(name: name, remedy: "\(error)\(advice(error))"))
        }
        checks += folders()
        for check in checks {
            Terminal.print(Terminal.printable("\(check.remedy == nil ? "✓" : "✗") \(check.name)"))
            if let remedy = check.remedy { Terminal.print("    \(Terminal.printable(remedy))") }
        }
        if checks.contains(where: { $0.remedy != nil }) { throw ExitCode(1) }
    }

    private func advice(_ error: QueueError) -> String {
        guard case .unreachable = error else { return "" }
        return connection.settings.url.isEmpty
            ? "; set CONTRAST_DATABASE_URL=postgresql://user@host/database" : "; is it started?"
    }

    private func schema(_ version: Int?) -> Check {
        let needed = QueueSchema.version
        let name = "the schema has version \(needed)"
        switch version {
        case needed?: return Check(name: name, remedy: nil)
        case nil: return Check(name: name, remedy: "there is none yet; run contrastctl migrate")
        case let found? where found < needed:
            return Check(name: name, remedy: "it has version \(found); run contrastctl migrate")
        case let found?:
            return Check(name: name, remedy: "it has version \(found); update this program")
        }
    }

    private func queue(_ store: PostgresJobStore) throws(QueueError) -> [Check] {
        let workers = try store.workers()
        let depths = try store.depths()
        let silent = workers.filter { $0.status == "silent" }.map(\.name)
        let paused = depths.filter(\.isPaused).map(\.kind)
        let orphans = depths.filter { depth in
            depth.ready > 0 && !workers.contains { $0.kinds.contains(depth.kind) }
        }
        .map(\.kind)
        return [
            Check(
                name: "a worker is alive",
                remedy: workers.isEmpty ? "start one: contrast-worker --config worker.conf" : nil
            ),
            Check(
                name: "every worker beats",
                remedy: silent.isEmpty
                    ? nil : "look at \(silent.joined(separator: ", ")): no beat for a minute"
            ),
            Check(
                name: "every kind with ready jobs has a worker",
                remedy: orphans.isEmpty
                    ? nil : "start a worker for \(orphans.joined(separator: ", "))"
            ),
            Check(
                name: "no kind is paused",
                remedy: paused.isEmpty
                    ? nil : "\(paused.joined(separator: ", ")): contrastctl resume KIND"
            ),
        ]
    }

    /// The folders that the environment names, as `worker.conf` read by a shell sets it.
    private func folders() -> [Check] {
        ["CONTRAST_INPUT_ROOT", "CONTRAST_MODELS_ROOT", "CONTRAST_OUTPUT_ROOT"].compactMap { key in
            guard let path = ProcessInfo.processInfo.environment[key] else { return nil }
            var isFolder: ObjCBool = false
            let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            let mayWrite =
                key != "CONTRAST_OUTPUT_ROOT" || FileManager.default.isWritableFile(atPath: path)
            return Check(
                name:
                    "\(key) is a folder\(key == "CONTRAST_OUTPUT_ROOT" ? " that can be written" : "")",
                remedy: exists && isFolder.boolValue && mayWrite
                    ? nil : "create \(path), or correct the setting"
            )
        }
    }
}
