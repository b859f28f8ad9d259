import Postgres
import Testing

/// Plays histories to the functions of the schema, each in a transaction of its own that is taken back.
struct QueuePlayer {
    private let connection: PostgresConnection

    init(_ queue: TestQueue) throws {
        connection = try queue.connection(as: "postgres")
        try connection.run(script: Self.player)
    }

    /// For each history the answers, joined by semicolons, and what the jobs look like in the end.
    func play(_ histories: [[QueueOperation]]) throws -> [String] {
        let stories = histories.map { $0.map(\.description).joined(separator: ";") }
        return try connection.run("SELECT line FROM pg_temp.play(\(stories)) AS line").map {
            try $0.value("line")
        }
    }

    private static let player = """
        CREATE FUNCTION pg_temp.play(histories text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
        DECLARE
            v_history text;
            v_operation text;
            w text[];
            v_answer text;
            v_answers text[];
            v_jobs text;
            v_token bigint;                     -- tokens and jobs count from here
            v_job bigint;
            v_workers uuid[] := ARRAY[gen_random_uuid(), gen_random_uuid(), gen_random_uuid()];
        BEGIN
            PERFORM contrast.guard_fence();     -- moves once; in a history it would be taken back and move again
            FOREACH v_history IN ARRAY histories LOOP
                BEGIN
                    v_answers := '{}';
                    v_token := nextval('contrast.fence');
                    v_job := nextval(pg_get_serial_sequence('contrast.job', 'id'));
                    UPDATE contrast.setting SET value = '1' WHERE key = 'max_overtakes';
                    PERFORM contrast.register_worker(u.id, 'w', 'h', 1, '0', '{train}', '{}', 1000, 0, 1)
                       FROM unnest(v_workers) u(id);
                    FOREACH v_operation IN ARRAY string_to_array(v_history, ';') LOOP
                        w := string_to_array(v_operation, ' ');
                        v_answer := 'done';
                        BEGIN
                            CASE w[1]
                            WHEN 'enqueue' THEN
                                v_answer := contrast.enqueue('train',
                                    jsonb_build_object('base', 'base ' || w[6]), after => ARRAY(
                                        SELECT v_job + n FROM generate_series(1, 8) n
                                         WHERE w[2]::int & (1 << (n - 1)) <> 0),
                                    if_failed => w[3],
                                    conc_key => CASE WHEN w[4] = '1' THEN 'key' END,
                                    max_failures => w[5]::int) - v_job;
                            WHEN 'claim' THEN
                                v_answer := coalesce((
                                    SELECT (c.job_id - v_job) || ' ' || (c.token - v_token)
                                      FROM contrast.claim(v_workers[w[2]::int + 1], '{train}', 1, '60 s',
                                        base => 'base ' || nullif(w[3], '0')) c),
                                    'nothing');
                            WHEN 'beat' THEN
                                SELECT format('held=%s cancel=%s yield=%s stalled=%s', b.held::text,
                                        b.cancel::text, b.yield::text, b.stalled::text) INTO v_answer
                                  FROM contrast.beat(v_workers[w[2]::int + 1], false,
                                    ARRAY[w[3]::bigint + v_job], ARRAY[w[4]::bigint + v_token],
                                    ARRAY[0]::bigint[], ARRAY[NULL]::bigint[], ARRAY[NULL]::text[], '60 s') b;
                            WHEN 'checkpoint' THEN
                                PERFORM contrast.save_checkpoint(w[2]::bigint + v_job, w[3]::bigint + v_token,
                                    w[4]::bigint, 'c', sha256(''), 1);
                            WHEN 'finish' THEN
                                v_answer := CASE WHEN w[4] IN ('succeeded', 'yielded', 'cancelled')
                                    THEN contrast.finish(w[2]::bigint + v_job, w[3]::bigint + v_token,
                                        w[4]::contrast.outcome)
                                    ELSE contrast.finish(w[2]::bigint + v_job, w[3]::bigint + v_token,
                                        'failed', '[]', w[4]) END;
                            WHEN 'cancel' THEN v_answer := contrast.cancel(w[2]::bigint + v_job);
                            WHEN 'retry' THEN v_answer := contrast.retry(w[2]::bigint + v_job);
                            WHEN 'hold' THEN v_answer := contrast.hold(w[2]::bigint + v_job);
                            WHEN 'release' THEN v_answer := contrast.release(w[2]::bigint + v_job);
                            WHEN 'tick' THEN
                                SELECT t.promoted || ' ' || t.rescued || ' ' || t.stalled INTO v_answer
                                  FROM contrast.tick() t;
                            WHEN 'expire' THEN
                                UPDATE contrast.lease SET expires_at = clock_timestamp() - interval '1 s'
                                 WHERE job_id = w[2]::bigint + v_job;
                            WHEN 'stand_still' THEN
                                UPDATE contrast.lease SET step_at = clock_timestamp() - interval '2 hours'
                                 WHERE job_id = w[2]::bigint + v_job;
                            WHEN 'slots' THEN
                                PERFORM contrast.set_slots('train', nullif(w[2]::int, 0),
                                    CASE w[3] WHEN '1' THEN '*' END);
                            WHEN 'end_pauses' THEN
                                UPDATE contrast.job SET run_at = clock_timestamp() - interval '1 ms'
                                 WHERE finished_at IS NULL;
                            END CASE;
                        EXCEPTION WHEN SQLSTATE 'JQ001' OR SQLSTATE 'JQ004' THEN
                            v_answer := 'refused ' || SQLSTATE;
                        END;
                        v_answers := v_answers || v_answer;
                    END LOOP;
                    SELECT string_agg(concat_ws(' ', j.state, 'deps=' || j.deps_left,
                            'token=' || CASE WHEN j.token = 0 THEN 0 ELSE j.token - v_token END,
                            'attempts=' || j.attempts, 'failures=' || j.failures, 'crashes=' || j.crashes,
                            'yields=' || j.yields, 'overtaken=' || j.overtaken,
                            'paused=' || (j.finished_at IS NULL AND j.run_at > clock_timestamp())::text,
                            'cancel=' || (j.cancel_at IS NOT NULL)::text,
                            'yield=' || (j.yield_at IS NOT NULL)::text, 'hold=' || j.hold::text,
                            'stalled=' || j.stalled::text, 'by=' || coalesce(j.cancelled_by - v_job, 0)),
                        ', ' ORDER BY j.id) INTO v_jobs FROM contrast.job j;
                    RAISE EXCEPTION 'taken back' USING ERRCODE = 'JQ999';
                EXCEPTION WHEN SQLSTATE 'JQ999' THEN
                    RETURN NEXT array_to_string(v_answers, ';') || ' | ' || v_jobs;
                END;
            END LOOP;
        END $$
        """
}
