import JobQueue
import Postgres
import Testing

/// Who may do what.
@Suite(.needsPostgres)
struct PrivilegeTests {
    @Test func peopleSeeTheirOwnJobsOnly() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            let worker = queue.store(as: "worker")
            try worker.append([LogLine(sequence: 0, level: "info", text: "hello")], of: lease)
            try worker.append([MetricPoint(name: "loss", step: 0, value: 1)], batch: 0, of: lease)
            try worker.warn("a sentence", of: lease)
            try worker.saveCheckpoint(lease, .sample(1), byteCount: 1)
            let views: [PostgresQuery] = [
                "jobs", "attempts", "logs", "metric_points", "job", "job_spec", "lease",
                "checkpoint",
                "warning", "event", "log", "metric", "attempt",
            ]
            for view in views {
                func count(_ user: String) throws -> String? {
                    try queue.one(user, "SELECT count(*) > 0 FROM contrast.\(view)")
                }
                #expect(try count("alice") == "true", "\(view.sql)")
                #expect(try count("bob") == "false", "\(view.sql)")
                #expect(try count("reader") == "true", "\(view.sql)")
                #expect(try count("root") == "true", "\(view.sql)")
                #expect(throws: PostgresError.self) { try count("stranger") }
            }
            #expect(try queue.store(as: "bob").job(id) == nil)
        }
    }

    @Test func peopleSteerTheirOwnJobsOnly() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let calls: [PostgresQuery] = [
                "cancel(\(id))", "retry(\(id))", "hold(\(id))", "release(\(id))",
                "reprioritize(\(id), 1)",
            ]
            for call in calls {
                #expect(try queue.refusal("bob", "SELECT contrast.\(call)") == SQLState("JQ003"))
                #expect(
                    try queue.refusal("reader", "SELECT contrast.\(call)") == .insufficientPrivilege
                )
                #expect(
                    try queue.refusal("worker", "SELECT contrast.\(call)") == .insufficientPrivilege
                )
            }
            #expect(try queue.store(as: "root").cancel(id, why: "cleaning up") == "cancelled")
            #expect(try queue.store(as: "alice").job(id)?.reason == "cleaning up")
        }
    }

    @Test func workersCountJobsAndSeeNone() throws {
        try TestQueue.with { queue in
            _ = try queue.enqueue("alice")
            _ = try queue.enqueue("bob")
            #expect(try queue.one("worker", "SELECT sum(ready) FROM contrast.depth()") == "2")
            #expect(
                try queue.refusal("worker", "SELECT * FROM contrast.queue_depth")
                    == .insufficientPrivilege
            )
            #expect(try queue.refusal("alice", "SELECT contrast.depth()") == .insufficientPrivilege)
        }
    }

    @Test func nobodyWritesTables() throws {
        try TestQueue.with { queue in
            _ = try queue.enqueue()
            let tables = try queue.connection(as: "postgres").run(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'contrast'"
            )
            for row in tables {
                let table = PostgresQuery(
                    stringLiteral: try row.value("tablename", as: String.self)
                )
                for user in ["alice", "bob", "reader", "worker", "root", "stranger"] {
                    for statement in [
                        "DELETE FROM contrast.\(table)", "TRUNCATE contrast.\(table)",
                    ]
                        as [PostgresQuery]
                    {
                        #expect(try queue.refusal(user, statement) == .insufficientPrivilege)
                    }
                }
            }
            #expect(
                try queue.refusal("alice", "UPDATE contrast.job SET state = 'succeeded'")
                    == .insufficientPrivilege
            )
            #expect(
                try queue.refusal("worker", "INSERT INTO contrast.pause (kind) VALUES ('*')")
                    == .insufficientPrivilege
            )
        }
    }

    @Test func nobodyLearnsWhatAnothersJobsWaitFor() throws {
        try TestQueue.with { queue in
            let root = queue.store(as: "root")
            try root.setSlots(kind: "generate", to: 0, owner: "bob")
            defer { try? root.setSlots(kind: "generate", to: nil, owner: "bob") }
            for (user, sees) in [("alice", false), ("bob", true), ("reader", true)] {
                let why = try queue.one(user, "SELECT contrast.waits_for('generate', 'bob')")
                #expect((why != nil) == sees, "\(user)")
            }
        }
    }

    @Test func viewsLookAtRowsBeforeAnybodysFunctions() throws {
        try TestQueue.with { queue in
            let open = try queue.one(
                "postgres",
                """
                SELECT string_agg(c.relname, ', ' ORDER BY c.relname) FROM pg_class c
                 WHERE c.relnamespace = 'contrast'::regnamespace AND c.relkind = 'v'
                   AND NOT coalesce(c.reloptions::text[] && '{security_invoker=true,security_barrier=true}', false)
                """
            )
            #expect(open == nil)
            // A function that looks at every row before the view does would tell what is not one's own.
            let root = queue.store(as: "root")
            try root.setSlots(kind: "generate", to: 3, owner: "bob")
            defer { try? root.setSlots(kind: "generate", to: nil, owner: "bob") }
            let alice = try queue.connection(as: "alice")
            try alice.run(
                script: """
                    CREATE FUNCTION pg_temp.peep(owner name) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
                    BEGIN
                        IF owner = 'bob' THEN RAISE EXCEPTION 'seen'; END IF;
                        RETURN true;
                    END $$
                    """
            )
            #expect(
                try alice.run("SELECT FROM contrast.slots s WHERE pg_temp.peep(s.owner)").isEmpty
            )
        }
    }

    @Test func functionsAreForTheirRolesOnly() throws {
        try TestQueue.with { queue in
            let functions = try queue.connection(as: "postgres").run(
                """
                SELECT p.oid::regprocedure::text AS name, p.prosecdef, p.proconfig::text AS config,
                    p.proowner::regrole::text AS owner,
                    (SELECT bool_or(a.grantee = 0) FROM aclexplode(p.proacl) a) AS everyone
                  FROM pg_proc p WHERE p.pronamespace = 'contrast'::regnamespace
                """
            )
            #expect(functions.count > 30)
            for function in functions {
                let name: String = try function.value("name")
                #expect(try function.value("everyone") == false, "\(name) is for everyone")
                #expect(try function.value("owner") == "contrast_owner")
                if try function.value("prosecdef") {
                    let config: [String]? = try function.optional("config")
                    #expect(config?.first == "search_path=pg_catalog, pg_temp", "\(name)")
                }
            }
            #expect(try queue.refusal("alice", "SELECT contrast.tick()") == .insufficientPrivilege)
            #expect(try queue.refusal("alice", "SELECT contrast.pause()") == .insufficientPrivilege)
            #expect(
                try queue.refusal("worker", "SELECT contrast.enqueue('train')")
                    == .insufficientPrivilege
            )
            #expect(
                try queue.refusal("alice", "SELECT contrast.settle(1, true)")
                    == .insufficientPrivilege
            )
        }
    }

    @Test func aShadowingSchemaChangesNothing() throws {
        try TestQueue.with { queue in
            try queue.force("CREATE SCHEMA evil AUTHORIZATION alice")
            defer { try? queue.force("DROP SCHEMA evil CASCADE") }
            let connection = try queue.connection(as: "alice")
            try connection.run(
                script: """
                    CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE sql
                        AS $$ SELECT 'infinity'::timestamptz $$;
                    CREATE FUNCTION evil.pg_has_role(name, text, text) RETURNS boolean LANGUAGE sql
                        AS $$ SELECT true $$;
                    CREATE FUNCTION evil.always(name, name) RETURNS boolean LANGUAGE sql IMMUTABLE
                        AS $$ SELECT true $$;
                    CREATE OPERATOR evil.= (FUNCTION = evil.always, LEFTARG = name, RIGHTARG = name);
                    SET search_path = evil, pg_catalog;
                    """
            )
            let id = try queue.enqueue("bob")
            #expect(throws: PostgresError.self) {
                try connection.run("SELECT contrast.cancel(\(id))")
            }
            let own = try connection.run("SELECT contrast.enqueue('generate') AS id")[0].value(
                "id",
                as: Int.self
            )
            #expect(try queue.job(own, "state, run_at < 'infinity'") == "ready t")
            #expect(try connection.run("SELECT id FROM contrast.jobs").count == 1)
        }
    }

    @Test func aWorkerActsOnlyUnderItsOwnLogin() throws {
        try TestQueue.with { queue in
            try queue.force("CREATE ROLE intruder_\(queue.database) LOGIN IN ROLE contrast_worker")
            defer { try? queue.force("DROP ROLE intruder_\(queue.database)") }
            _ = try queue.enqueue()
            let store = queue.store(as: "intruder_\(queue.database)")
            let error = #expect(throws: QueueError.self) {
                try store.claim(
                    worker: queue.workerID,
                    kinds: ["generate"],
                    leaseDuration: TestQueue.leaseDuration,
                    holding: []
                )
            }
            #expect(error.map { if case .unknownWorker = $0 { true } else { false } } == true)
        }
    }
}
