internal import Foundation
internal import Testing

/// PgBouncer in transaction mode before a server: each statement may meet another session, and no notification
/// arrives.
package final class FaultPooler: Sendable {
    /// Whether the package pgbouncer is installed.
    package static let isInstalled = FileManager.default.isExecutableFile(atPath: program)
    /// Whether every worker of this run goes through a pooler.
    package static let isWanted =
        ProcessInfo.processInfo.environment["CONTRAST_TEST_POOLER"] == "1"

    private static let program = "/usr/sbin/pgbouncer"
    private let folder: URL
    private let port = 6432

    /// Starts it as the server's user: it refuses to be root.
    init(before server: FaultServer) throws {
        folder = server.folder
        let settings = """
            [databases]
            * = host=\(folder.path)
            [pgbouncer]
            listen_addr =
            listen_port = \(port)
            unix_socket_dir = \(folder.path)
            pidfile = \(folder.path)/pgbouncer.pid
            logfile = \(folder.path)/pgbouncer.log
            auth_type = trust
            auth_file = \(folder.path)/users
            pool_mode = transaction
            default_pool_size = 4
            """
        try Data(settings.utf8).write(to: folder.appending(path: "pgbouncer.ini"))
        try Data("\"machine\" \"\"\n\"postgres\" \"\"\n".utf8)
            .write(to: folder.appending(path: "users"))
        try server.runAsServer(
            Self.program,
            ["-d", folder.appending(path: "pgbouncer.ini").path]
        )
    }

    /// How a worker reaches a database through the pooler.
    package func url(database: String) -> String {
        "postgresql:///\(database)?host=\(folder.path)&port=\(port)&user=machine"
    }

    func stop() {
        let file = folder.appending(path: "pgbouncer.pid")
        guard let text = try? String(contentsOf: file, encoding: .utf8),
            let process = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { return }
        // It inherits a mask that blocks everything else.
        _ = kill(process, SIGKILL)
    }
}
