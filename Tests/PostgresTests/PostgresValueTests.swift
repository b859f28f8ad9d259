import Foundation
import Postgres
import Testing

/// Values on their way to the server and back.
struct PostgresValueTests {
    @Test(.needsPostgres) func valuesComeBackAsTheyWere() throws {
        let connection = try TestServer.connection()
        var random = SplitMix(state: 7)
        for _ in 0..<200 {
            let integer = Int.random(in: .min ... .max, using: &random)
            let number = Double(bitPattern: random.next())
            let uuid = UUID()
            let bytes = PostgresBytes(
                (0..<Int.random(in: 0...40, using: &random)).map { _ in .random(in: 0...255) }
            )
            let microseconds = Int.random(
                in: -4_000_000_000_000_000...4_000_000_000_000_000,
                using: &random
            )
            let date = Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
            let row = try connection.run(
                """
                SELECT \(integer)::bigint AS integer, \(number)::float8 AS number, \(uuid)::uuid AS uuid,
                    \(bytes)::bytea AS bytes, \(true)::boolean AS flag, \(date)::timestamptz AS date,
                    (extract(epoch FROM \(date)::timestamptz) * 1000000)::bigint AS microseconds,
                    \([number, 1])::float8[] AS numbers, \(String?.none)::text AS nothing
                """
            )[0]
            #expect(try row.value("integer") == integer)
            let back: Double = try row.value("number")
            #expect(back == number || back.isNaN && number.isNaN)
            #expect(try row.value("uuid") == uuid)
            #expect(try row.value("bytes") == bytes)
            #expect(try row.value("flag") == true)
            #expect(abs(try row.value("microseconds", as: Int.self) - microseconds) <= 1)
            #expect(abs(try row.value("date", as: Date.self).timeIntervalSince(date)) < 2e-6)
            #expect(try row.value("numbers", as: [Double].self).count == 2)
            #expect(try row.optional("nothing", as: String.self) == nil)
        }
    }

    @Test(
        .needsPostgres,
        arguments: [Duration.zero, .milliseconds(1), .seconds(60), .seconds(86_400) * 400]
    )
    func durationsAreIntervals(duration: Duration) throws {
        let row = try TestServer.connection().run(
            "SELECT (extract(epoch FROM \(duration)::interval) * 1000)::bigint AS milliseconds"
        )[0]
        let expected =
            duration.components.seconds * 1_000 + duration.components.attoseconds
            / 1_000_000_000_000_000
        #expect(try row.value("milliseconds", as: Int.self) == Int(expected))
    }

    @Test func hexadecimalDigitsAreBytes() {
        #expect(PostgresBytes(hexadecimal: "00fF10") == PostgresBytes([0, 255, 16]))
        #expect(PostgresBytes([0, 255, 16]).hexadecimal == "00ff10")
        #expect(PostgresBytes(hexadecimal: "abc") == nil)
        #expect(PostgresBytes(hexadecimal: "zz") == nil)
    }

    @Test func whatIsNoTimeIsRefused() {
        for text in [
            "", "2026-11-23", "2026-11-23 10:00:00", "2026-11-23 10:00:00+01", "infinite",
            "a-b-c d:e:f+00",
        ] {
            #expect(Date(postgresText: text) == nil)
        }
        #expect(
            Date(postgresText: "1970-01-02 00:00:00.5+00") == Date(timeIntervalSince1970: 86_400.5)
        )
    }

    @Test func timesBeyondTheCalendarAreTimes() {
        #expect(Date(postgresText: "infinity") == .distantFuture)
        #expect(Date(postgresText: "-infinity") == .distantPast)
        #expect(
            Date(postgresText: "0001-01-01 00:00:00+00 BC")
                == Date(timeIntervalSince1970: -62_167_219_200)
        )
        #expect(
            Date(postgresText: "10000-01-01 00:00:00+00")
                == Date(timeIntervalSince1970: 253_402_300_800)
        )
    }

    @Test(.needsPostgres) func aColumnOfAnotherTypeIsAnError() throws {
        let row = try TestServer.connection().run("SELECT 'x' AS text, NULL::int AS nothing")[0]
        #expect(throws: PostgresError.column("text", expected: "an integer", foundNull: false)) {
            try row.value("text", as: Int.self)
        }
        #expect(throws: PostgresError.column("nothing", expected: "an integer", foundNull: true)) {
            try row.value("nothing", as: Int.self)
        }
    }
}
