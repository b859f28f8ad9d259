import Foundation
import JobQueue
import Postgres
import Testing

/// Partitions are made ahead and dropped as a whole, and nothing is lost in between.
@Suite(.needsPostgres, .serialized)
struct PartitionTests {
    /// Housekeeping as at another time, for every table.
    private func keepHouse(_ time: String, in queue: TestQueue) throws {
        try queue.force("UPDATE contrast.partitioning SET checked_at = '-infinity'")
        try queue.force(
            "SELECT contrast.keep_partitions('\(time)') FROM contrast.partitioning"
        )
    }

    private func names(_ parent: String, in queue: TestQueue) throws -> String? {
        try queue.one(
            "postgres",
            """
            SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
             WHERE i.inhparent = \("contrast.\(parent)")::regclass
               AND c.relname !~ to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')
               AND c.relname !~ to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYY_MM')
            """
        )
    }

    @Test func rowsOfATimeWithoutHousekeepingFindTheirPartition() throws {
        try TestQueue.withOwnDatabase { queue in
            try queue.force(
                """
                INSERT INTO contrast.audit (at, who, what) VALUES
                    ('2031-03-31 23:59 UTC', 'alice', 'enqueued'), ('2031-05-01 00:00 UTC', 'alice', 'cancelled')
                """
            )
            let places: PostgresQuery = """
                SELECT string_agg(tableoid::regclass || ' ' || what, ', ' ORDER BY at) FROM contrast.audit
                 WHERE at > '2031-01-01'
                """
            #expect(
                try queue.one("postgres", places)
                    == "contrast.audit_rest enqueued, contrast.audit_rest cancelled"
            )
            try keepHouse("2031-05-02 UTC", in: queue)
            #expect(
                try queue.one("postgres", places)
                    == "contrast.audit_rest enqueued, contrast.audit_2031_05 cancelled"
            )
            #expect(try names("audit", in: queue) == "audit_2031_05 audit_2031_06 audit_rest")
            #expect(
                try queue.one(
                    "reader",
                    "SELECT count(*) FROM contrast.audit_trail WHERE at > '2031-01-01'"
                )
                    == "2"
            )
            #expect(
                try queue.refusal("reader", "SELECT FROM contrast.audit_2031_05")
                    == .insufficientPrivilege
            )
            // 400 days later the month of May goes, and what never found a partition.
            try keepHouse("2032-07-07 UTC", in: queue)
            #expect(
                try queue.one(
                    "reader",
                    "SELECT count(*) FROM contrast.audit_trail WHERE what IN ('enqueued', 'cancelled')"
                ) == "0"
            )
            #expect(
                try names("audit", in: queue)
                    == "audit_2031_06 audit_2032_07 audit_2032_08 audit_rest"
            )
        }
    }

    @Test func telemetryGoesByTheMonthAndNeverWhileItIsWritten() throws {
        try TestQueue.withOwnDatabase { queue in
            let id = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            let worker = queue.store(as: "worker")
            let line = [LogLine(sequence: 0, level: "info", text: "hello")]
            let point = [MetricPoint(name: "loss", step: 0, value: 1)]
            try worker.append(line, of: lease)
            try worker.append(point, batch: 0, of: lease)
            try queue.store(as: "root").setRetention(
                kind: "telemetry",
                keeping: .seconds(30 * 86_400),
                removingFiles: false
            )
            try keepHouse("2031-05-02 UTC", in: queue)
            // Sent again after its answer was lost, years later.
            try worker.append(line, of: lease)
            try worker.append(point, batch: 0, of: lease)
            #expect(try queue.store(as: "alice").log(of: id).count == 1)
            #expect(try queue.store(as: "alice").metrics(of: id).count == 1)
            #expect(try queue.one("postgres", "SELECT count(*) FROM contrast.metric") == "1")
            _ = try queue.settle(lease, .succeeded([]))
            try keepHouse("2031-05-03 UTC", in: queue)
            #expect(try queue.store(as: "alice").log(of: id).isEmpty)
            #expect(try queue.store(as: "alice").metrics(of: id).isEmpty)
            #expect(try queue.store(as: "alice").job(id)?.state == .succeeded)
            #expect(try names("log", in: queue) == "log_2031_05 log_2031_06 log_rest")
        }
    }

    @Test func whoeverReadsForLongOnlyDelaysIt() throws {
        try TestQueue.withOwnDatabase { queue in
            let reader = try queue.connection(as: "reader")
            try reader.run("BEGIN")
            try reader.run("SELECT count(*) FROM contrast.logs")
            try keepHouse("2031-05-02 UTC", in: queue)
            #expect(try names("log", in: queue) == "log_first log_rest")
            _ = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            let worker = queue.store(as: "worker")
            try worker.append([LogLine(sequence: 0, level: "info", text: "hello")], of: lease)
            try reader.run("COMMIT")
            try keepHouse("2031-05-02 UTC", in: queue)
            #expect(try names("log", in: queue) == "log_2031_05 log_2031_06 log_first log_rest")
        }
    }

    @Test func whatGoesWrongWithAPartitionStopsNobody() throws {
        try TestQueue.withOwnDatabase { queue in
            // Somebody's table has the name of a partition of the month after next.
            try queue.force(
                """
                DO $$ BEGIN
                    EXECUTE format('CREATE TABLE contrast.log_%s ()', to_char(now() + interval '2 months', 'YYYY_MM'));
                END $$
                """
            )
            let id = try queue.enqueue { $0.runAt = .now.addingTimeInterval(60) }
            try queue.force("UPDATE contrast.job SET run_at = clock_timestamp() WHERE id = \(id)")
            try queue.force(
                "SELECT contrast.keep_partitions(now() + interval '1 month') FROM contrast.partitioning"
            )
            let event: PostgresQuery = """
                SELECT concat_ws(' ', count(*), min(detail ->> 'table')) FROM contrast.event WHERE what = 'partition_failed'
                """
            #expect(try queue.one("reader", event) == "1 log")
            #expect(try queue.tick().promoted == 1)
            #expect(try names("audit", in: queue)?.contains("audit_20") == true)
        }
    }

    @Test func whatThereIsStaysWhereItIsUpAndDown() throws {
        try MigratorTests().withEmptyDatabase { settings in
            let migrator = try Migrator(
                settings,
                migrations: try Migration.read(from: MigrationFiles.folder)
            )
            try migrator.migrate(target: 24)
            let connection = try PostgresConnection(settings)
            try connection.run(
                "GRANT contrast_submit, contrast_read, contrast_worker TO CURRENT_USER"
            )
            let store = PostgresJobStore(settings)
            let id = try store.enqueue(JobOrder(kind: "train", params: "{}"))
            let worker = UUID()
            try store.register(
                WorkerRegistration(
                    id: worker,
                    name: "w",
                    host: "h",
                    processID: 1,
                    version: "0",
                    kinds: ["train"],
                    tags: [],
                    memory: 1
                )
            )
            let row = try #require(
                try store.claim(
                    worker: worker,
                    kinds: ["train"],
                    leaseDuration: .seconds(60),
                    holding: []
                ).first
            )
            func write(_ count: Int) throws {
                try store.append(
                    (0..<count).map { LogLine(sequence: $0, level: "info", text: "\($0)") },
                    of: row.lease
                )
                try store.append(
                    [MetricPoint(name: "loss", step: count, value: 1)],
                    batch: count,
                    of: row.lease
                )
            }
            for count in 1...4 {
                if count.isMultiple(of: 2) {
                    try migrator.migrate()
                } else if count > 1 {
                    try migrator.migrate(target: 24)
                }
                try write(count)
                try write(count)
                #expect(try store.log(of: id).map(\.text) == (0..<count).map { "\($0)" })
                #expect(try store.metrics(of: id).count == count)
            }
            _ = try store.settle(row.lease, .succeeded([]))
        }
    }
}
