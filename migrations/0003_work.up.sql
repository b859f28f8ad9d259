-- What workers call: register, claim, beat, checkpoints, finish, tick, telemetry. Each call is one short
-- transaction, and each write is fenced by the token that the claim gave out.
SET ROLE contrast_owner;

CREATE FUNCTION contrast.register_worker(
    id uuid, name text, host text, pid int, version text, kinds text[], tags text[], ram_mb int,
    vram_mb int, slots int)
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_kind text;
BEGIN
    SELECT u.k INTO v_kind FROM unnest(register_worker.kinds) u(k)
     WHERE NOT EXISTS (SELECT FROM contrast.kind k WHERE k.name = u.k) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'unknown kind of job "%"; the kinds are %', v_kind,
            (SELECT string_agg(k.name, ', ' ORDER BY k.name) FROM contrast.kind k)
            USING ERRCODE = 'JQ004';
    END IF;
    INSERT INTO contrast.worker (id, name, host, pid, version, kinds, tags, ram_mb, vram_mb, slots)
    VALUES (register_worker.id, register_worker.name, register_worker.host, register_worker.pid,
        register_worker.version, register_worker.kinds, register_worker.tags, register_worker.ram_mb,
        register_worker.vram_mb, register_worker.slots)
    ON CONFLICT (id) DO NOTHING;                -- sent again after a lost answer
    PERFORM FROM contrast.worker w
      WHERE w.id = register_worker.id AND w.db_user = session_user AND w.gone_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'worker id % is taken; each start needs an id of its own', register_worker.id
            USING ERRCODE = 'JQ002';
    END IF;
    RETURN register_worker.id;
END $$;
COMMENT ON FUNCTION contrast.register_worker IS
'Makes one start of a worker process known; every other call of the worker needs it first.';

-- What a worker still holds is free for the next tick: a process that leaves does not come back.
CREATE FUNCTION contrast.worker_gone(worker uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    UPDATE contrast.worker w SET gone_at = clock_timestamp(), idle = false
     WHERE w.id = worker_gone.worker AND w.db_user = session_user AND w.gone_at IS NULL;
    IF FOUND THEN
        UPDATE contrast.lease l SET expires_at = clock_timestamp() WHERE l.worker_id = worker_gone.worker;
    END IF;
END $$;
COMMENT ON FUNCTION contrast.worker_gone IS 'A worker says good-bye.';

CREATE FUNCTION contrast.live_worker(worker uuid) RETURNS contrast.worker
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE w contrast.worker;
BEGIN
    SELECT * INTO w FROM contrast.worker k
     WHERE k.id = live_worker.worker AND k.gone_at IS NULL AND k.db_user = session_user;
    IF w.id IS NULL THEN
        RAISE EXCEPTION 'worker % is not registered or was declared gone; register again under a new id',
            live_worker.worker USING ERRCODE = 'JQ002';
    END IF;
    RETURN w;
END $$;

-- Scans and sorts are switched off here and in enqueue and tick: a session that planned its statements when
-- the table was empty must not keep scanning when it is long. What cannot be avoided then looks so dear that
-- the server would compile it each time, so that is switched off as well.
CREATE FUNCTION contrast.claim(worker uuid, kinds text[], max int, ttl interval,
    holding bigint[] DEFAULT NULL)
RETURNS TABLE (job_id bigint, token bigint, attempt int, kind text, owner name, params jsonb, seed bigint,
    failures int, crashes int, max_failures int, resume_step bigint, resume_path text, resume_sha256 bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    w contrast.worker := contrast.live_worker(claim.worker);
    v_kind text;
BEGIN
    -- What the worker holds without knowing, because the answer to a claim was lost, it gets again.
    RETURN QUERY
    UPDATE contrast.lease l SET expires_at = clock_timestamp() + claim.ttl, beat_at = clock_timestamp()
      FROM contrast.job j JOIN contrast.job_spec s ON s.job_id = j.id
      LEFT JOIN LATERAL (
        SELECT k.step, k.path, k.sha256 FROM contrast.checkpoint k
         WHERE k.job_id = j.id AND k.bad IS NULL ORDER BY k.step DESC, k.token DESC LIMIT 1) c ON true
     WHERE l.worker_id = w.id AND l.job_id <> ALL (claim.holding) AND j.id = l.job_id
    RETURNING j.id, l.token, j.attempts, j.kind, j.owner, s.params, s.seed, j.failures::int,
        j.crashes::int, j.max_failures::int, c.step, c.path, c.sha256;
    IF FOUND OR w.desired <> 'run' THEN RETURN; END IF;
    -- The kind whose first job is the most urgent comes first; if nothing of it fits, the next one.
    FOR v_kind IN
        SELECT u.k FROM unnest(claim.kinds) u(k)
         CROSS JOIN LATERAL (SELECT h.priority, h.fair, h.id FROM contrast.job h
                              WHERE h.state = 'ready' AND h.kind = u.k
                              ORDER BY h.priority DESC, h.fair, h.id LIMIT 1) head
         WHERE u.k = ANY (w.kinds) AND NOT EXISTS (SELECT FROM contrast.pause p WHERE p.kind IN (u.k, '*'))
         ORDER BY head.priority DESC, head.fair, head.id
    LOOP
        RETURN QUERY
        WITH pick AS MATERIALIZED (             -- materialized: a LIMIT under a lock must run once
            SELECT j.id, j.owner, j.conc_key FROM contrast.job j
             WHERE j.state = 'ready' AND j.kind = v_kind AND j.need_tags <@ w.tags
               AND j.need_ram_mb <= w.ram_mb AND j.need_vram_mb <= w.vram_mb
               AND (j.conc_key IS NULL OR NOT EXISTS (
                    SELECT FROM contrast.job r
                     WHERE r.owner = j.owner AND r.conc_key = j.conc_key AND r.state = 'running'))
             ORDER BY j.priority DESC, j.fair, j.id LIMIT claim.max FOR NO KEY UPDATE OF j SKIP LOCKED),
        one AS (
            SELECT DISTINCT ON (p.owner, coalesce(p.conc_key, p.id::text), p.conc_key IS NULL) p.id FROM pick p
             ORDER BY p.owner, coalesce(p.conc_key, p.id::text), p.conc_key IS NULL, p.id),
        up AS (
            UPDATE contrast.job j SET state = 'running', token = nextval('contrast.fence'),
                attempts = j.attempts + 1, yield_at = NULL, stalled = false, reason = NULL
              FROM one WHERE j.id = one.id RETURNING j.*),
        ck AS (
            SELECT up.id, c.step, c.path, c.sha256 FROM up CROSS JOIN LATERAL (
                SELECT k.step, k.path, k.sha256 FROM contrast.checkpoint k
                 WHERE k.job_id = up.id AND k.bad IS NULL ORDER BY k.step DESC, k.token DESC LIMIT 1) c),
        le AS (
            INSERT INTO contrast.lease (job_id, token, worker_id, expires_at, beat_at, step_at, step)
            SELECT up.id, up.token, w.id, clock_timestamp() + claim.ttl, clock_timestamp(), clock_timestamp(),
                coalesce(ck.step, 0) FROM up LEFT JOIN ck USING (id)),
        at AS (
            INSERT INTO contrast.attempt (job_id, token, n, worker_id, worker, host, resumed_step, started_at)
            SELECT up.id, up.token, up.attempts, w.id, w.name, w.host, ck.step, clock_timestamp()
              FROM up LEFT JOIN ck USING (id))
        SELECT up.id, up.token, up.attempts, up.kind, up.owner, s.params, s.seed, up.failures::int,
            up.crashes::int, up.max_failures::int, ck.step, ck.path, ck.sha256
          FROM up JOIN contrast.job_spec s ON s.job_id = up.id LEFT JOIN ck USING (id)
         ORDER BY up.priority DESC, up.fair, up.id;
        EXIT WHEN FOUND;
    END LOOP;
END $$;
COMMENT ON FUNCTION contrast.claim IS
'Gives a worker up to max ready jobs that it can run, each with its fencing token and newest good checkpoint.
holding: every job the worker knows it has; what it holds besides is handed out again first.';

-- One statement for all of a worker's jobs. A lease that has expired but was not taken is renewed: nobody
-- else has it. Without jobs one row with nulls brings what the admin wants of the worker.
CREATE FUNCTION contrast.beat(worker uuid, idle boolean, jobs bigint[], tokens bigint[], steps bigint[],
    totals bigint[], notes text[], ttl interval)
RETURNS TABLE (job_id bigint, token bigint, held boolean, cancel boolean, yield boolean, desired text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE w contrast.worker := contrast.live_worker(beat.worker);
BEGIN
    UPDATE contrast.worker k SET beat_at = clock_timestamp(), idle = beat.idle WHERE k.id = w.id;
    RETURN QUERY
    WITH mine AS (
        SELECT m.job, m.token, m.step, m.total, m.note
          FROM unnest(beat.jobs, beat.tokens, beat.steps, beat.totals, beat.notes)
            AS m(job, token, step, total, note)),
    renewed AS (
        UPDATE contrast.lease l SET expires_at = clock_timestamp() + beat.ttl, beat_at = clock_timestamp(),
            step = greatest(l.step, m.step), steps = coalesce(m.total, l.steps),
            note = coalesce(left(m.note, 200), l.note),
            step_at = CASE WHEN m.step > l.step THEN clock_timestamp() ELSE l.step_at END
          FROM mine m WHERE l.job_id = m.job AND l.token = m.token AND l.worker_id = w.id
        RETURNING l.job_id AS job)
    SELECT m.job, m.token, r.job IS NOT NULL, k.id IS NULL OR k.cancel_at IS NOT NULL,
        coalesce(k.yield_at IS NOT NULL, false), w.desired
      FROM (SELECT) AS always LEFT JOIN mine m ON true
      LEFT JOIN renewed r ON r.job = m.job
      LEFT JOIN contrast.job k ON k.id = m.job AND k.token = m.token ORDER BY m.job;
END $$;
COMMENT ON FUNCTION contrast.beat IS
'Renews the leases of a worker and tells it which jobs it still holds, and which to cancel or to give back.';

CREATE FUNCTION contrast.fenced(job bigint, token bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM contrast.job j
      WHERE j.id = fenced.job AND j.token = fenced.token AND j.state = 'running' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'job % is no longer held under token %', fenced.job, fenced.token
            USING ERRCODE = 'JQ001';
    END IF;
END $$;
COMMENT ON FUNCTION contrast.fenced IS 'Locks a running job, or refuses a token that is not its newest.';

CREATE FUNCTION contrast.save_checkpoint(job bigint, token bigint, step bigint, path text, sha256 bytea,
    bytes bigint)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_newest bigint;
BEGIN
    PERFORM contrast.fenced(save_checkpoint.job, save_checkpoint.token);
    SELECT max(c.step) INTO v_newest FROM contrast.checkpoint c
     WHERE c.job_id = save_checkpoint.job AND c.bad IS NULL;
    INSERT INTO contrast.checkpoint (job_id, token, step, path, sha256, bytes)
    VALUES (save_checkpoint.job, save_checkpoint.token, save_checkpoint.step, save_checkpoint.path,
        save_checkpoint.sha256, save_checkpoint.bytes) ON CONFLICT DO NOTHING;
    IF v_newest IS NULL OR save_checkpoint.step > v_newest THEN   -- durable progress forgives crashes
        UPDATE contrast.job j SET crashes = 0 WHERE j.id = save_checkpoint.job AND j.crashes > 0;
    END IF;
END $$;
COMMENT ON FUNCTION contrast.save_checkpoint IS
'Makes a checkpoint, whose file is complete on disk, the one to resume from.';

CREATE FUNCTION contrast.mark_checkpoint_bad(job bigint, token bigint, path text, why text)
RETURNS TABLE (resume_step bigint, resume_path text, resume_sha256 bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM contrast.fenced(mark_checkpoint_bad.job, mark_checkpoint_bad.token);
    UPDATE contrast.checkpoint c SET bad = mark_checkpoint_bad.why
     WHERE c.job_id = mark_checkpoint_bad.job AND c.path = mark_checkpoint_bad.path AND c.bad IS NULL;
    IF FOUND THEN
        PERFORM contrast.record(mark_checkpoint_bad.job, mark_checkpoint_bad.token, 'checkpoint_bad',
            jsonb_build_object('path', mark_checkpoint_bad.path, 'why', mark_checkpoint_bad.why));
    END IF;
    RETURN QUERY
    SELECT c.step, c.path, c.sha256 FROM contrast.checkpoint c
     WHERE c.job_id = mark_checkpoint_bad.job AND c.bad IS NULL ORDER BY c.step DESC, c.token DESC LIMIT 1;
    UPDATE contrast.attempt a SET resumed_step = (
        SELECT max(c.step) FROM contrast.checkpoint c
         WHERE c.job_id = mark_checkpoint_bad.job AND c.bad IS NULL)
     WHERE a.job_id = mark_checkpoint_bad.job AND a.token = mark_checkpoint_bad.token;
END $$;
COMMENT ON FUNCTION contrast.mark_checkpoint_bad IS
'Takes a checkpoint that cannot be read out of use and returns the next older good one, if there is one.';

CREATE FUNCTION contrast.drop_checkpoint(job bigint, token bigint, path text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM contrast.fenced(drop_checkpoint.job, drop_checkpoint.token);
    DELETE FROM contrast.checkpoint c
     WHERE c.job_id = drop_checkpoint.job AND c.path = drop_checkpoint.path;
END $$;
COMMENT ON FUNCTION contrast.drop_checkpoint IS
'Forgets a checkpoint whose file is about to be removed, after a newer one was saved.';

CREATE FUNCTION contrast.finish(job bigint, token bigint, outcome contrast.outcome,
    outputs jsonb DEFAULT '[]', error_class text DEFAULT NULL, error_stage text DEFAULT NULL,
    error text DEFAULT NULL)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    j contrast.job;
    a contrast.attempt;
    v_state contrast.state;
    v_after timestamptz := clock_timestamp();
    v_reason text;
    v_step bigint;
    v_crash int := 0;
BEGIN
    IF finish.outcome = 'lost' OR (finish.outcome = 'failed') <> (finish.error_class IS NOT NULL) THEN
        RAISE EXCEPTION 'an attempt ends succeeded, cancelled, yielded, or failed with an error class'
            USING ERRCODE = 'JQ004';
    END IF;
    SELECT * INTO j FROM contrast.job k WHERE k.id = finish.job FOR NO KEY UPDATE;
    SELECT * INTO a FROM contrast.attempt t WHERE t.job_id = finish.job AND t.token = finish.token;
    IF a.outcome = finish.outcome THEN RETURN 'already'; END IF;     -- the commit whose answer was lost
    IF j.id IS NULL OR a.job_id IS NULL OR j.token <> finish.token OR j.finished_at IS NOT NULL
        -- A late success counts while nobody has claimed the job again.
        OR NOT (j.state = 'running' OR (a.outcome = 'lost' AND finish.outcome = 'succeeded')) THEN
        RAISE EXCEPTION 'job % is no longer held under token %', finish.job, finish.token
            USING ERRCODE = 'JQ001';
    END IF;
    DELETE FROM contrast.lease l WHERE l.job_id = j.id AND l.token = j.token RETURNING l.step INTO v_step;

    IF finish.outcome = 'yielded' AND j.stalled THEN v_crash := 1; END IF;
    v_state := CASE
        WHEN finish.outcome = 'succeeded' THEN 'succeeded'
        WHEN finish.outcome = 'cancelled' OR j.cancel_at IS NOT NULL THEN 'cancelled'
        WHEN j.crashes + v_crash >= j.max_crashes THEN 'failed'
        WHEN finish.outcome = 'yielded' THEN CASE WHEN j.hold THEN 'held' ELSE 'ready' END
        WHEN finish.error_class IN ('permanent', 'poison') OR j.failures + 1 >= j.max_failures
            OR (finish.error_class = 'bug' AND j.failures >= 1) THEN 'failed'
        WHEN j.hold THEN 'held'
        ELSE 'waiting' END;
    IF finish.outcome = 'failed' AND v_state IN ('waiting', 'held') THEN
        v_after := v_after
            + least(interval '1 hour', interval '15 s' * 2 ^ least(j.failures, 20)) * (0.8 + 0.4 * random());
    END IF;
    v_reason := CASE
        WHEN finish.outcome = 'failed' THEN finish.error_class || coalesce(' in ' || finish.error_stage, '')
            || coalesce(': ' || left(finish.error, 500), '')
        WHEN v_state = 'failed' THEN 'poison: made no progress and was given back '
            || j.crashes + v_crash || ' times'
        WHEN v_state = 'cancelled' THEN coalesce(j.reason, 'cancelled')
        WHEN finish.outcome = 'yielded' THEN j.reason END;
    UPDATE contrast.job k SET state = v_state, run_at = v_after, yield_at = NULL, stalled = false,
        reason = v_reason, failures = k.failures + (finish.outcome = 'failed')::int,
        crashes = k.crashes + v_crash, yields = k.yields + (finish.outcome = 'yielded')::int,
        finished_at = CASE WHEN v_state IN ('succeeded', 'failed', 'cancelled') THEN clock_timestamp() END
     WHERE k.id = j.id;
    UPDATE contrast.attempt t SET ended_at = clock_timestamp(), outcome = finish.outcome,
        error_class = finish.error_class, error_stage = left(finish.error_stage, 200),
        error = left(finish.error, 16384), last_step = coalesce(v_step, t.last_step)
     WHERE t.job_id = j.id AND t.token = j.token;
    IF finish.outcome = 'succeeded' THEN
        INSERT INTO contrast.output (job_id, idx, token, role, path, sha256, bytes, media_type, meta)
        SELECT j.id, o.idx, j.token, o.role, o.path, decode(o.sha256, 'hex'), o.bytes, o.media_type,
            coalesce(o.meta, '{}')
          FROM jsonb_to_recordset(finish.outputs) AS o(idx int, role text, path text, sha256 text,
            bytes bigint, media_type text, meta jsonb);
    END IF;
    PERFORM contrast.record(j.id, j.token, finish.outcome::text,
        jsonb_strip_nulls(jsonb_build_object('class', finish.error_class, 'next', v_state)));
    IF v_state IN ('succeeded', 'failed', 'cancelled') THEN
        PERFORM contrast.announce(j.id, v_state);
        PERFORM contrast.settle(j.id, v_state = 'succeeded');
    ELSIF v_state = 'ready' THEN
        PERFORM contrast.wake(j.kind);
    END IF;
    RETURN v_state::text;
END $$;
COMMENT ON FUNCTION contrast.finish IS
'Ends an attempt and, in the same transaction, writes its outputs and frees what waits for the job. Returns
the job''s new state, or already when this very end was recorded before. Classes of a failure: permanent
(never retried), resource and transient (retried after a growing pause), bug (retried once), poison.';

-- Every worker calls it every few seconds; one wins the lock, so there is no leader to elect.
CREATE FUNCTION contrast.tick() RETURNS TABLE (promoted int, rescued int, stalled int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    r record;
    v_state contrast.state;
    v_kinds text[];
    v_promoted int := 0;
    v_rescued int := 0;
    v_stalled int := 0;
    v_now timestamptz := clock_timestamp();     -- one value, so that indexes on times can be used
BEGIN
    IF NOT pg_try_advisory_xact_lock(7301, 1) THEN
        RETURN QUERY SELECT 0, 0, 0;
        RETURN;
    END IF;
    WITH due AS MATERIALIZED (
        SELECT j.id FROM contrast.job j
         WHERE j.state = 'waiting' AND j.deps_left = 0 AND j.run_at <= v_now
         ORDER BY j.run_at LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED),
    up AS (UPDATE contrast.job j SET state = 'ready' FROM due WHERE j.id = due.id RETURNING j.kind)
    SELECT count(*), array_agg(DISTINCT up.kind) INTO v_promoted, v_kinds FROM up;
    PERFORM contrast.wake(u.k) FROM unnest(v_kinds) u(k);

    -- After a restart of the server every lease looks dead: let the owners come back first.
    IF v_now > pg_postmaster_start_time() + contrast.seconds('restart_grace_s') THEN
        FOR r IN                                -- chosen and changed under one lock
            SELECT j.*, l.step AS lease_step FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id
             WHERE l.expires_at < v_now AND j.state = 'running'
             ORDER BY j.id LIMIT 100 FOR NO KEY UPDATE OF l, j SKIP LOCKED
        LOOP
            v_state := CASE WHEN r.cancel_at IS NOT NULL THEN 'cancelled'
                            WHEN r.crashes + 1 >= r.max_crashes THEN 'failed'
                            WHEN r.hold THEN 'held' ELSE 'waiting' END;
            DELETE FROM contrast.lease l WHERE l.job_id = r.id AND l.token = r.token;
            UPDATE contrast.attempt a SET ended_at = v_now, outcome = 'lost',
                last_step = r.lease_step, error_class = CASE WHEN v_state = 'failed' THEN 'poison' END
             WHERE a.job_id = r.id AND a.token = r.token;
            UPDATE contrast.job j SET state = v_state, crashes = j.crashes + 1, yield_at = NULL,
                stalled = false,
                run_at = v_now + interval '5 s' * (1 + random()) * 4 ^ least(j.crashes, 6),
                finished_at = CASE WHEN v_state IN ('failed', 'cancelled') THEN v_now END,
                reason = CASE v_state
                    WHEN 'failed' THEN 'poison: its worker was lost ' || j.crashes + 1 || ' times'
                    WHEN 'waiting' THEN 'its worker was lost; it runs again soon' ELSE j.reason END
             WHERE j.id = r.id;
            PERFORM contrast.record(r.id, r.token, 'lost',
                jsonb_build_object('step', r.lease_step, 'next', v_state));
            IF v_state IN ('failed', 'cancelled') THEN
                PERFORM contrast.announce(r.id, v_state);
                PERFORM contrast.settle(r.id, false);
            END IF;
            v_rescued := v_rescued + 1;
        END LOOP;
        UPDATE contrast.worker w SET gone_at = v_now, idle = false
         WHERE w.gone_at IS NULL AND w.beat_at < v_now - contrast.seconds('worker_gone_s')
           AND NOT EXISTS (SELECT FROM contrast.lease l WHERE l.worker_id = w.id);
    END IF;

    WITH late AS MATERIALIZED (
        SELECT j.id, a.started_at < v_now - j.max_runtime AS overtime
          FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id
          JOIN contrast.attempt a ON a.job_id = l.job_id AND a.token = l.token
         WHERE j.state = 'running' AND j.yield_at IS NULL AND j.cancel_at IS NULL
           AND (l.step_at < v_now - j.stall_after
                OR a.started_at < v_now - j.max_runtime)
           FOR NO KEY UPDATE OF j SKIP LOCKED)
    UPDATE contrast.job j SET
        cancel_at = CASE WHEN late.overtime THEN v_now END,
        yield_at = CASE WHEN late.overtime IS NOT true THEN v_now END,
        stalled = late.overtime IS NOT true,
        reason = CASE WHEN late.overtime THEN 'ran longer than max_runtime, ' || j.max_runtime
                      ELSE 'stalled: no new step for ' || j.stall_after END
      FROM late WHERE j.id = late.id;
    GET DIAGNOSTICS v_stalled = ROW_COUNT;
    PERFORM pg_notify('contrast_ctl', '') WHERE v_stalled > 0;
    RETURN QUERY SELECT v_promoted, v_rescued, v_stalled;
END $$;
COMMENT ON FUNCTION contrast.tick IS
'Promotes jobs that are due, takes jobs back from lost workers, and finds jobs that stalled or ran too long.';

CREATE FUNCTION contrast.seconds(key text) RETURNS interval
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT make_interval(secs => (s.value #>> '{}')::float8)
              FROM contrast.setting s WHERE s.key = seconds.key);
END $$;

-- A job with a start time of its own, or one that waits for others, is not left over by itself: what it
-- waits for is, if it can run.
CREATE FUNCTION contrast.drained(worker uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT NOT EXISTS (
        SELECT FROM contrast.worker w JOIN contrast.job j ON j.kind = ANY (w.kinds)
         WHERE w.id = drained.worker AND j.finished_at IS NULL AND j.need_tags <@ w.tags
           AND j.need_ram_mb <= w.ram_mb AND j.need_vram_mb <= w.vram_mb
           AND (j.state = 'running'
                OR NOT EXISTS (SELECT FROM contrast.pause p WHERE p.kind IN (j.kind, '*'))
                   AND (j.state = 'ready'
                        OR j.state = 'waiting' AND j.deps_left = 0
                           AND (j.run_at <= statement_timestamp() OR j.failures + j.crashes > 0)))) $$;
COMMENT ON FUNCTION contrast.drained IS 'Whether no job is left that this worker could run, or that it runs.';

-- Results of another job of the same owner: an adapter that a train job made, pictures to evaluate.
CREATE FUNCTION contrast.input_outputs(job bigint, token bigint, source bigint)
RETURNS TABLE (idx int, role text, path text, sha256 bytea, bytes bigint, media_type text, meta jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_owner name; v_state contrast.state;
BEGIN
    SELECT j.owner INTO v_owner FROM contrast.job j
     WHERE j.id = input_outputs.job AND j.token = input_outputs.token;
    SELECT j.state INTO v_state FROM contrast.job j
     WHERE j.id = input_outputs.source AND j.owner = v_owner;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'job % is no job of %', input_outputs.source, coalesce(v_owner::text, 'this owner')
            USING ERRCODE = 'JQ003';
    ELSIF v_state <> 'succeeded' THEN
        RAISE EXCEPTION 'job % has no outputs: it is %', input_outputs.source, v_state
            USING ERRCODE = 'JQ004';
    END IF;
    RETURN QUERY SELECT o.idx, o.role, o.path, o.sha256, o.bytes, o.media_type, o.meta
      FROM contrast.output o WHERE o.job_id = input_outputs.source ORDER BY o.idx;
END $$;
COMMENT ON FUNCTION contrast.input_outputs IS
'The outputs of a job that a running job of the same owner names as its input.';

-- Telemetry never fails a job: an attempt that does not exist stores nothing, a batch sent twice is stored
-- once. Lines of a lost attempt stay under its own token.
CREATE FUNCTION contrast.append_log(job bigint, token bigint, seqs bigint[], levels text[], bodies text[])
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_count int;
BEGIN
    SET LOCAL synchronous_commit = off;
    INSERT INTO contrast.log (job_id, token, seq, level, body)
    SELECT append_log.job, append_log.token, l.seq, l.level, left(l.body, 65536)
      FROM unnest(append_log.seqs, append_log.levels, append_log.bodies) AS l(seq, level, body)
     WHERE EXISTS (SELECT FROM contrast.attempt a
                    WHERE a.job_id = append_log.job AND a.token = append_log.token)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;
COMMENT ON FUNCTION contrast.append_log IS 'Stores lines of a job''s log and returns how many are new.';

CREATE FUNCTION contrast.append_metrics(job bigint, token bigint, seq bigint, names text[], steps bigint[],
    "values" float8[])
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_count int;
BEGIN
    SET LOCAL synchronous_commit = off;
    INSERT INTO contrast.metric (job_id, token, name, seq, step, value)
    SELECT append_metrics.job, append_metrics.token, p.name, append_metrics.seq * 1000 + p.chunk,
        array_agg(p.step ORDER BY p.ordinal), array_agg(p.value ORDER BY p.ordinal)
      FROM (SELECT m.name, m.step, m.value, m.ordinal,
                (row_number() OVER (PARTITION BY m.name ORDER BY m.ordinal) - 1) / 4096 AS chunk
              FROM unnest(append_metrics.names, append_metrics.steps, append_metrics."values")
                   WITH ORDINALITY AS m(name, step, value, ordinal)) p
     WHERE EXISTS (SELECT FROM contrast.attempt a
                    WHERE a.job_id = append_metrics.job AND a.token = append_metrics.token)
     GROUP BY p.name, p.chunk
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;
COMMENT ON FUNCTION contrast.append_metrics IS
'Stores points of a job''s curves, one row per curve and 4096 points; seq rises by one with each batch.';

CREATE FUNCTION contrast.add_warning(job bigint, token bigint, text text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO contrast.warning (job_id, text)
    SELECT a.job_id, left(add_warning.text, 600) FROM contrast.attempt a
     WHERE a.job_id = add_warning.job AND a.token = add_warning.token
    ON CONFLICT DO NOTHING;
END $$;
COMMENT ON FUNCTION contrast.add_warning IS
'Adds a sentence that the owner should read beside the result; the same sentence is stored once.';

INSERT INTO contrast.migration (version, name) VALUES (3, 'work');
RESET ROLE;
