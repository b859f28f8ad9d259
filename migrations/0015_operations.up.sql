-- What operators need: files that go with the rows of old jobs, rules that say when, a job that starts again from
-- an earlier checkpoint, urgent jobs that trainings make room for, and jobs that come by the clock.
SET ROLE contrast_owner;

INSERT INTO contrast.setting VALUES
    ('queue_id', to_jsonb(gen_random_uuid()),
     'name of this queue, which its output roots carry; never changed'),
    ('preempt_gap', '50',
     'a ready job makes a running training yield whose priority is at least so much lower; 0 = never');
ALTER TABLE contrast.kind ADD COLUMN preemptible boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN contrast.kind.preemptible IS 'Whether urgent jobs may make running ones save a checkpoint and yield.';
UPDATE contrast.kind k SET preemptible = true WHERE k.name IN ('train', 'pretrain');

-- ---- forgetting

CREATE TABLE contrast.pruned (                  -- jobs whose files are to go with their rows
    job_id bigint PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE contrast.retention (
    kind text PRIMARY KEY,                      -- a kind, or * for the kinds without a rule of their own
    keep interval NOT NULL CHECK (keep > interval '0'),
    files boolean NOT NULL,
    who name NOT NULL DEFAULT session_user,
    applied_at timestamptz NOT NULL DEFAULT '-infinity'
);

CREATE INDEX job_kind_done ON contrast.job (kind, finished_at) WHERE finished_at IS NOT NULL;

CREATE FUNCTION contrast.forget(kinds text[], before timestamptz, max int, files boolean) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_ids bigint[] := '{}';
    v_read bigint[] := '{}';
    v_kind text;
BEGIN
    IF forget.files THEN                        -- files that a job still reads must not go
        v_read := ARRAY(SELECT DISTINCT unnest(contrast.sources(c.kind, s.params))
                          FROM contrast.job c JOIN contrast.job_spec s ON s.job_id = c.id
                         WHERE c.finished_at IS NULL
                           AND (c.kind = 'evaluate' OR s.params::text LIKE '%"job:%'));
    END IF;
    -- Kind by kind, each from its oldest: what is kept longer is not looked at.
    FOR v_kind IN
        SELECT k.name FROM contrast.kind k
         WHERE forget.kinds IS NULL OR k.name = ANY (forget.kinds) ORDER BY k.name
    LOOP
        v_ids := v_ids || ARRAY(
            SELECT j.id FROM contrast.job j
             WHERE j.kind = v_kind AND j.finished_at < forget.before AND j.id <> ALL (v_read)
               -- A job that was cancelled because of this one could not tell later what it waited for.
               AND NOT EXISTS (
                    SELECT FROM contrast.dep d JOIN contrast.job c ON c.id = d.job_id
                     WHERE d.needs = j.id AND NOT d.settled
                       AND (c.finished_at IS NULL OR c.finished_at >= forget.before))
             ORDER BY j.kind, j.finished_at LIMIT forget.max - cardinality(v_ids) FOR UPDATE OF j SKIP LOCKED);
    END LOOP;
    IF cardinality(v_ids) = 0 THEN RETURN v_ids; END IF;
    IF forget.files THEN
        INSERT INTO contrast.pruned (job_id) SELECT unnest(v_ids) ON CONFLICT DO NOTHING;
    END IF;
    DELETE FROM contrast.dep d WHERE d.needs = ANY (v_ids);
    DELETE FROM contrast.job j WHERE j.id = ANY (v_ids);
    INSERT INTO contrast.event (what, detail) VALUES ('pruned', jsonb_build_object(
        'jobs', cardinality(v_ids), 'before', forget.before, 'files', forget.files));
    RETURN v_ids;
END $$;

DROP FUNCTION contrast.prune;
CREATE FUNCTION contrast.prune(older_than interval, max int DEFAULT 1000, files boolean DEFAULT false)
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
COMMENT ON FUNCTION contrast.prune IS
'Forgets up to max jobs that ended longer ago, with their logs, curves and rows of outputs, and returns their ids. files:
the workers remove their files too, within the hour; otherwise they stay on disk. Call it until it returns nothing.';

CREATE FUNCTION contrast.set_retention(kind text, keep interval, files boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF set_retention.kind <> '*' AND NOT EXISTS (SELECT FROM contrast.kind k WHERE k.name = set_retention.kind) THEN
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
COMMENT ON FUNCTION contrast.set_retention IS
'From now on ended jobs of a kind (* for the kinds without a rule of their own) are forgotten by themselves when they
ended longer ago than keep, with their files unless files is false. keep null: they are kept for ever, as by default.';

CREATE FUNCTION contrast.apply_retention(now timestamptz) RETURNS void
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

-- What a worker may take away of the folders of jobs that it finds below its roots.
CREATE FUNCTION contrast.leftovers(jobs bigint[]) RETURNS TABLE (job bigint, keep bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT p.job_id, NULL::bigint FROM contrast.pruned p WHERE p.job_id = ANY (leftovers.jobs)
    UNION ALL
    SELECT j.id, j.token FROM contrast.job j WHERE j.id = ANY (leftovers.jobs) AND j.state = 'succeeded';
END $$;
COMMENT ON FUNCTION contrast.leftovers IS
'Of these jobs those whose files are not needed any more: all of a pruned job''s, where keep is null, and of a job that
succeeded all but the published ones of the attempt keep.';

-- ---- starting again from an earlier checkpoint

CREATE FUNCTION contrast.requeue_from(job bigint, step bigint DEFAULT 0) RETURNS text
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
COMMENT ON FUNCTION contrast.requeue_from IS
'Queues a job again from its newest checkpoint at or before a step, from the beginning for step 0. Later checkpoints
are set aside. Not while it runs, and not after it succeeded.';

-- ---- urgent jobs

CREATE FUNCTION contrast.preempt(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_gap int := (SELECT (s.value #>> '{}')::int FROM contrast.setting s WHERE s.key = 'preempt_gap');
    v_least int;
    v_asked int;
    v_victim contrast.job;
    u contrast.job;
BEGIN
    IF coalesce(v_gap, 0) <= 0 THEN RETURN; END IF;
    v_least := (SELECT min(r.priority) FROM contrast.lease l JOIN contrast.job r ON r.id = l.job_id
                  JOIN contrast.kind k ON k.name = r.kind WHERE k.preemptible);
    IF v_least IS NULL OR v_least + v_gap > 100 THEN RETURN; END IF;
    v_asked := (SELECT count(*) FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id
                 WHERE j.yield_at IS NOT NULL AND j.reason LIKE 'preempted by %');
    FOR u IN
        SELECT j.* FROM contrast.kind k CROSS JOIN LATERAL (
                SELECT h.* FROM contrast.job h
                 WHERE h.state = 'ready' AND h.kind = k.name AND h.priority >= v_least + v_gap
                 ORDER BY h.priority DESC, h.fair, h.id LIMIT 20) j
         WHERE NOT EXISTS (SELECT FROM contrast.pause p WHERE p.kind IN (j.kind, '*'))
           AND (j.conc_key IS NULL OR NOT EXISTS (
                SELECT FROM contrast.job r
                 WHERE r.owner = j.owner AND r.conc_key = j.conc_key AND r.state = 'running'))
           -- Somebody is free for it, or it was free a moment ago and is about to look.
           AND NOT EXISTS (
                SELECT FROM contrast.worker w
                 WHERE w.idle AND w.gone_at IS NULL AND w.desired = 'run' AND j.kind = ANY (w.kinds)
                   AND w.beat_at > preempt.now - interval '60 s' AND j.need_tags <@ w.tags
                   AND j.need_ram_mb <= w.ram_mb AND j.need_vram_mb <= w.vram_mb)
         ORDER BY j.priority DESC, j.fair, j.id LIMIT 20
    LOOP
        IF v_asked > 0 THEN                     -- for this one somebody is already on the way
            v_asked := v_asked - 1;
            CONTINUE;
        END IF;
        SELECT r.* INTO v_victim
          FROM contrast.lease l JOIN contrast.job r ON r.id = l.job_id
          JOIN contrast.worker w ON w.id = l.worker_id JOIN contrast.kind k ON k.name = r.kind
         WHERE k.preemptible AND r.state = 'running' AND r.priority + v_gap <= u.priority
           AND r.yield_at IS NULL AND r.cancel_at IS NULL AND w.gone_at IS NULL AND w.desired = 'run'
           AND l.expires_at > preempt.now AND u.kind = ANY (w.kinds) AND u.need_tags <@ w.tags
           AND u.need_ram_mb <= w.ram_mb AND u.need_vram_mb <= w.vram_mb
         ORDER BY r.priority, r.id DESC LIMIT 1 FOR NO KEY UPDATE OF r SKIP LOCKED;
        CONTINUE WHEN v_victim.id IS NULL;
        UPDATE contrast.job r SET yield_at = preempt.now,
            reason = 'preempted by job ' || u.id || ', which is more urgent' WHERE r.id = v_victim.id;
        PERFORM contrast.record(v_victim.id, v_victim.token, 'preempted', jsonb_build_object('by', u.id));
        PERFORM pg_notify('contrast_ctl', v_victim.id::text);
    END LOOP;
END $$;
COMMENT ON FUNCTION contrast.preempt IS
'Asks running trainings to save a checkpoint and yield for ready jobs that are more urgent by preempt_gap and that no
free worker can take; they go on from there afterwards.';

-- ---- jobs by the clock

CREATE TABLE contrast.schedule (
    owner name NOT NULL DEFAULT session_user,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    spec text NOT NULL,
    kind text NOT NULL REFERENCES contrast.kind,
    params jsonb NOT NULL,
    priority smallint NOT NULL,
    next_at timestamptz NOT NULL,
    last_job bigint,
    last_error text,
    skipped int NOT NULL DEFAULT 0,             -- times at which the job before had not ended
    PRIMARY KEY (owner, name)
);
CREATE INDEX schedule_due ON contrast.schedule (next_at);

CREATE FUNCTION contrast.clock_field(field text, low int, high int) RETURNS int[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_part text;
    m text[];
    v_from int;
    v_to int;
    v_all int[] := '{}';
BEGIN
    FOREACH v_part IN ARRAY string_to_array(field, ',') LOOP
        m := regexp_match(v_part, '^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?$');
        v_from := CASE WHEN m[1] IS NULL THEN m[2]::int ELSE low END;
        v_to := CASE WHEN m[1] IS NOT NULL THEN high
                     ELSE coalesce(m[3]::int, CASE WHEN m[4] IS NULL THEN m[2]::int ELSE high END) END;
        IF m IS NULL OR v_from < low OR v_to > high OR v_from > v_to OR m[4]::int = 0 THEN
            RAISE EXCEPTION 'expected numbers from % to % such as *, 5, 1-5, */15 or 0,30, found "%"', low, high,
                field USING ERRCODE = 'JQ004';
        END IF;
        v_all := v_all || ARRAY(SELECT generate_series(v_from, v_to, coalesce(m[4]::int, 1)));
    END LOOP;
    RETURN ARRAY(SELECT DISTINCT u FROM unnest(v_all) u ORDER BY u);
END $$;

CREATE FUNCTION contrast.next_time(spec text, after timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    f text[] := regexp_split_to_array(btrim(CASE spec
        WHEN '@hourly' THEN '0 * * * *' WHEN '@daily' THEN '0 0 * * *' WHEN '@weekly' THEN '0 0 * * 0'
        WHEN '@monthly' THEN '0 0 1 * *' ELSE spec END), '\s+');
    v_minutes int[];
    v_hours int[];
    v_days int[];
    v_months int[];
    v_weekdays int[];
    v_day date := (after AT TIME ZONE 'UTC')::date;
    v_found timestamptz;
BEGIN
    IF coalesce(cardinality(f), 0) <> 5 THEN
        RAISE EXCEPTION 'expected five fields (minute hour day month weekday, UTC) or @hourly, @daily, @weekly, @monthly, found "%"',
            spec USING ERRCODE = 'JQ004';
    END IF;
    v_minutes := contrast.clock_field(f[1], 0, 59);
    v_hours := contrast.clock_field(f[2], 0, 23);
    v_days := contrast.clock_field(f[3], 1, 31);
    v_months := contrast.clock_field(f[4], 1, 12);
    v_weekdays := ARRAY(SELECT u % 7 FROM unnest(contrast.clock_field(f[5], 0, 7)) u);
    FOR i IN 0..3000 LOOP                       -- eight years: every 29 February is in there
        IF extract(month FROM v_day) = ANY (v_months)
            -- As cron has it: where both are given, one of them is enough.
            AND (CASE WHEN f[3] = '*' OR f[5] = '*'
                     THEN extract(day FROM v_day) = ANY (v_days) AND extract(dow FROM v_day) = ANY (v_weekdays)
                     ELSE extract(day FROM v_day) = ANY (v_days) OR extract(dow FROM v_day) = ANY (v_weekdays) END)
        THEN
            SELECT min(t.at) INTO v_found
              FROM unnest(v_hours) h(h) CROSS JOIN unnest(v_minutes) m(m)
             CROSS JOIN LATERAL (SELECT (v_day + make_time(h.h, m.m, 0)) AT TIME ZONE 'UTC' AS at) t
             WHERE t.at > next_time.after;
            IF v_found IS NOT NULL THEN RETURN v_found; END IF;
        END IF;
        v_day := v_day + 1;
    END LOOP;
    RAISE EXCEPTION '"%" never comes', spec USING ERRCODE = 'JQ004';
END $$;
COMMENT ON FUNCTION contrast.next_time IS 'The first time after another that a cron line names, in UTC.';

CREATE FUNCTION contrast.add_schedule(name text, spec text, kind text, params jsonb DEFAULT '{}',
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
COMMENT ON FUNCTION contrast.add_schedule IS
'Enqueues a job whenever a cron line (minute hour day month weekday, in UTC, or @hourly, @daily, @weekly, @monthly)
says so, as the caller''s; returns the first time. The same name replaces the schedule. A time that was missed is made
up for once; one at which the job before has not ended is left out.';

CREATE FUNCTION contrast.remove_schedule(name text, owner name DEFAULT session_user) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    DELETE FROM contrast.schedule s
     WHERE s.name = remove_schedule.name AND s.owner = remove_schedule.owner AND contrast.may(s.owner);
    IF FOUND THEN
        INSERT INTO contrast.event (what, detail) VALUES ('schedule_removed',
            jsonb_build_object('name', remove_schedule.name, 'owner', remove_schedule.owner));
    END IF;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION contrast.remove_schedule IS 'Takes a schedule away; its jobs stay. Whether there was one.';

CREATE FUNCTION contrast.enqueue_for(owner name, kind text, params jsonb, priority int, idem_key text)
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

CREATE FUNCTION contrast.run_schedules(now timestamptz) RETURNS void
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

CREATE FUNCTION contrast.do_chores(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM contrast.run_schedules(do_chores.now);
    PERFORM contrast.preempt(do_chores.now);
    PERFORM contrast.apply_retention(do_chores.now);
END $$;
COMMENT ON FUNCTION contrast.do_chores IS 'What housekeeping does besides: schedules, urgent jobs, retention.';

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

GRANT EXECUTE ON FUNCTION contrast.prune, contrast.set_retention TO contrast_admin;
GRANT EXECUTE ON FUNCTION contrast.requeue_from, contrast.add_schedule, contrast.remove_schedule,
    contrast.next_time, contrast.clock_field TO contrast_submit;
GRANT EXECUTE ON FUNCTION contrast.leftovers TO contrast_worker;
GRANT SELECT ON contrast.retention TO contrast_submit, contrast_read;
GRANT SELECT ON contrast.schedule TO contrast_submit, contrast_read;
ALTER TABLE contrast.schedule ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON contrast.schedule FOR SELECT USING (contrast.sees(owner));

INSERT INTO contrast.migration (version, name) VALUES (15, 'operations');
RESET ROLE;
