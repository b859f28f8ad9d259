-- What people call: enqueue, cancel, retry, hold, release, reprioritize, and the admin's switches.
SET ROLE contrast_owner;

-- session_user, because a SECURITY DEFINER function does not change it.
-- Bodies that are bound here and now: row-level security runs these two under whatever search_path the
-- session has set, where an operator of its own could stand in for =.
CREATE FUNCTION contrast.may(owner name) RETURNS boolean LANGUAGE sql STABLE
RETURN owner = session_user OR pg_has_role(session_user, 'contrast_admin', 'member');
COMMENT ON FUNCTION contrast.may IS 'Whether the session may act on the jobs of this owner.';

CREATE FUNCTION contrast.sees(owner name) RETURNS boolean LANGUAGE sql STABLE
RETURN owner = session_user OR pg_has_role(session_user, 'contrast_read', 'member');
COMMENT ON FUNCTION contrast.sees IS 'Whether the session may look at the jobs of this owner.';

-- The small functions below are PL/pgSQL because that keeps their plans: SQL functions called from it are
-- planned at every call, which doubled the cost of enqueueing.

-- NOTIFY takes a global lock at commit, so it is sent only when somebody idle would hear it.
CREATE FUNCTION contrast.wake(kind text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM contrast.worker w
                WHERE w.idle AND w.gone_at IS NULL AND wake.kind = ANY (w.kinds)) THEN
        PERFORM pg_notify('contrast', wake.kind);
    END IF;
END $$;

CREATE FUNCTION contrast.record(job bigint, token bigint, what text, detail jsonb DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO contrast.event (job_id, token, what, detail)
    VALUES (record.job, record.token, record.what, record.detail);
END $$;

CREATE FUNCTION contrast.announce(job bigint, state contrast.state) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('contrast_events', json_build_object('job', job, 'state', state)::text);
END $$;

-- Start-time fair queueing at unit cost: behind the owner's own backlog, never ahead of the head. Both
-- looks are the end of an index, whose order they spell out.
CREATE FUNCTION contrast.fair_key(kind text, priority int) RETURNS bigint
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

CREATE FUNCTION contrast.sources(kind text, params jsonb) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN ARRAY(
        SELECT substr(p.value #>> '{}', 5)::bigint FROM jsonb_each(sources.params) p
         WHERE jsonb_typeof(p.value) = 'string' AND p.value #>> '{}' ~ '^job:[0-9]{1,18}$'
        UNION
        SELECT (e.value #>> '{}')::bigint FROM jsonb_array_elements(
            CASE WHEN sources.kind = 'evaluate' AND jsonb_typeof(sources.params -> 'jobs') = 'array'
                 THEN sources.params -> 'jobs' ELSE '[]' END) e
         WHERE e.value #>> '{}' ~ '^[0-9]{1,18}$');
END $$;
COMMENT ON FUNCTION contrast.sources IS
'The jobs whose results a payload names: fields "job:ID", and the jobs that an evaluation scores.';

CREATE FUNCTION contrast.enqueue(
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
COMMENT ON FUNCTION contrast.enqueue IS
'Puts a job in the queue and returns its id. params: the payload, at most 65536 characters. priority:
-100 to 100, higher first. run_at: not before. after: jobs that must succeed first; if_failed says what
happens if one does not: cancel (default) or run. idem_key: the same key with the same payload returns the
first job''s id, with another payload it is an error. conc_key: of your jobs with one key, one runs at a
time. A payload field "job:ID" adds that job to after. need_tags, need_ram_mb, need_vram_mb: only workers that have them take it. stall_after: give it back
when its step has not risen for so long (default: that of the kind). max_runtime: cancel an attempt that
runs longer.';

CREATE FUNCTION contrast.known(idem_key text, kind text, params jsonb) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v record;
BEGIN
    IF known.idem_key IS NULL THEN RETURN NULL; END IF;
    SELECT j.id, j.kind, s.params INTO v FROM contrast.job j JOIN contrast.job_spec s ON s.job_id = j.id
     WHERE j.owner = session_user AND j.idem_key = known.idem_key;
    IF v.id IS NOT NULL AND (v.kind <> known.kind OR v.params <> known.params) THEN
        RAISE EXCEPTION 'idem_key "%" belongs to job % with another payload; use another key',
            known.idem_key, v.id USING ERRCODE = 'JQ005';
    END IF;
    RETURN v.id;
END $$;
COMMENT ON FUNCTION contrast.known IS 'The job that already has this idempotency key, or null.';

-- A parent reached a terminal state; the caller holds its row lock.
CREATE FUNCTION contrast.settle(job bigint, ok boolean) RETURNS void
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

CREATE FUNCTION contrast.locked(job bigint) RETURNS contrast.job
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE j contrast.job;
BEGIN
    SELECT * INTO j FROM contrast.job k WHERE k.id = locked.job FOR NO KEY UPDATE;
    IF j.id IS NULL OR NOT contrast.may(j.owner) THEN
        RAISE EXCEPTION 'job % is no job of yours', coalesce(locked.job::text, 'null') USING ERRCODE = 'JQ003';
    END IF;
    RETURN j;
END $$;
COMMENT ON FUNCTION contrast.locked IS 'The job, locked, if the session may act on it.';

CREATE FUNCTION contrast.cancel(job bigint, why text DEFAULT NULL) RETURNS text
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
COMMENT ON FUNCTION contrast.cancel IS
'Cancels a job and what depends on it. A running job stops at its next step: the answer is then cancelling.
A finished job stays as it is: the answer is its state.';

CREATE FUNCTION contrast.dead_parent(job bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT p.id FROM contrast.dep d JOIN contrast.job p ON p.id = d.needs
             WHERE d.job_id = dead_parent.job AND NOT d.settled AND d.if_failed = 'cancel'
               AND p.state IN ('failed', 'cancelled') ORDER BY p.id LIMIT 1);
END $$;
COMMENT ON FUNCTION contrast.dead_parent IS 'A needed job that ended without success, or null.';

CREATE FUNCTION contrast.revive(job bigint) RETURNS void
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

CREATE FUNCTION contrast.retry(job bigint) RETURNS text
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
COMMENT ON FUNCTION contrast.retry IS
'Queues a failed or cancelled job again, with its checkpoints, and the jobs that were cancelled because of it.';

CREATE FUNCTION contrast.hold(job bigint, "on" boolean DEFAULT true) RETURNS text
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
COMMENT ON FUNCTION contrast.hold IS
'Keeps a job from running until it is released. A running job saves a checkpoint and is given back.';

CREATE FUNCTION contrast.release(job bigint) RETURNS text
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$ SELECT contrast.hold(job, false) $$;
COMMENT ON FUNCTION contrast.release IS 'Lets a held job run.';

CREATE FUNCTION contrast.reprioritize(job bigint, priority int) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE j contrast.job := contrast.locked(reprioritize.job);
BEGIN
    IF coalesce(reprioritize.priority NOT BETWEEN -100 AND 100, true) THEN
        RAISE EXCEPTION 'priority must be between -100 and 100, not %', reprioritize.priority
            USING ERRCODE = 'JQ004';
    END IF;
    IF j.finished_at IS NULL THEN
        UPDATE contrast.job k SET priority = reprioritize.priority WHERE k.id = j.id;
    END IF;
    RETURN j.state::text;
END $$;
COMMENT ON FUNCTION contrast.reprioritize IS 'Changes the priority of a job that has not finished.';

CREATE FUNCTION contrast.pause(kind text DEFAULT '*', why text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF pause.kind <> '*' AND NOT EXISTS (SELECT FROM contrast.kind k WHERE k.name = pause.kind) THEN
        RAISE EXCEPTION 'unknown kind of job "%"', pause.kind USING ERRCODE = 'JQ004';
    END IF;
    INSERT INTO contrast.pause (kind, why) VALUES (pause.kind, pause.why) ON CONFLICT (kind) DO NOTHING;
    INSERT INTO contrast.event (what, detail) VALUES ('paused', jsonb_build_object('kind', pause.kind));
END $$;
COMMENT ON FUNCTION contrast.pause IS
'Stops claiming jobs of a kind, or of every kind. Running jobs go on; the pause outlives a restart.';

CREATE FUNCTION contrast.resume(kind text DEFAULT '*') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    DELETE FROM contrast.pause p WHERE p.kind = resume.kind OR resume.kind = '*';
    INSERT INTO contrast.event (what, detail) VALUES ('resumed', jsonb_build_object('kind', resume.kind));
    PERFORM contrast.wake(k.name) FROM contrast.kind k WHERE resume.kind IN (k.name, '*');
END $$;
COMMENT ON FUNCTION contrast.resume IS 'Ends the pause of a kind; without a kind, every pause.';

CREATE FUNCTION contrast.direct_worker(worker uuid, desired text) RETURNS void
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
COMMENT ON FUNCTION contrast.direct_worker IS
'Tells a worker to run, to drain (finish what it has, claim nothing) or to stop (give back what it has).';

INSERT INTO contrast.migration (version, name) VALUES (2, 'submit');
RESET ROLE;
