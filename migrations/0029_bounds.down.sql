SET ROLE contrast_owner;
-- What waits to be told is told first.
DO $$
BEGIN
    FOR i IN 1..1000 LOOP
        PERFORM contrast.finish_late();
        PERFORM contrast.settle_rest();
        EXIT WHEN NOT EXISTS (SELECT FROM contrast.unsettled) AND NOT EXISTS (SELECT FROM contrast.late_end);
    END LOOP;
END $$;
DROP TRIGGER check_setting ON contrast.setting;
DELETE FROM contrast.setting WHERE key = 'max_schedules';
ALTER TABLE contrast.setting DROP COLUMN least, DROP COLUMN most;
DELETE FROM contrast.latch WHERE name = 'house';
DROP FUNCTION contrast.tick(boolean);
CREATE OR REPLACE FUNCTION contrast.fair_key(kind text, priority int) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN greatest(
        coalesce((SELECT b.fair + 1 FROM contrast.job b
                   WHERE b.owner = session_user AND b.state IN ('waiting', 'ready')
                   ORDER BY b.owner DESC, b.fair DESC LIMIT 1), 0),
        coalesce((SELECT r.fair FROM contrast.job r
                   WHERE r.state = 'ready' AND r.kind = fair_key.kind
                     AND r.priority = fair_key.priority
                   ORDER BY r.kind, r.priority DESC, r.fair, r.id LIMIT 1), 0));
END $$;
CREATE OR REPLACE FUNCTION contrast.announce(job bigint, state contrast.state) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('contrast_events', json_build_object('job', job, 'state', state)::text);
END $$;
CREATE OR REPLACE FUNCTION contrast.wake(kind text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM contrast.worker w
                WHERE w.idle AND w.gone_at IS NULL AND wake.kind = ANY (w.kinds)) THEN
        PERFORM pg_notify('contrast', wake.kind);
    END IF;
END $$;
CREATE OR REPLACE FUNCTION contrast.locked(job bigint) RETURNS contrast.job
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE j contrast.job;
BEGIN
    SELECT * INTO j FROM contrast.job k WHERE k.id = locked.job FOR NO KEY UPDATE;
    IF j.id IS NULL OR NOT contrast.may(j.owner) THEN
        RAISE EXCEPTION 'job % is no job of yours', coalesce(locked.job::text, 'null') USING ERRCODE = 'JQ003';
    END IF;
    RETURN j;
END $$;
CREATE OR REPLACE FUNCTION contrast.check_fair_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_priority int := (SELECT (s.value #>> '{}')::int FROM contrast.setting s WHERE s.key = 'max_submit_priority');
    v_open int := coalesce(
        (SELECT q.open_jobs FROM contrast.quota q WHERE q.owner = NEW.owner),
        (SELECT (s.value #>> '{}')::int FROM contrast.setting s WHERE s.key = 'max_open_jobs'));
BEGIN
    -- What housekeeping and administrators do for others is not the owner's doing.
    IF NEW.owner <> session_user OR pg_has_role(session_user, 'contrast_admin', 'member') THEN
        RETURN NEW;
    END IF;
    IF NEW.priority > v_priority THEN
        RAISE EXCEPTION 'priority must not be above %, not %; ask an administrator for more', v_priority, NEW.priority
            USING ERRCODE = 'JQ004';
    END IF;
    IF TG_OP = 'INSERT' AND v_open > 0 AND (
        SELECT count(*) FROM (
            SELECT FROM contrast.job j WHERE j.owner = NEW.owner AND j.state IN ('waiting', 'ready')
             LIMIT v_open) o) >= v_open THEN
        RAISE EXCEPTION 'you have % jobs waiting, which is the limit; wait for some to end, or cancel them', v_open
            USING ERRCODE = 'JQ004';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION contrast.enqueue(
    kind text, params jsonb DEFAULT '{}', priority int DEFAULT 0, run_at timestamptz DEFAULT NULL,
    after bigint[] DEFAULT '{}', if_failed text DEFAULT 'cancel', idem_key text DEFAULT NULL,
    conc_key text DEFAULT NULL, need_tags text[] DEFAULT '{}', need_ram_mb int DEFAULT 0,
    need_vram_mb int DEFAULT 0, max_failures int DEFAULT 3, max_crashes int DEFAULT 3,
    stall_after interval DEFAULT NULL, max_runtime interval DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_id bigint;
    v_left int := 0;
    v_stall interval;
    v_parent record;
    v_after bigint[];
BEGIN
    SELECT coalesce(enqueue.stall_after, k.stall_after) INTO v_stall
      FROM contrast.kind k WHERE k.name = enqueue.kind;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown kind of job "%"; the kinds are %', enqueue.kind,
            (SELECT string_agg(k.name, ', ' ORDER BY k.name) FROM contrast.kind k)
            USING ERRCODE = 'JQ004';
    END IF;
    IF enqueue.params IS NULL OR jsonb_typeof(enqueue.params) <> 'object' THEN
        RAISE EXCEPTION 'params must be a JSON object, not %',
            coalesce(jsonb_typeof(enqueue.params), 'null') USING ERRCODE = 'JQ004';
    END IF;
    IF length(enqueue.params::text) > 65536 THEN
        RAISE EXCEPTION 'params are % characters long; the limit is 65536: give large inputs by path',
            length(enqueue.params::text) USING ERRCODE = 'JQ004';
    END IF;
    IF coalesce(enqueue.priority NOT BETWEEN -100 AND 100, true) THEN
        RAISE EXCEPTION 'priority must be between -100 and 100, not %', enqueue.priority
            USING ERRCODE = 'JQ004';
    END IF;
    IF coalesce(enqueue.if_failed NOT IN ('cancel', 'run'), true) THEN
        RAISE EXCEPTION 'if_failed must be cancel or run, not "%"', enqueue.if_failed
            USING ERRCODE = 'JQ004';
    END IF;
    IF coalesce(least(enqueue.need_ram_mb, enqueue.need_vram_mb) < 0, false)
        OR coalesce(least(enqueue.max_failures, enqueue.max_crashes) < 1, false)
        OR greatest(enqueue.max_failures, enqueue.max_crashes) > 10000 THEN
        RAISE EXCEPTION 'need_ram_mb and need_vram_mb must not be negative, max_failures and max_crashes must be between 1 and 10000'
            USING ERRCODE = 'JQ004';
    END IF;
    IF enqueue.stall_after <= interval '0' OR enqueue.max_runtime <= interval '0' THEN
        RAISE EXCEPTION 'stall_after and max_runtime must be longer than nothing'
            USING ERRCODE = 'JQ004';
    END IF;
    IF length(enqueue.idem_key) NOT BETWEEN 1 AND 200 OR length(enqueue.conc_key) NOT BETWEEN 1 AND 200 THEN
        RAISE EXCEPTION 'idem_key and conc_key must have 1 to 200 characters' USING ERRCODE = 'JQ004';
    END IF;

    v_id := contrast.known(enqueue.idem_key, enqueue.kind, enqueue.params);
    IF v_id IS NOT NULL THEN RETURN v_id; END IF;

    IF array_position(enqueue.after, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'after contains a null; name the jobs to wait for' USING ERRCODE = 'JQ004';
    END IF;
    v_after := ARRAY(SELECT DISTINCT unnest(
        enqueue.after || contrast.sources(enqueue.kind, enqueue.params)));
    IF cardinality(v_after) > 0 THEN
        -- The parents are locked first, in the order of ids: none can finish between look and link.
        PERFORM FROM contrast.job j WHERE j.id = ANY (v_after) ORDER BY j.id FOR SHARE;
        FOR v_parent IN
            SELECT n.id AS wanted, j.id, j.state, j.finished_at
              FROM unnest(v_after) n(id)
              LEFT JOIN contrast.job j ON j.id = n.id AND contrast.may(j.owner) ORDER BY n.id
        LOOP
            IF v_parent.id IS NULL THEN
                RAISE EXCEPTION 'needed job % is no job of yours', v_parent.wanted USING ERRCODE = 'JQ004';
            ELSIF v_parent.state IN ('failed', 'cancelled') AND enqueue.if_failed = 'cancel' THEN
                RAISE EXCEPTION 'needed job % %; retry it first',
                    v_parent.wanted,
                    CASE v_parent.state WHEN 'failed' THEN 'failed' ELSE 'was cancelled' END
                    USING ERRCODE = 'JQ004';
            ELSIF v_parent.finished_at IS NULL THEN
                v_left := v_left + 1;
            END IF;
        END LOOP;
    END IF;

    INSERT INTO contrast.job (kind, owner, state, priority, fair, run_at, deps_left, need_tags,
        need_ram_mb, need_vram_mb, conc_key, idem_key, max_failures, max_crashes, stall_after, max_runtime)
    VALUES (enqueue.kind, session_user,
        CASE WHEN v_left = 0 AND coalesce(enqueue.run_at, '-infinity') <= clock_timestamp()
             THEN 'ready' ELSE 'waiting' END::contrast.state,
        enqueue.priority, contrast.fair_key(enqueue.kind, enqueue.priority),
        coalesce(enqueue.run_at, clock_timestamp()), v_left, coalesce(enqueue.need_tags, '{}'),
        coalesce(enqueue.need_ram_mb, 0), coalesce(enqueue.need_vram_mb, 0), enqueue.conc_key,
        enqueue.idem_key, coalesce(enqueue.max_failures, 3), coalesce(enqueue.max_crashes, 3), v_stall,
        enqueue.max_runtime)
    ON CONFLICT (owner, idem_key) WHERE idem_key IS NOT NULL DO NOTHING
    RETURNING id INTO v_id;
    IF v_id IS NULL THEN                        -- a twin in another session was first
        RETURN contrast.known(enqueue.idem_key, enqueue.kind, enqueue.params);
    END IF;
    INSERT INTO contrast.job_spec VALUES (v_id, enqueue.params, floor(random() * 4294967296)::bigint);
    IF v_left > 0 THEN
        INSERT INTO contrast.dep (job_id, needs, if_failed)
        SELECT v_id, p.id, enqueue.if_failed FROM contrast.job p
         WHERE p.id = ANY (v_after) AND p.finished_at IS NULL;
    END IF;
    PERFORM contrast.record(v_id, NULL, 'enqueued');
    PERFORM contrast.wake(enqueue.kind) WHERE v_left = 0;
    RETURN v_id;
END $$;
CREATE OR REPLACE FUNCTION contrast.enqueue_for(owner name, kind text, params jsonb, priority int, idem_key text)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_id bigint;
    v_left int;
    v_after bigint[] := contrast.sources(enqueue_for.kind, enqueue_for.params);
BEGIN
    PERFORM FROM contrast.job p WHERE p.id = ANY (v_after) ORDER BY p.id FOR SHARE;
    IF (SELECT count(*) FROM contrast.job p WHERE p.id = ANY (v_after) AND p.owner = enqueue_for.owner
           AND p.state NOT IN ('failed', 'cancelled')) < cardinality(v_after) THEN
        RAISE EXCEPTION 'a job that the payload names is gone, or did not succeed' USING ERRCODE = 'JQ004';
    END IF;
    v_left := (SELECT count(*) FROM contrast.job p WHERE p.id = ANY (v_after) AND p.finished_at IS NULL);
    INSERT INTO contrast.job (kind, owner, state, priority, fair, run_at, deps_left, idem_key, stall_after)
    SELECT enqueue_for.kind, enqueue_for.owner,
        CASE WHEN v_left = 0 THEN 'ready' ELSE 'waiting' END::contrast.state, enqueue_for.priority,
        greatest(
            coalesce((SELECT max(b.fair) + 1 FROM contrast.job b
                       WHERE b.owner = enqueue_for.owner AND b.state IN ('waiting', 'ready')), 0),
            coalesce((SELECT min(r.fair) FROM contrast.job r
                       WHERE r.state = 'ready' AND r.kind = enqueue_for.kind
                         AND r.priority = enqueue_for.priority), 0)),
        clock_timestamp(), v_left, enqueue_for.idem_key,
        (SELECT k.stall_after FROM contrast.kind k WHERE k.name = enqueue_for.kind)
    RETURNING id INTO v_id;
    INSERT INTO contrast.job_spec VALUES (v_id, enqueue_for.params, floor(random() * 4294967296)::bigint);
    INSERT INTO contrast.dep (job_id, needs)
    SELECT v_id, p.id FROM contrast.job p WHERE p.id = ANY (v_after) AND p.finished_at IS NULL;
    PERFORM contrast.record(v_id, NULL, 'enqueued', jsonb_build_object('by', enqueue_for.idem_key));
    PERFORM contrast.wake(enqueue_for.kind) WHERE v_left = 0;
    RETURN v_id;
END $$;
CREATE OR REPLACE FUNCTION contrast.cancel(job bigint, why text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE j contrast.job := contrast.locked(cancel.job);
BEGIN
    IF j.finished_at IS NOT NULL THEN RETURN j.state::text; END IF;
    IF j.state = 'running' THEN
        UPDATE contrast.job k SET cancel_at = coalesce(k.cancel_at, clock_timestamp()),
            reason = coalesce(cancel.why, 'cancelled by ' || session_user) WHERE k.id = j.id;
        PERFORM contrast.record(j.id, j.token, 'cancel_requested');
        PERFORM pg_notify('contrast_ctl', j.id::text);
        RETURN 'cancelling';
    END IF;
    UPDATE contrast.job k SET state = 'cancelled', finished_at = clock_timestamp(),
        reason = coalesce(cancel.why, 'cancelled by ' || session_user) WHERE k.id = j.id;
    PERFORM contrast.record(j.id, NULL, 'cancelled');
    PERFORM contrast.announce(j.id, 'cancelled');
    PERFORM contrast.settle(j.id, false);
    RETURN 'cancelled';
END $$;
CREATE OR REPLACE FUNCTION contrast.hold(job bigint, "on" boolean DEFAULT true) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE j contrast.job := contrast.locked(hold.job);
BEGIN
    IF j.finished_at IS NOT NULL THEN RETURN j.state::text; END IF;
    UPDATE contrast.job k SET hold = hold."on",
        yield_at = CASE WHEN hold."on" AND k.state = 'running' THEN clock_timestamp() END,
        state = CASE WHEN k.state = 'running' THEN k.state WHEN hold."on" THEN 'held'
                     WHEN k.state <> 'held' THEN k.state
                     WHEN k.deps_left = 0 AND k.run_at <= clock_timestamp() THEN 'ready'
                     ELSE 'waiting' END::contrast.state
     WHERE k.id = j.id;
    PERFORM contrast.record(j.id, NULLIF(j.token, 0), CASE WHEN hold."on" THEN 'hold' ELSE 'release' END);
    PERFORM pg_notify('contrast_ctl', j.id::text) WHERE j.state = 'running';
    PERFORM contrast.wake(j.kind) WHERE NOT hold."on";
    RETURN CASE WHEN NOT hold."on" THEN 'released' WHEN j.state = 'running' THEN 'holding' ELSE 'held' END;
END $$;
CREATE OR REPLACE FUNCTION contrast.retry(job bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    j contrast.job;
    v_parent bigint;
BEGIN
    PERFORM FROM contrast.job p JOIN contrast.dep d ON d.needs = p.id
     WHERE d.job_id = retry.job ORDER BY p.id FOR SHARE OF p;     -- parents first, as everywhere
    j := contrast.locked(retry.job);
    IF j.state NOT IN ('failed', 'cancelled') THEN RETURN 'unchanged: ' || j.state; END IF;
    v_parent := contrast.dead_parent(j.id);
    IF v_parent IS NOT NULL THEN
        RAISE EXCEPTION 'job % needs job %, which did not succeed; retry that one', j.id, v_parent
            USING ERRCODE = 'JQ004';
    END IF;
    PERFORM contrast.revive(j.id);
    RETURN 'queued';
END $$;
CREATE OR REPLACE FUNCTION contrast.requeue_from(job bigint, step bigint DEFAULT 0) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    j contrast.job;
    v_from bigint;
    v_parent bigint;
BEGIN
    PERFORM FROM contrast.job p JOIN contrast.dep d ON d.needs = p.id
     WHERE d.job_id = requeue_from.job ORDER BY p.id FOR SHARE OF p;     -- parents first, as everywhere
    j := contrast.locked(requeue_from.job);
    IF j.state = 'running' THEN
        RAISE EXCEPTION 'job % is running; hold it first, and release it afterwards', j.id USING ERRCODE = 'JQ004';
    ELSIF j.state = 'succeeded' THEN
        RAISE EXCEPTION 'job % succeeded, and its checkpoints are gone; enqueue its payload anew', j.id
            USING ERRCODE = 'JQ004';
    END IF;
    SELECT max(c.step) INTO v_from FROM contrast.checkpoint c
     WHERE c.job_id = j.id AND c.bad IS NULL AND c.step <= requeue_from.step;
    IF coalesce(requeue_from.step < 0, true) OR (requeue_from.step > 0 AND v_from IS NULL) THEN
        RAISE EXCEPTION 'job % has no checkpoint at or before step %; it has %', j.id, requeue_from.step,
            coalesce((SELECT 'some at ' || string_agg(c.step::text, ', ' ORDER BY c.step)
                        FROM contrast.checkpoint c WHERE c.job_id = j.id AND c.bad IS NULL), 'none')
            USING ERRCODE = 'JQ004';
    END IF;
    UPDATE contrast.checkpoint c SET bad = 'set aside: the job was queued again from step ' || coalesce(v_from, 0)
     WHERE c.job_id = j.id AND c.bad IS NULL AND c.step > coalesce(v_from, -1);
    IF j.state IN ('failed', 'cancelled') THEN
        v_parent := contrast.dead_parent(j.id);
        IF v_parent IS NOT NULL THEN
            RAISE EXCEPTION 'job % needs job %, which did not succeed; retry that one', j.id, v_parent
                USING ERRCODE = 'JQ004';
        END IF;
        PERFORM contrast.revive(j.id);
    END IF;
    PERFORM contrast.record(j.id, NULL, 'requeued', jsonb_build_object('step', coalesce(v_from, 0)));
    RETURN 'queued from step ' || coalesce(v_from, 0);
END $$;
CREATE OR REPLACE FUNCTION contrast.pause(kind text DEFAULT '*', why text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF pause.kind <> '*' AND NOT EXISTS (SELECT FROM contrast.kind k WHERE k.name = pause.kind) THEN
        RAISE EXCEPTION 'unknown kind of job "%"', pause.kind USING ERRCODE = 'JQ004';
    END IF;
    INSERT INTO contrast.pause (kind, why) VALUES (pause.kind, pause.why) ON CONFLICT (kind) DO NOTHING;
    INSERT INTO contrast.event (what, detail) VALUES ('paused', jsonb_build_object('kind', pause.kind));
END $$;
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
        -- Looked at anew: it may also need a job that was cancelled a moment ago, and have been cancelled with it.
        CONTINUE WHEN NOT EXISTS (SELECT FROM contrast.job k
                                   WHERE k.id = c.id AND k.state IN ('waiting', 'held'));
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
CREATE OR REPLACE FUNCTION contrast.revive(job bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    j contrast.job;
    v_left int;
    v_child bigint;
    v_dead bigint;
BEGIN
    SELECT * INTO j FROM contrast.job k WHERE k.id = revive.job FOR NO KEY UPDATE;
    -- Edges whose parent has ended well meanwhile are paid now: nothing will settle them later.
    UPDATE contrast.dep d SET settled = true FROM contrast.job p
     WHERE d.job_id = j.id AND p.id = d.needs AND NOT d.settled AND p.finished_at IS NOT NULL
       AND (p.state = 'succeeded' OR d.if_failed = 'run');
    SELECT count(*) INTO v_left FROM contrast.dep d WHERE d.job_id = j.id AND NOT d.settled;
    -- Counters start again; token and history stay, so that an attempt's identity only rises.
    UPDATE contrast.job k SET
        state = CASE WHEN k.hold THEN 'held' WHEN v_left > 0 THEN 'waiting' ELSE 'ready' END::contrast.state,
        deps_left = v_left, finished_at = NULL, reason = NULL, failures = 0, crashes = 0, cancel_at = NULL,
        yield_at = NULL, stalled = false, cancelled_by = NULL, run_at = clock_timestamp()
     WHERE k.id = j.id;
    PERFORM contrast.record(j.id, NULL, 'retried');
    PERFORM contrast.wake(j.kind);
    FOR v_child IN
        SELECT k.id FROM contrast.job k WHERE k.cancelled_by = j.id AND k.state = 'cancelled' ORDER BY k.id
    LOOP
        v_dead := contrast.dead_parent(v_child);
        IF v_dead IS NULL THEN
            PERFORM contrast.revive(v_child);
        ELSE                                    -- it would wait for ever; that one's retry revives it
            UPDATE contrast.job k SET cancelled_by = v_dead WHERE k.id = v_child;
        END IF;
    END LOOP;
END $$;
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
    IF NOT EXISTS (SELECT FROM contrast.latch t WHERE t.name = 'tick' FOR NO KEY UPDATE SKIP LOCKED) THEN
        RETURN QUERY SELECT 0, 0, 0;
        RETURN;
    END IF;
    PERFORM contrast.guard_fence();
    WITH due AS MATERIALIZED (
        SELECT j.id FROM contrast.job j
         WHERE j.state = 'waiting' AND j.deps_left = 0 AND j.run_at <= v_now
         ORDER BY j.run_at LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED),
    up AS (UPDATE contrast.job j SET state = 'ready' FROM due WHERE j.id = due.id RETURNING j.kind)
    SELECT count(*), array_agg(DISTINCT up.kind) INTO v_promoted, v_kinds FROM up;
    PERFORM contrast.wake(u.k) FROM unnest(v_kinds) u(k);

    -- After a restart or a fail-over every lease looks dead: let the owners come back first.
    IF v_now > greatest(pg_postmaster_start_time(), (SELECT i.since FROM contrast.incarnation i))
        + contrast.seconds('restart_grace_s') THEN
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

    -- A job that stands still is marked whatever else is wanted of it, so that its worker can tell a job that
    -- is on its way to a stop from one that will never hear.
    WITH late AS MATERIALIZED (
        SELECT j.id, NOT j.stalled AND l.step_at < v_now - j.stall_after AS stalls,
            j.yield_at IS NULL AND j.cancel_at IS NULL
                AND a.started_at < v_now - j.max_runtime AS overtime
          FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id
          JOIN contrast.attempt a ON a.job_id = l.job_id AND a.token = l.token
         WHERE j.state = 'running'
           AND (NOT j.stalled AND l.step_at < v_now - j.stall_after
                OR j.yield_at IS NULL AND j.cancel_at IS NULL
                    AND a.started_at < v_now - j.max_runtime)
           FOR NO KEY UPDATE OF j SKIP LOCKED)
    UPDATE contrast.job j SET
        cancel_at = CASE WHEN late.overtime THEN v_now ELSE j.cancel_at END,
        yield_at = CASE WHEN late.stalls AND j.yield_at IS NULL AND j.cancel_at IS NULL
                            AND late.overtime IS NOT true
                        THEN v_now ELSE j.yield_at END,
        stalled = j.stalled OR coalesce(late.stalls, false),
        reason = CASE WHEN late.overtime THEN 'ran longer than max_runtime, ' || j.max_runtime
                      WHEN j.cancel_at IS NOT NULL THEN j.reason
                      ELSE 'stalled: no new step for ' || j.stall_after END
      FROM late WHERE j.id = late.id;
    GET DIAGNOSTICS v_stalled = ROW_COUNT;
    PERFORM pg_notify('contrast_ctl', '') WHERE v_stalled > 0;
    PERFORM contrast.do_chores(v_now);
    RETURN QUERY SELECT v_promoted, v_rescued, v_stalled;
END $$;
CREATE OR REPLACE FUNCTION contrast.do_chores(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM contrast.count_budgets(do_chores.now);
    PERFORM contrast.fold_usage(do_chores.now);
    PERFORM contrast.run_schedules(do_chores.now);
    PERFORM contrast.preempt(do_chores.now);
    PERFORM contrast.apply_retention(do_chores.now);
    PERFORM contrast.keep_partitions(do_chores.now);
END $$;
CREATE OR REPLACE FUNCTION contrast.run_schedules(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    s contrast.schedule;
    v_job bigint;
    v_error text;
BEGIN
    FOR s IN
        SELECT * FROM contrast.schedule c WHERE c.next_at <= run_schedules.now
         ORDER BY c.next_at LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        v_job := NULL;
        v_error := NULL;
        IF EXISTS (SELECT FROM contrast.job j WHERE j.id = s.last_job AND j.finished_at IS NULL) THEN
            UPDATE contrast.schedule c SET skipped = c.skipped + 1 WHERE c.owner = s.owner AND c.name = s.name;
        ELSE
            BEGIN
                v_job := contrast.enqueue_for(s.owner, s.kind, s.params, s.priority,
                    'schedule ' || s.name || ' ' || to_char(s.next_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'));
            EXCEPTION WHEN OTHERS THEN
                v_error := SQLERRM;             -- one schedule's trouble is not the queue's
            END;
        END IF;
        UPDATE contrast.schedule c SET next_at = contrast.next_time(c.spec, run_schedules.now),
            last_job = coalesce(v_job, c.last_job), last_error = v_error
         WHERE c.owner = s.owner AND c.name = s.name;
    END LOOP;
END $$;
CREATE OR REPLACE FUNCTION contrast.apply_retention(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE r contrast.retention;
BEGIN
    SELECT * INTO r FROM contrast.retention k
     WHERE k.applied_at < apply_retention.now - interval '1 min' ORDER BY k.applied_at, k.kind LIMIT 1
       FOR UPDATE SKIP LOCKED;
    IF r.kind IS NULL THEN RETURN; END IF;
    UPDATE contrast.retention k SET applied_at = apply_retention.now WHERE k.kind = r.kind;
    PERFORM contrast.forget(
        CASE WHEN r.kind = '*'
             THEN ARRAY(SELECT k.name FROM contrast.kind k
                         WHERE NOT EXISTS (SELECT FROM contrast.retention o WHERE o.kind = k.name))
             ELSE ARRAY[r.kind] END,
        apply_retention.now - r.keep, 200, r.files);
END $$;
CREATE OR REPLACE FUNCTION contrast.count_budgets(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_asked int;
BEGIN
    IF NOT EXISTS (SELECT FROM contrast.budget) AND NOT EXISTS (SELECT FROM contrast.spent) THEN RETURN; END IF;
    WITH found AS MATERIALIZED (
        SELECT DISTINCT ON (o.owner) o.owner, p.until,
            'waits for the budget of ' || o.owner || ': ' || round(p.seconds / 3600.0, 2)
                || ' worker-hours a ' || p.period || ' are used up; it opens at '
                || to_char(p.until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC' AS why
          FROM (SELECT u.owner FROM contrast.usage u
                 WHERE u.day >= (contrast.period_start('month', count_budgets.now) AT TIME ZONE 'UTC')::date - 7
                UNION SELECT j.owner FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id) o
         CROSS JOIN LATERAL (
            SELECT q.period, contrast.budget_of(o.owner, q.period) AS seconds,
                contrast.period_start(q.period, count_budgets.now) AS since,
                contrast.period_start(q.period,
                    contrast.period_start(q.period, count_budgets.now) + q.next) AS until
              FROM (VALUES ('day', interval '25 hours'), ('week', interval '8 days'), ('month', interval '32 days'))
                   q(period, next)
             WHERE EXISTS (SELECT FROM contrast.budget b WHERE b.period = q.period)) p
         WHERE contrast.used(o.owner, p.since, count_budgets.now) >= p.seconds
         ORDER BY o.owner, p.until DESC),
    gone AS (
        DELETE FROM contrast.spent s WHERE s.owner NOT IN (SELECT f.owner FROM found f))
    INSERT INTO contrast.spent AS s SELECT * FROM found
    ON CONFLICT (owner) DO UPDATE SET until = excluded.until, why = excluded.why
     WHERE s.until <> excluded.until OR s.why <> excluded.why;
    -- A training would use up another week's budget before it ends: it goes on from its checkpoint then.
    WITH over AS MATERIALIZED (
        SELECT j.id FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id
          JOIN contrast.kind k ON k.name = j.kind JOIN contrast.spent s ON s.owner = j.owner
         WHERE k.preemptible AND j.state = 'running' AND j.yield_at IS NULL AND j.cancel_at IS NULL
           AND s.until > count_budgets.now FOR NO KEY UPDATE OF j SKIP LOCKED)
    UPDATE contrast.job j SET yield_at = count_budgets.now, reason = 'the budget of its owner is used up'
      FROM over WHERE j.id = over.id;
    GET DIAGNOSTICS v_asked = ROW_COUNT;
    PERFORM pg_notify('contrast_ctl', '') WHERE v_asked > 0;
END $$;
CREATE OR REPLACE FUNCTION contrast.direct_worker(worker uuid, desired text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF coalesce(direct_worker.desired NOT IN ('run', 'drain', 'stop'), true) THEN
        RAISE EXCEPTION 'desired must be run, drain or stop, not "%"', direct_worker.desired
            USING ERRCODE = 'JQ004';
    END IF;
    UPDATE contrast.worker w SET desired = direct_worker.desired
     WHERE w.id = direct_worker.worker AND w.gone_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no live worker has the id %', direct_worker.worker USING ERRCODE = 'JQ003';
    END IF;
    INSERT INTO contrast.event (what, detail) VALUES ('worker_directed',
        jsonb_build_object('worker', direct_worker.worker, 'desired', direct_worker.desired));
    PERFORM pg_notify('contrast_ctl', direct_worker.worker::text);
END $$;
CREATE OR REPLACE FUNCTION contrast.set_budget(owner name, seconds bigint, period text DEFAULT 'week') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF coalesce(set_budget.period NOT IN ('day', 'week', 'month'), true) THEN
        RAISE EXCEPTION 'period must be day, week or month, not "%"', set_budget.period USING ERRCODE = 'JQ004';
    END IF;
    IF set_budget.seconds <= 0 THEN
        RAISE EXCEPTION 'a budget must be longer than nothing; contrast.set_slots keeps jobs from running at all'
            USING ERRCODE = 'JQ004';
    END IF;
    IF set_budget.owner IS NULL OR set_budget.seconds IS NOT NULL AND set_budget.owner <> '*'
        AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = set_budget.owner) THEN
        RAISE EXCEPTION 'there is no role "%"', set_budget.owner USING ERRCODE = 'JQ004';
    END IF;
    PERFORM FROM contrast.latch t WHERE t.name = 'tick' FOR NO KEY UPDATE;
    DELETE FROM contrast.budget b WHERE b.owner = set_budget.owner AND b.period = set_budget.period;
    INSERT INTO contrast.budget (owner, period, seconds)
    SELECT set_budget.owner, set_budget.period, set_budget.seconds WHERE set_budget.seconds IS NOT NULL;
    INSERT INTO contrast.event (what, detail) VALUES ('budget_set', jsonb_build_object(
        'owner', set_budget.owner, 'seconds', set_budget.seconds, 'period', set_budget.period));
    PERFORM contrast.count_budgets(clock_timestamp());
    PERFORM contrast.wake(k.name) FROM contrast.kind k;
END $$;
CREATE OR REPLACE FUNCTION contrast.usage_report()
RETURNS TABLE (owner name, today float8, today_budget bigint, week float8, week_budget bigint, month float8,
    month_budget bigint, running bigint, open_jobs bigint, max_open_jobs int, waits text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := clock_timestamp();
    v_open int := (SELECT nullif((s.value #>> '{}')::int, 0) FROM contrast.setting s WHERE s.key = 'max_open_jobs');
BEGIN
    RETURN QUERY
    SELECT o.owner,
        contrast.used(o.owner, contrast.period_start('day', v_now), v_now), contrast.budget_of(o.owner, 'day'),
        contrast.used(o.owner, contrast.period_start('week', v_now), v_now), contrast.budget_of(o.owner, 'week'),
        contrast.used(o.owner, contrast.period_start('month', v_now), v_now), contrast.budget_of(o.owner, 'month'),
        (SELECT count(*) FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id WHERE j.owner = o.owner),
        (SELECT count(*) FROM contrast.job j WHERE j.owner = o.owner AND j.state IN ('waiting', 'ready')),
        CASE WHEN NOT EXISTS (SELECT FROM pg_roles r
                               WHERE r.rolname = o.owner AND pg_has_role(r.oid, 'contrast_admin', 'member'))
             THEN coalesce((SELECT nullif(q.open_jobs, 0) FROM contrast.quota q WHERE q.owner = o.owner),
                CASE WHEN NOT EXISTS (SELECT FROM contrast.quota q WHERE q.owner = o.owner) THEN v_open END) END,
        (SELECT s.why FROM contrast.spent s WHERE s.owner = o.owner AND s.until > v_now)
      FROM (SELECT u.owner FROM contrast.usage u
            UNION SELECT j.owner FROM contrast.job j WHERE j.finished_at IS NULL
            UNION SELECT b.owner FROM contrast.budget b WHERE b.owner <> '*'
            UNION SELECT q.owner FROM contrast.quota q) o
     WHERE contrast.sees(o.owner) ORDER BY o.owner;
END $$;
CREATE OR REPLACE FUNCTION contrast.add_partition(parent text, since timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    v_name text := add_partition.parent || to_char(add_partition.since AT TIME ZONE 'UTC', '_YYYY_MM');
    v_until timestamptz := contrast.period_start('month', add_partition.since + interval '32 days');
    v_key text := (SELECT p.key FROM contrast.partitioning p WHERE p.parent = add_partition.parent);
BEGIN
    IF EXISTS (SELECT FROM contrast.partition p WHERE p.name = v_name) THEN RETURN; END IF;
    -- Attached rather than made in place, which would keep everybody from the whole table meanwhile.
    EXECUTE format('CREATE TABLE contrast.%I (LIKE contrast.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', v_name, add_partition.parent);
    EXECUTE format('COMMENT ON TABLE contrast.%I IS %L', v_name, 'Rows of contrast.' || add_partition.parent
        || ' of a month, by ' || v_key || '.');
    EXECUTE format('ALTER TABLE contrast.%I ENABLE ROW LEVEL SECURITY', v_name);
    -- Rows that came while nobody kept house.
    EXECUTE format('LOCK TABLE contrast.%I IN ACCESS EXCLUSIVE MODE', add_partition.parent || '_rest');
    EXECUTE format('WITH late AS (DELETE FROM contrast.%I WHERE %I >= %L AND %I < %L RETURNING *) '
        'INSERT INTO contrast.%I OVERRIDING SYSTEM VALUE SELECT * FROM late',
        add_partition.parent || '_rest', v_key, add_partition.since, v_key, v_until, v_name);
    EXECUTE format('ALTER TABLE contrast.%I ATTACH PARTITION contrast.%I FOR VALUES FROM (%L) TO (%L)',
        add_partition.parent, v_name, add_partition.since, v_until);
    INSERT INTO contrast.partition VALUES (v_name, add_partition.parent, add_partition.since, v_until);
END $$;
CREATE OR REPLACE FUNCTION contrast.add_schedule(name text, spec text, kind text, params jsonb DEFAULT '{}',
    priority int DEFAULT 0)
RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_next timestamptz := contrast.next_time(add_schedule.spec, clock_timestamp());
BEGIN
    IF coalesce(length(add_schedule.name) NOT BETWEEN 1 AND 100, true) THEN
        RAISE EXCEPTION 'a schedule needs a name of 1 to 100 characters' USING ERRCODE = 'JQ004';
    END IF;
    BEGIN                                       -- what cannot be enqueued now is refused now
        PERFORM contrast.enqueue(add_schedule.kind, add_schedule.params, priority => add_schedule.priority);
        RAISE EXCEPTION 'only tried' USING ERRCODE = 'JQ999';
    EXCEPTION WHEN SQLSTATE 'JQ999' THEN NULL;
    END;
    INSERT INTO contrast.schedule (name, spec, kind, params, priority, next_at)
    VALUES (add_schedule.name, add_schedule.spec, add_schedule.kind, add_schedule.params,
        add_schedule.priority, v_next)
    ON CONFLICT (owner, name) DO UPDATE SET spec = excluded.spec, kind = excluded.kind,
        params = excluded.params, priority = excluded.priority, next_at = excluded.next_at, last_error = NULL;
    INSERT INTO contrast.event (what, detail) VALUES ('schedule_added',
        jsonb_build_object('name', add_schedule.name, 'spec', add_schedule.spec, 'kind', add_schedule.kind));
    RETURN v_next;
END $$;
CREATE OR REPLACE FUNCTION contrast.set_retention(kind text, keep interval, files boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF set_retention.kind NOT IN ('*', 'audit', 'telemetry') AND NOT EXISTS (SELECT FROM contrast.kind k WHERE k.name = set_retention.kind) THEN
        RAISE EXCEPTION 'unknown kind of job "%"', set_retention.kind USING ERRCODE = 'JQ004';
    END IF;
    IF set_retention.keep <= interval '0' THEN
        RAISE EXCEPTION 'keep must be longer than nothing' USING ERRCODE = 'JQ004';
    END IF;
    DELETE FROM contrast.retention r WHERE r.kind = set_retention.kind;
    INSERT INTO contrast.retention (kind, keep, files)
    SELECT set_retention.kind, set_retention.keep, coalesce(set_retention.files, true)
     WHERE set_retention.keep IS NOT NULL;
    INSERT INTO contrast.event (what, detail) VALUES ('retention_set', jsonb_build_object(
        'kind', set_retention.kind, 'keep', set_retention.keep::text, 'files', set_retention.files));
END $$;
CREATE OR REPLACE FUNCTION contrast.prune(older_than interval, max int DEFAULT 1000, files boolean DEFAULT false)
RETURNS SETOF bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_before timestamptz := clock_timestamp() - prune.older_than;
BEGIN
    IF coalesce(prune.older_than <= interval '0', true) OR coalesce(prune.max < 1, true) THEN
        RAISE EXCEPTION 'older_than must be longer than nothing, and max at least 1'
            USING ERRCODE = 'JQ004';
    END IF;
    RETURN QUERY SELECT unnest(contrast.forget(NULL, v_before, prune.max, coalesce(prune.files, false)));
    DELETE FROM contrast.worker w
     WHERE w.gone_at < v_before AND NOT EXISTS (SELECT FROM contrast.lease l WHERE l.worker_id = w.id);
END $$;
CREATE OR REPLACE FUNCTION contrast.waits_for(kind text, owner name) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_why text := (SELECT p.why FROM contrast.spent p
                    WHERE p.owner = waits_for.owner AND p.until > statement_timestamp());
BEGIN
    IF v_why IS NOT NULL THEN RETURN v_why; END IF;
    IF contrast.shut(waits_for.kind, waits_for.owner) THEN
        RETURN 'no slots: an administrator lets no such job run';
    END IF;
    RETURN CASE contrast.limit_on(waits_for.kind, waits_for.owner)
        WHEN 'owner' THEN 'waits for a slot: all ' || waits_for.kind || ' slots of ' || waits_for.owner || ' are used'
        WHEN 'kind' THEN 'waits for a slot: all ' || waits_for.kind || ' slots are used' END;
END $$;
ALTER FUNCTION contrast.enqueue SET plan_cache_mode = force_generic_plan;
COMMENT ON FUNCTION contrast.tick IS
'Promotes jobs that are due, takes jobs back from lost workers, and finds jobs that stalled or ran too long.';
REVOKE ALL ON FUNCTION contrast.tick, contrast.fair_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contrast.tick TO contrast_worker, contrast_admin;
DROP FUNCTION contrast.keep_house, contrast.forget_gone, contrast.finish_late, contrast.leave, contrast.settle_rest,
    contrast.revive_children, contrast.revive_one, contrast.spread, contrast.lock_child, contrast.check_room, contrast.has_room,
    contrast.open_limit, contrast.turn, contrast.tell, contrast.is_admin, contrast.check_text, contrast.is_span, contrast.check_setting;
DROP TABLE contrast.late_end, contrast.unsettled;
ALTER TABLE contrast.lease DROP COLUMN ending;
DROP INDEX contrast.job_held, contrast.pruned_at, contrast.job_cancelled_by;
CREATE INDEX job_cancelled_by ON contrast.job (cancelled_by) WHERE cancelled_by IS NOT NULL;
ALTER VIEW contrast.slots RESET (security_barrier);
ALTER VIEW contrast.owner_usage RESET (security_barrier);
DO $$
DECLARE v_name text;
BEGIN
    FOR v_name IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                   WHERE i.inhparent = 'contrast.audit'::regclass
    LOOP
        EXECUTE format('DROP TRIGGER refuse_truncate ON contrast.%I', v_name);
    END LOOP;
END $$;
DELETE FROM contrast.migration WHERE version = 29;
RESET ROLE;
