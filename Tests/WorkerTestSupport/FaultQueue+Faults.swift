package import Foundation
package import JobQueue
package import Postgres
package import Testing

/// What fault tests do to a queue, and measure of it.
extension FaultQueue {
    /// A session of the superuser.
    package func connection() throws -> PostgresConnection {
        try PostgresConnection(
            PostgresConnectionSettings(url: url(), applicationName: "tests")
        )
    }

    /// A worker that the test plays itself.
    package func register() throws -> UUID {
        let id = UUID()
        try store.register(
            WorkerRegistration(
                id: id,
                name: "w",
                host: "h",
                processID: 1,
                version: "0",
                kinds: ["train"],
                tags: [],
                memory: 100
            )
        )
        return id
    }

    /// Claims the next job, as such a worker.
    package func claim(_ worker: UUID) throws -> Lease {
        try #require(
            try store.claim(
                worker: worker,
                kinds: ["train"],
                leaseDuration: .seconds(60),
                holding: nil
            ).first
        ).lease
    }

    /// Keeps what is committed asynchronously from now on in the server's memory, until somebody's commit waits for the disk.
    package func freezeLogWriter() throws {
        let process = try value(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"
        )
        try #require(kill(try #require(process.flatMap { pid_t($0) }), SIGSTOP) == 0)
    }

    /// How to reach the database through a pooler.
    package func pooledURL(_ pooler: FaultPooler) -> String { pooler.url(database: database) }

    /// Ends every session of a worker.
    package func endSessions() throws {
        try execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND usename = 'machine'
            """
        )
    }

    /// Keeps everybody else out of a table while `body` runs.
    package func whileLocking(_ table: String, _ body: () throws -> Void) throws {
        let locker = try connection()
        try locker.run(script: "BEGIN; LOCK TABLE \(table) IN ACCESS EXCLUSIVE MODE")
        defer { try? locker.run(script: "ROLLBACK") }
        try body()
    }

    /// How many jobs have ended.
    package func endedJobs() throws -> Int {
        Int(
            try value("SELECT count(*) FROM contrast.job WHERE finished_at IS NOT NULL") ?? ""
        ) ?? 0
    }

    /// Notes the time of each renewal of a lease from now on.
    package func recordBeats() throws {
        try execute(
            """
            CREATE TABLE public.beat (at timestamptz NOT NULL, token bigint NOT NULL);
            CREATE FUNCTION public.record_beat() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN INSERT INTO public.beat VALUES (clock_timestamp(), NEW.token); RETURN NEW; END $$;
            CREATE TRIGGER record_beat BEFORE INSERT OR UPDATE ON contrast.lease
                FOR EACH ROW EXECUTE FUNCTION public.record_beat();
            """
        )
    }

    /// The longest time between two renewals of one lease, in seconds.
    package func longestPauseOfBeats() throws -> Double {
        let longest = try value(
            """
            SELECT max(pause) FROM (
                SELECT extract(epoch FROM at - lag(at) OVER (PARTITION BY token ORDER BY at)) AS pause
                  FROM public.beat) p
            """
        )
        return Double(try #require(longest)) ?? .infinity
    }

    /// Checks that finished jobs have left the files of their rows and no others.
    package func expectOnlyWinnersFiles(_ place: SourceLocation = #_sourceLocation) throws {
        let outputs = folder.appending(path: "outputs")
        let rows = try connection().run("SELECT path FROM contrast.output ORDER BY path")
            .map { try $0.value("path", as: String.self) }
        try eventually("only the files of rows are left", for: .seconds(30), place) {
            let paths = try FileManager.default.subpathsOfDirectory(atPath: outputs.path)
            let files = paths.filter { path in
                if path == ".contrast-queue" { return false }
                var isFolder: ObjCBool = false
                _ = unsafe FileManager.default.fileExists(
                    atPath: outputs.appending(path: path).path,
                    isDirectory: &isFolder
                )
                return !isFolder.boolValue
            }
            return files.sorted() == rows.sorted()
        } else: {
            let paths = (try? FileManager.default.subpathsOfDirectory(atPath: outputs.path)) ?? []
            return "\(paths) for \(rows)"
        }
    }
}
