import Foundation
import JobQueue
import Postgres
import Testing

/// Whatever a request can hold has a bound, and one sentence where it is passed.
@Suite(.needsPostgres)
struct BoundsTests {
    /// The sentence with which a call is refused.
    private func refusal(
        _ call: PostgresQuery,
        as user: String = "alice",
        in queue: TestQueue
    ) throws -> String {
        let connection = try queue.connection(as: user)
        let error = #expect(throws: PostgresError.self, "\(call.sql)") {
            try connection.run(call)
        }
        guard case .server(let server)? = error else { return "\(String(describing: error))" }
        #expect(server.state == SQLState("JQ004"), "\(call.sql)")
        return server.message
    }

    @Test(arguments: [
        "stall_after => '100000 years'", "max_runtime => '367 days'", "stall_after => '0'",
        // Equal to a day, and beyond the calendar when it is subtracted.
        "stall_after => '100000 years -35999999 days'", "max_runtime => '-1 s'",
    ])
    func spansThatLeaveTheCalendarAreRefused(argument: String) throws {
        try TestQueue.with { queue in
            let call = PostgresQuery(
                stringLiteral: "SELECT contrast.enqueue('train', \(argument))"
            )
            let found = try refusal(call, in: queue)
            #expect(
                found
                    == "stall_after and max_runtime must be longer than nothing and at most 366 days"
            )
        }
    }

    @Test(arguments: [
        ("infinity", "infinity"), ("-infinity", "-infinity"),
        ("0044-03-15 00:00:00+00 BC", "0044-03-15 00:00:00+00 BC"),
        ("10000-01-01 00:00:00+00", "10000-01-01 00:00:00+00"),
    ])
    func startsBeyondTheCalendarAreRefused(time: String, shown: String) throws {
        try TestQueue.with { queue in
            let call: PostgresQuery =
                "SELECT contrast.enqueue('train', run_at => \(time)::timestamptz)"
            let found = try refusal(call, in: queue)
            #expect(found == "run_at must be a time from the year 2000 to 9999, not \(shown)")
        }
    }

    @Test func aRowFromBeforeTheBoundsStopsNobody() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue("alice", "train")
            try queue.force("UPDATE contrast.job SET run_at = 'infinity', state = 'waiting'")
            let jobs = try queue.store(as: "root").jobs(JobFilter())
            #expect(jobs.map(\.id) == [id])
            #expect(jobs.first?.runAt == .distantFuture)
        }
    }

    @Test func textsAndListsHaveTheirLengths() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            func refused(_ call: String, as user: String = "alice") throws -> String {
                let query = PostgresQuery(stringLiteral: "SELECT contrast.\(call)")
                return try refusal(query, as: user, in: queue)
            }
            #expect(
                try refused("cancel(\(id), repeat('x', 501))")
                    == "why must not have more than 500 characters, and has 501"
            )
            #expect(
                try refused("pause('train', repeat('x', 501))", as: "root")
                    == "why must not have more than 500 characters, and has 501"
            )
            let tags = "need_tags must be at most 16 tags of 1 to 64 characters"
            for list in [
                "array_fill('a'::text, ARRAY[17])", "ARRAY[repeat('x', 65)]", "'{\"\"}'",
                "'{NULL}'",
            ] {
                #expect(try refused("enqueue('train', need_tags => \(list))") == tags)
            }
            #expect(
                try refused("enqueue('train', after => ARRAY(SELECT generate_series(1, 1001)))")
                    == "a job may need 1000 others, not 1001; put one between them"
            )
            let minutes = "array_to_string(array_fill('1'::text, ARRAY[101]), ',')"
            #expect(
                try refused("add_schedule('n', \(minutes) || ' * * * *', 'train')")
                    == "a schedule's line must not have more than 200 characters, and has 209"
            )
            #expect(
                try refused("set_retention('train', '100000 years')", as: "root")
                    == "keep must be longer than nothing and at most 100 years"
            )
            #expect(try queue.refusal("root", "SELECT contrast.prune('100000 years')") != nil)
        }
    }

    @Test func anOwnerHasSoManySchedules() throws {
        try TestQueue.with { queue in
            defer { try? queue.force("DELETE FROM contrast.schedule") }
            let add: PostgresQuery = """
                SELECT count(contrast.add_schedule('s' || i, '@daily', 'train')) FROM generate_series(1, 20) i
                """
            try queue.connection(as: "alice").run(add)
            #expect(
                try refusal("SELECT contrast.add_schedule('more', '@daily', 'train')", in: queue)
                    == "you have 20 schedules, which is the limit; remove one"
            )
            // One that is there may be changed; others have their own.
            for (user, name) in [("alice", "s1"), ("bob", "more")] {
                try queue.connection(as: user).run(
                    "SELECT contrast.add_schedule(\(name), '@hourly', 'train')"
                )
            }
        }
    }

    @Test(arguments: [
        ("max_open_jobs", "\"many\"", "0 to 100000000"), ("preempt_gap", "null", "0 to 200"),
        ("restart_grace_s", "1.5", "0 to 86400"), ("worker_gone_s", "0", "1 to 2592000"),
        ("max_overtakes", "100000", "0 to 10000"), ("max_shared_priority", "[1]", "-100 to 100"),
    ])
    func settingsAreNumbersInTheirRange(key: String, value: String, range: String) throws {
        try TestQueue.with { queue in
            let change: PostgresQuery =
                "UPDATE contrast.setting SET value = \(value)::jsonb WHERE key = \(key)"

            for user in ["root", "postgres"] {
                let found = try refusal(change, as: user, in: queue)
                #expect(
                    found == "the setting \(key) takes a whole number from \(range), not \(value)"
                )
            }
        }
    }

    @Test func theQueuesNameStays() throws {
        try TestQueue.with { queue in
            let change: PostgresQuery =
                "UPDATE contrast.setting SET value = '\"other\"' WHERE key = 'queue_id'"
            let found = try refusal(change, as: "root", in: queue)
            #expect(found == "the setting queue_id is never changed")
        }
    }
}
