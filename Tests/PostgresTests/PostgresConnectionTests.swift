import Foundation
import Postgres
import Testing

/// Sessions: what they say when something is wrong, transactions, notifications.
struct PostgresConnectionTests {
    private func error(_ body: () throws -> Void) -> PostgresError? {
        do {
            try body()
            return nil
        } catch {
            return error as? PostgresError
        }
    }

    @Test(arguments: [
        "postgresql://alice:s3cret@@@localhost:x/db?nonsense=s3cret",
        "host=localhost password='s3cret",
        "postgresql://alice:s3cret@localhost/db?bad%zz", "postgres//alice:s3cret@localhost/db",
    ])
    func anUnreadableURLIsNotRepeated(url: String) {
        let error = error {
            _ = try PostgresConnection(
                PostgresConnectionSettings(url: url, applicationName: "tests")
            )
        }
        #expect(error == .unreadableURL)
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test(arguments: [
        "postgresql://alice:s3cret@127.0.0.1:1/db", "host=/nowhere password=s3cret dbname=db",
    ])
    func anUnreachableServerIsNamedWithoutThePassword(url: String) {
        let error = error {
            _ = try PostgresConnection(
                PostgresConnectionSettings(url: url, applicationName: "tests")
            )
        }
        #expect(error?.isConnectionLoss == true)
        #expect(error?.description.hasPrefix("PostgreSQL cannot be reached: ") == true)
        #expect(error?.description.contains("s3cret") == false)
        #expect(error?.description.contains("\n") == false)
    }

    @Test(.needsPostgres) func errorsTellTheirStateAndNoValues() throws {
        let connection = try TestServer.connection()
        let cases: [(PostgresQuery, String)] = [
            ("SELECT \("s3cret")::int", "22P02"),
            ("SELECT \("s3cret")::timestamptz", "22007"),
            ("SELECT * FROM nowhere WHERE x = \("s3cret")", "42P01"),
            ("SELECT 1 / \(0)::int", "22012"),
        ]
        for (query, state) in cases {
            let error = error { try connection.run(query) }
            #expect(error?.state == SQLState(rawValue: state))
            #expect(error?.description.contains("s3cret") == false)
            #expect(error?.isConnectionLoss == false)
        }
        #expect(try connection.run("SELECT 1 AS one")[0].value("one") == 1)
    }

    @Test(.needsPostgres) func aTextWithANulIsRefusedRatherThanCut() throws {
        let connection = try TestServer.connection()
        #expect(throws: PostgresError.nulCharacter(parameter: 2)) {
            try connection.run("SELECT \(1)::int, \("a\0b")")
        }
    }

    @Test(.needsPostgres) func oneCallIsOneStatement() throws {
        let connection = try TestServer.connection()
        #expect(error { try connection.run("SELECT 1; SELECT 2") }?.state == SQLState("42601"))
    }

    @Test(.needsPostgres) func aTransactionThatThrowsLeavesNothing() throws {
        let connection = try TestServer.connection()
        try connection.run("CREATE TEMPORARY TABLE t (x int)")
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try connection.transaction {
                try connection.run("INSERT INTO t VALUES (1)")
                throw Stop()
            }
        }
        try connection.transaction { _ = try connection.run("INSERT INTO t VALUES (2)") }
        #expect(
            try connection.run("SELECT x FROM t").map { try $0.value("x", as: Int.self) } == [2]
        )
        #expect(try connection.change("UPDATE t SET x = 3") == 1)
    }

    @Test(.needsPostgres) func timeOutsStopAStatement() throws {
        var settings = TestServer.settings()
        settings.statementTimeout = .milliseconds(20)
        let connection = try PostgresConnection(settings)
        let error = error { try connection.run("SELECT pg_sleep(30)") }
        #expect(error?.state == .queryCanceled)
        #expect(error?.state?.invitesRetry == true)
    }

    @Test(.needsPostgres) func aKilledSessionIsALostConnection() throws {
        let connection = try TestServer.connection()
        let pid: Int = try connection.run("SELECT pg_backend_pid() AS pid")[0].value("pid")
        try TestServer.connection().run("SELECT pg_terminate_backend(\(pid)::int)")
        #expect(error { try connection.run("SELECT 1") }?.isConnectionLoss == true)
        #expect(!connection.isConnected)
    }

    @Test(.needsPostgres) func notificationsArrive() throws {
        let connection = try TestServer.connection()
        try connection.listen(to: "some_channel")
        let wake = WakeSignal()
        try TestServer.connection().run("SELECT pg_notify('some_channel', \("hello"))")
        let notifications = try connection.waitForNotifications(timeout: .seconds(20), wake: wake)
        #expect(notifications == [PostgresNotification(channel: "some_channel", payload: "hello")])
        #expect(try connection.waitForNotifications(timeout: .zero, wake: wake) == [])
    }

    @Test(.needsPostgres) func anotherThreadEndsTheWait() throws {
        let connection = try TestServer.connection()
        let wake = WakeSignal()
        let thread = Thread { wake.signal() }
        thread.start()
        // Without the signal the test would take an hour.
        #expect(try connection.waitForNotifications(timeout: .seconds(3_600), wake: wake) == [])
    }

    @Test func pausesGrowToTheirLimitAndDiffer() {
        let backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(5))
        var random = SplitMix(state: 1)
        for attempt in 0..<100 {
            let pause = backoff.pause(attempt: attempt, using: &random)
            let longest = attempt < 6 ? Duration.milliseconds(100 * (1 << attempt)) : .seconds(5)
            #expect((longest * 0.5...longest).contains(pause))
        }
    }
}
