import Foundation
import JobQueue
import Postgres
import Testing
import WorkerTestSupport

/// Real workers with an odd password, to which all kinds of things happen: it shows in no log, no table and at no
/// endpoint.
@Suite(.serialized)
struct SecretTests {
    private static let password = #"p@s:w/o?r&d=%41'q"\ é*"#
    private static let token = "t0ken-of-the-0perators"

    private static var encoded: String {
        password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// The password as logs, JSON, SQL and addresses would write it.
    private static let spellings = [
        password, encoded, password.replacing("'", with: "''"),
        password.replacing(#"\"#, with: #"\\"#).replacing("\"", with: #"\""#),
        String(String(reflecting: password).dropFirst().dropLast()), token,
    ]

    private func expectNoSecret(
        in text: String,
        _ place: String,
        _ source: SourceLocation = #_sourceLocation
    ) {
        for spelling in Self.spellings {
            #expect(!text.contains(spelling), "in \(place)", sourceLocation: source)
        }
    }

    @Test(arguments: ["user", "query"])
    func aPasswordShowsNowhere(_ form: String) throws {
        let queue = try FaultQueue(on: FaultServer())
        let plain = queue.url(as: "machine")
        func with(_ url: String) -> String {
            form == "user"
                ? url.replacing("postgresql:///", with: "postgresql://machine:\(Self.encoded)@/")
                : url + "&password=\(Self.encoded)"
        }
        let lines = """
            CONTRAST_CONNECT_TIMEOUT=500ms
            CONTRAST_OPS_ADDRESS=127.0.0.1:0
            CONTRAST_OPS_TOKEN=\(Self.token)
            CONTRAST_LOG_LEVEL=trace

            """
        // Starts that come to nothing.
        for (url, code) in [
            (plain.replacing("///fault_", with: "///none_"), 69 as Int32),
            (plain + "&nonsense=1", 69), (plain.replacing("host=", with: "host=/none"), 69),
        ] {
            let worker = try queue.startWorker([], lines, database: with(url))
            let end = try worker.waitForExit()
            #expect(end == code || end == 78, "\(worker.logged)")
            #expect(!worker.logged.isEmpty)
            expectNoSecret(in: worker.logged, "the log of a start")
        }
        let mistaken = try queue.startWorker([], "CONTRAST_NONE=1\n", database: with(plain))
        #expect(try mistaken.waitForExit() == 78)
        expectNoSecret(in: mistaken.logged, "the log of a mistake")

        // Jobs that fail, one of them with the address in its words; a server that goes away.
        let jobs = try ["fail permanent", "leak"].map { try queue.count(to: 3, [$0]) }
        let crash = try queue.count(to: 3, ["crash"]) { $0.maxCrashes = 1 }
        let crashed = try queue.startWorker([], lines, database: with(plain))
        try eventually("the worker crashes") { !crashed.isRunning }
        let worker = try queue.startWorker([], lines, database: with(plain))
        try queue.loseLeases()
        for job in jobs + [crash] { try queue.waitForState(.failed, of: job) }
        let long = try queue.count(to: 100_000, ["slow"])
        try queue.waitForState(.running, of: long)
        var answers = ""
        try eventually("endpoints") {
            guard
                let port = worker.logged.firstMatch(of: /"message":"endpoints","port":"(\d+)"/)?.1
            else { return false }
            for path in ["status", "metrics", "readyz", "healthz"] {
                let url = try #require(URL(string: "http://127.0.0.1:\(port)/\(path)"))
                if path != "healthz" { #expect(HTTPAnswer.get(url)?.status == 401) }
                answers += HTTPAnswer.get(url, token: Self.token)?.text ?? ""
            }
            return answers.contains("contrast_worker_ready")
        }
        let limits = try String(
            contentsOfFile: "/proc/\(worker.processID)/limits",
            encoding: .utf8
        )
        #expect(
            limits.firstMatch(of: #/Max core file size +0 +0 /#) != nil,
            "no memory is left behind on disk"
        )
        try queue.server.stop("immediate")
        try eventually("the worker notices") {
            worker.logged.contains("PostgreSQL cannot be reached")
        }
        try queue.server.start()
        let before = try queue.store.job(long)?.step ?? 0
        try eventually("it goes on") { (try queue.store.job(long)?.step ?? 0) > before }
        worker.signal(SIGTERM)
        #expect(try worker.waitForExit() == 0)

        for one in [crashed, worker] { expectNoSecret(in: one.logged, "the log") }
        expectNoSecret(in: answers, "the endpoints")
        let connection = try queue.connection()
        let tables = try connection.run(
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'contrast'"
        )
        var told = ""
        for table in tables {
            let name = PostgresQuery(stringLiteral: try table.value("name", as: String.self))
            let rows = try connection.run("SELECT t::text AS row FROM contrast." + name + " t")
            told += try rows.map { try $0.value("row", as: String.self) }.joined(separator: "\n")
        }
        #expect(told.contains("my address is ***"), "what a job says is kept, without it")
        expectNoSecret(in: told, "the tables")
    }
}
