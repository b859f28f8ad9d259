SET ROLE contrast_owner;
DROP FUNCTION contrast.health;
-- A parent reached a terminal state; the caller holds its row lock.
CREATE OR REPLACE FUNCTION contrast.settle(job bigint, ok boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE c record;
BEGIN
    FOR c IN
        SELECT k.id, k.kind, k.state, k.deps_left, d.if_failed
          FROM contrast.dep d JOIN contrast.job k ON k.id = d.job_id
         WHERE d.needs = settle.job AND NOT d.settled ORDER BY k.id FOR NO KEY UPDATE OF k
    LOOP
        CONTINUE WHEN c.state NOT IN ('waiting', 'held');
        IF settle.ok OR c.if_failed = 'run' THEN
            UPDATE contrast.dep d SET settled = true WHERE d.job_id = c.id AND d.needs = settle.job;
            UPDATE contrast.job j SET deps_left = j.deps_left - 1,
                state = CASE WHEN j.deps_left = 1 AND j.state = 'waiting' AND j.run_at <= clock_timestamp()
                             THEN 'ready' ELSE j.state END
             WHERE j.id = c.id;
            PERFORM contrast.wake(c.kind);
        ELSE
            UPDATE contrast.job j SET state = 'cancelled', finished_at = clock_timestamp(),
                cancelled_by = settle.job, reason = 'needed job ' || settle.job || ', which did not succeed'
             WHERE j.id = c.id;
            PERFORM contrast.record(c.id, NULL, 'cancelled', jsonb_build_object('by_parent', settle.job));
            PERFORM contrast.announce(c.id, 'cancelled');
            PERFORM contrast.settle(c.id, false);
        END IF;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION contrast.claim(worker uuid, kinds text[], max int, ttl interval,
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

DROP FUNCTION contrast.beat;
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
GRANT EXECUTE ON FUNCTION contrast.beat TO contrast_worker;

CREATE OR REPLACE FUNCTION contrast.tick() RETURNS TABLE (promoted int, rescued int, stalled int)
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

DROP FUNCTION contrast.guard_fence, contrast.current_incarnation;
DROP TABLE contrast.incarnation;
DELETE FROM contrast.migration WHERE version = 13;
RESET ROLE;
