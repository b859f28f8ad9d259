import Foundation
import JobQueue
import Postgres
import Testing

/// Putting jobs in the queue, in SQL and in Swift.
@Suite(.needsPostgres)
struct EnqueueTests {
    @Test func aKeyGivesTheSameJobForTheSamePayloadOnly() throws {
        try TestQueue.with { queue in
            func enqueue(_ prompt: String, as user: String = "alice") throws -> Int {
                try queue.enqueue(user, params: #"{"prompt": "\#(prompt)"}"#) {
                    $0.idempotencyKey = "k"
                }
            }
            let id = try enqueue("a cat")
            #expect(try enqueue("a cat") == id)
            let error = #expect(throws: QueueError.self) { try enqueue("a dog") }
            #expect(
                error
                    == .keyConflict(
                        "idem_key \"k\" belongs to job \(id) with another payload; use another key"
                    )
            )
            #expect(try enqueue("a dog", as: "bob") != id, "keys belong to their owner")
        }
    }

    @Test func mistakesGetOneSentence() throws {
        try TestQueue.with { queue in
            let mistakes: [(PostgresQuery, String)] = [
                (
                    "enqueue('paint')",
                    "unknown kind of job \"paint\"; the kinds are evaluate, generate, prepare, pretrain, train"
                ),
                ("enqueue('train', '[1]')", "params must be a JSON object, not array"),
                ("enqueue('train', NULL)", "params must be a JSON object, not null"),
                (
                    "enqueue('train', priority => 101)",
                    "priority must be between -100 and 100, not 101"
                ),
                (
                    "enqueue('train', if_failed => 'retry')",
                    "if_failed must be cancel or run, not \"retry\""
                ),
                ("enqueue('train', after => '{99}')", "needed job 99 is no job of yours"),
                (
                    "enqueue('train', after => '{NULL}')",
                    "after contains a null; name the jobs to wait for"
                ),
                (
                    "enqueue('train', idem_key => '')",
                    "idem_key and conc_key must have 1 to 200 characters"
                ),
                (
                    "enqueue('train', jsonb_build_object('p', repeat('x', 70000)))",
                    "params are 70009 characters long; the limit is 65536: give large inputs by path"
                ),
                (
                    "enqueue_generate('p', class => 'dog')",
                    "a subject needs both its class noun and at least one reference picture"
                ),
                (
                    "enqueue_generate('p', class => 'dog', images => '{a}', subjects => '[]')",
                    "give either class and images, or subjects"
                ),
                (
                    "enqueue_generate('p', seed => 1, options => '{\"seed\": 2}')",
                    "seed is given twice, as an argument and in options"
                ),
                (
                    "enqueue('train', '{\"data\": \"d\", \"stepps\": 1}')",
                    "$.stepps: expected a known field, found \"stepps\"; the fields of train are adam_beta1, "
                        + "adam_beta2, adam_epsilon, adam_weight_decay, adapter, "
                        + "allow_changed_models, base, "
                        + "checkpointing_seconds, checkpointing_steps, data, drop_rates, "
                        + "gradient_accumulation_steps, gradient_checkpointing, image_encoder, "
                        + "learning_rate, losses, lr_scheduler, lr_warmup_steps, max_grad_norm, "
                        + "max_train_steps, method, precision, resolution, seed, train_batch_size, validation_prompts, validation_seed, "
                        + "validation_steps"
                ),
                (
                    "enqueue_train('d', options => '{\"resolution\": \"64\"}')",
                    "$.resolution: expected an integer, found \"64\"; correct it"
                ),
                (
                    "enqueue_train('d', options => '{\"resolution\": 1.5}')",
                    "$.resolution: expected an integer, found 1.5; correct it"
                ),
                (
                    "enqueue_generate('p', sampler => 'dddim')",
                    "$.sampler: expected one of ddim, euler, dpmpp_2m, pndm, found \"dddim\"; choose one of them"
                ),
                (
                    "enqueue_generate('p', method => 'ip_adapter')",
                    "$.method: expected one of customcontrast, ip-adapter, ip-adapter-plus, text_only, "
                        + "found \"ip_adapter\"; choose one of them"
                ),
                (
                    "enqueue_train('d', options => '{\"method\": \"dreambooth\"}')",
                    "$.method: expected one of customcontrast, ip-adapter, ip-adapter-plus, found "
                        + "\"dreambooth\"; choose one of them"
                ),
                (
                    "enqueue_train('d', options => '{\"method\": 5}')",
                    "$.method: expected a string or object, found 5; correct it"
                ),
                (
                    "enqueue_generate('p', options => '{\"precision\": \"float16\"}')",
                    "$.precision: expected one of float32, bfloat16, found \"float16\"; choose one of "
                        + "them"
                ),
                (
                    "enqueue_train('d', options => '{\"precision\": \"bfloat16\"}')",
                    "$.precision: expected \"float32\", the only choice there is, found \"bfloat16\"; "
                        + "leave the field out"
                ),
                ("cancel(99)", "job 99 is no job of yours"),
            ]
            let connection = try queue.connection(as: "alice")
            for (call, sentence) in mistakes {
                let error = #expect(throws: PostgresError.self) {
                    try connection.run("SELECT contrast.\(call)")
                }
                guard case .server(let server)? = error else { continue }
                #expect(server.message == sentence)
                #expect(["JQ003", "JQ004"].contains(server.state.rawValue))
            }
            #expect(try queue.one("postgres", "SELECT count(*) FROM contrast.job") == "0")
        }
    }

    @Test func eachKindHasItsFunction() throws {
        try TestQueue.with { queue in
            let calls: [(PostgresQuery, String, String)] = [
                (
                    """
                    enqueue_generate('a {subject}', class => 'dog', images => '{a.jpg,b.jpg}', seed => 7,
                        guidance_scale => 5.5, location_mask => false, options => '{"rng": "torch"}')
                    """,
                    "generate",
                    """
                    {"rng": "torch", "seed": 7, "prompt": "a {subject}", "subjects": [{"class": "dog", \
                    "images": ["a.jpg", "b.jpg"]}], "location_mask": false, "guidance_scale": 5.5}
                    """
                ),
                (
                    "enqueue_train('sets/a', learning_rate => 3e-5, max_train_steps => 10)",
                    "train",
                    #"{"data": "sets/a", "learning_rate": 0.00003, "max_train_steps": 10}"#
                ),
                (
                    "enqueue_pretrain('unet', 'sets/a', base => 'b')", "pretrain",
                    #"{"base": "b", "data": "sets/a", "component": "unet"}"#
                ),
                (
                    "enqueue_prepare('toys', views => 4, edits => true)", "prepare",
                    #"{"name": "toys", "edits": true, "views": 4}"#
                ),
                (
                    "enqueue_evaluate('{1}', metrics => '{clip_t}')", "evaluate",
                    #"{"jobs": [1], "metrics": ["clip_t"]}"#
                ),
                (
                    """
                    enqueue_evaluate(zero_shot => '{"count": 64}', base => 'job:2', seed => 1)
                    """,
                    "evaluate", #"{"base": "job:2", "seed": 1, "zero_shot": {"count": 64}}"#
                ),
            ]
            let connection = try queue.connection(as: "alice")
            for (call, kind, params) in calls {
                let id = try connection.run("SELECT contrast.\(call) AS id")[0].value(
                    "id",
                    as: Int.self
                )
                let job = try #require(try queue.store(as: "alice").job(id))
                #expect(job.kind == kind)
                #expect(job.params == params)
            }
        }
    }

    @Test func hostilePayloadsStayData() throws {
        try TestQueue.with { queue in
            let hostile = #"'; DROP TABLE contrast.job; -- \" $1 \u2028 {\"a\":1} %s"#
            let id = try queue.enqueue(params: #"{"prompt": "\#(hostile)"}"#)
            #expect(
                try queue.one(
                    "alice",
                    "SELECT params ->> 'prompt' FROM contrast.jobs WHERE id = \(id)"
                )
                    == "'; DROP TABLE contrast.job; -- \" $1 \u{2028} {\"a\":1} %s"
            )
            #expect(try queue.claimOne().lease.jobID == id)
        }
    }

    @Test func aLaterJobBecomesReadyInTime() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue { $0.runAt = .distantFuture }
            #expect(try queue.tick().promoted == 0)
            #expect(try queue.job(id, "state") == "waiting")
            let reason = try queue.store(as: "alice").job(id)?.reason ?? ""
            #expect(reason.hasPrefix("not before 4001-01-01 00:00:00"))
            try queue.force("UPDATE contrast.job SET run_at = clock_timestamp() WHERE id = \(id)")
            #expect(try queue.tick().promoted == 1)
        }
    }

    @Test func everyFunctionAndViewForPeopleIsDescribed() throws {
        try TestQueue.with { queue in
            let silent = try queue.one(
                "postgres",
                """
                SELECT string_agg(name, ', ') FROM (
                    SELECT p.proname AS name FROM pg_proc p JOIN pg_roles r ON r.rolname = 'contrast_submit'
                     WHERE p.pronamespace = 'contrast'::regnamespace
                       AND has_function_privilege(r.oid, p.oid, 'execute')
                       AND obj_description(p.oid, 'pg_proc') IS NULL
                       AND p.proname NOT IN ('payload', 'subjects')
                    UNION ALL
                    SELECT c.relname FROM pg_class c
                     WHERE c.relnamespace = 'contrast'::regnamespace AND c.relkind = 'v'
                       AND obj_description(c.oid, 'pg_class') IS NULL) nameless
                """
            )
            #expect(silent == nil)
        }
    }
}
