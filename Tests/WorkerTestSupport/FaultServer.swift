internal import Foundation
internal import JobQueue
internal import Postgres
internal import Synchronization
internal import Testing

/// A PostgreSQL of the fault tests' own, which they may stop and restart.
package final class FaultServer: Sendable {
    /// For tests that leave the server alone.
    package static let shared = Result {
        let server = try FaultServer()
        // Nobody lets go of a constant.
        atexit { FaultServer.removeShared() }
        return server
    }

    let folder: URL
    private let data: URL
    private let poolerInUse = Mutex<Result<FaultPooler, any Error>?>(nil)
    /// Whether the server programs have to be started as another user than root.
    private let serverUser: String?

    /// Addresses where it answers those who know a password; its socket answers anybody.
    private let addresses: [String]
    private static let password = "of the machines"

    /// Makes an empty folder that the server's user owns.
    private init(folder: URL, user: String?, addresses: [String] = []) throws {
        self.folder = folder
        self.addresses = addresses
        data = folder.appending(path: "data")
        serverUser = user
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if let user { try Self.run("/bin/chown", [user, folder.path]) }
    }

    /// Makes a cluster and starts it; those in `networks` reach it as `machine` with a password.
    package convenience init(reachableFrom networks: [NetworkNamespace] = []) throws {
        let user =
            getuid() == 0 ? (unsafe getpwnam("postgres") == nil ? "nobody" : "postgres") : nil
        try self.init(
            folder: Self.freshFolder(),
            user: user,
            addresses: networks.map(\.hostAddress)
        )
        try server(
            "initdb",
            ["-D", data.path, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"]
        )
        let rules = try FileHandle(forWritingTo: data.appending(path: "pg_hba.conf"))
        try rules.seekToEnd()
        try rules.write(
            contentsOf: Data("host all machine \(NetworkNamespace.network) scram-sha-256\n".utf8)
        )
        try rules.close()
        try start()
        try makeTemplate()
    }

    private static func freshFolder() -> URL {
        URL(filePath: "/tmp/contrast-fault-\(UUID().uuidString.prefix(8))")
    }

    /// A standby that follows this server asynchronously. It does not answer before `promote`.
    package func makeStandby() throws -> FaultServer {
        let standby = try FaultServer(folder: Self.freshFolder(), user: serverUser)
        try server(
            "pg_basebackup",
            [
                "-D", standby.data.path, "-h", folder.path, "-U", "postgres", "-R", "-c", "fast",
                "--no-sync",
            ]
        )
        try standby.start()
        return standby
    }

    /// Makes a standby the server that takes writes.
    package func promote() throws {
        try server("pg_ctl", ["-D", data.path, "-w", "promote"])
    }

    /// The unix socket that libpq would connect to.
    var socketPath: String { folder.appending(path: ".s.PGSQL.5432").path }

    deinit { remove() }

    private static func removeShared() {
        if case .success(let server) = shared { server.remove() }
    }

    private func remove() {
        if case .success(let pooler) = poolerInUse.withLock({ $0 }) { pooler.stop() }
        let lock = data.appending(path: "postmaster.pid").path
        if FileManager.default.fileExists(atPath: lock) { try? stop("immediate") }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Makes the migrated database that every test's is a copy of.
    private func makeTemplate() throws {
        let admin = PostgresConnectionSettings(
            url: url(database: "postgres"),
            applicationName: "tests"
        )
        try PostgresConnection(admin).run(script: "CREATE DATABASE template_contrast")
        let template = PostgresConnectionSettings(
            url: url(database: "template_contrast"),
            applicationName: "tests"
        )
        let migrations = try Migration.read(
            from: URL(filePath: #filePath)
                .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "migrations")
        )
        try Migrator(template, migrations: migrations).migrate()
        try PostgresConnection(template).run(
            script: """
                UPDATE contrast.setting SET value = '0' WHERE key = 'restart_grace_s';
                CREATE ROLE alice LOGIN IN ROLE contrast_submit;
                CREATE ROLE machine LOGIN PASSWORD '\(Self.password)'
                    IN ROLE contrast_worker;
                """
        )
    }

    /// How to reach one of its databases, as the superuser, as `alice`, who may enqueue, or as `machine`, who
    /// may work.
    package func url(database: String, user: String = "postgres") -> String {
        "postgresql:///\(database)?host=\(folder.path)&user=\(user)"
    }

    /// How a worker in a network of its own reaches one of its databases.
    func url(database: String, inside network: NetworkNamespace) -> String {
        let password = Self.password.replacing(" ", with: "%20")
        return "postgresql://machine:\(password)@\(network.hostAddress)/\(database)"
            + "?sslmode=disable&gssencmode=disable"
    }

    /// A pooler before this server, started when it is first asked for.
    package var pooler: Result<FaultPooler, any Error> {
        poolerInUse.withLock { pooler in
            let started = pooler ?? Result { try FaultPooler(before: self) }
            pooler = started
            return started
        }
    }

    /// Starts it and waits until it answers.
    package func start() throws {
        try server(
            "pg_ctl",
            [
                "-D", data.path, "-w", "-l", folder.appending(path: "log").path, "start", "-o",
                "-c listen_addresses='\(addresses.joined(separator: ","))' -k \(folder.path) -c shared_buffers=16MB -c fsync=off",
            ]
        )
    }

    /// Whether it has been started and not stopped since.
    package var isRunning: Bool {
        FileManager.default.fileExists(atPath: data.appending(path: "postmaster.pid").path)
    }

    /// Stops it: `fast` or `immediate`, as `pg_ctl` has it.
    package func stop(_ mode: String) throws {
        try server("pg_ctl", ["-D", data.path, "-w", "-m", mode, "stop"])
    }

    /// Ends it as a crash does, and starts it again.
    package func crash() throws {
        try stop("immediate")
        try start()
    }

    /// Writes a database to a file, as a nightly backup does, and returns the file.
    func dump(_ database: String) throws -> URL {
        let file = folder.appending(path: "\(database).dump")
        try server(
            "pg_dump",
            [
                "--format=custom", "--file", file.path, "--host", folder.path, "--username",
                "postgres", database,
            ]
        )
        return file
    }

    /// Makes a database of a file that another server wrote. The roles have to be there.
    func restore(_ file: URL, as database: String) throws {
        let admin = PostgresConnectionSettings(
            url: url(database: "postgres"),
            applicationName: "tests"
        )
        try PostgresConnection(admin).run(script: "CREATE DATABASE \(database)")
        try server(
            "pg_restore",
            [
                "--exit-on-error", "--host", folder.path, "--username", "postgres", "--dbname",
                database, file.path,
            ]
        )
    }

    private func server(_ program: String, _ arguments: [String]) throws {
        let found = try Self.run(
            "/bin/sh",
            ["-c", "ls -d /usr/lib/postgresql/*/bin/\(program) | sort -V | tail -1"]
        )
        try runAsServer(found.trimmingCharacters(in: .whitespacesAndNewlines), arguments)
    }

    /// Runs a program as the server's user.
    func runAsServer(_ path: String, _ arguments: [String]) throws {
        if let serverUser {
            try Self.run("/sbin/runuser", ["-u", serverUser, "--", path] + arguments)
        } else {
            try Self.run(path, arguments)
        }
    }

    /// Runs its arguments without the descriptors that Foundation hands down: it takes a process for
    /// running as long as any descendant, such as the server, has them open.
    private static let closingDescriptors = """
        (
            for descriptor in /proc/$BASHPID/fd/*; do
                number=${descriptor##*/}
                if [ "$number" -gt 2 ]; then eval "exec $number>&-"; fi
            done
            exec "$@"
        )
        """

    /// Runs a program to its end and returns what it printed. Throws where it fails.
    @discardableResult
    private static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", closingDescriptors, "-", program] + arguments
        process.currentDirectoryURL = URL(filePath: "/tmp")
        let output = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: output) }
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOf: output, encoding: .utf8)
        try #require(process.terminationStatus == 0, "\(program) \(arguments): \(text)")
        return text
    }
}
