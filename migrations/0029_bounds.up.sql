-- What one owner does stays theirs: whatever a request can hold has a bound, rights are looked at before rows are locked, a held
-- lock delays its owner's jobs and nobody else's, and long lines of jobs that need each other are told in parts.
SET ROLE contrast_owner;

-- Settings -----------------------------------------------------------------------------------------------------

ALTER TABLE contrast.setting ADD COLUMN least bigint, ADD COLUMN most bigint;
COMMENT ON COLUMN contrast.setting.least IS 'The smallest value; null: not a number.';
COMMENT ON COLUMN contrast.setting.most IS 'The largest value.';
UPDATE contrast.setting s SET least = b.least, most = b.most
  FROM (VALUES ('restart_grace_s', 0, 86400), ('worker_gone_s', 1, 2592000), ('preempt_gap', 0, 200),
        ('max_submit_priority', -100, 100), ('max_open_jobs', 0, 100000000), ('max_overtakes', 0, 10000))
       b(key, least, most)
 WHERE s.key = b.key;
INSERT INTO contrast.setting (key, value, about, least, most) VALUES
    ('max_schedules', '20', 'schedules that one owner who is no administrator may have; 0 = as many as they like', 0, 100000);

CREATE FUNCTION contrast.check_setting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.key <> OLD.key OR (NEW.key = 'queue_id' AND NEW.value IS DISTINCT FROM OLD.value) THEN
        RAISE EXCEPTION 'the setting % is never changed', OLD.key USING ERRCODE = 'JQ004';
    END IF;
    IF NEW.least IS NOT NULL AND (CASE WHEN jsonb_typeof(NEW.value) = 'number'
            THEN (NEW.value #>> '{}')::numeric % 1 <> 0
                OR (NEW.value #>> '{}')::numeric NOT BETWEEN NEW.least AND NEW.most
            ELSE true END) THEN
        RAISE EXCEPTION 'the setting % takes a whole number from % to %, not %', NEW.key, NEW.least, NEW.most,
            left(NEW.value::text, 40) USING ERRCODE = 'JQ004';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_setting BEFORE UPDATE ON contrast.setting
    FOR EACH ROW EXECUTE FUNCTION contrast.check_setting();

-- Small things that many functions need ------------------------------------------------------------------------

CREATE FUNCTION contrast.is_span(span interval, most interval) RETURNS boolean
LANGUAGE sql IMMUTABLE
-- Parts of both signs may add up to little and still reach beyond the calendar.
RETURN coalesce(span > interval '0' AND span <= most AND least(extract(year FROM span), extract(month FROM span),
    extract(day FROM span), extract(hour FROM span), extract(minute FROM span), extract(second FROM span)) >= 0, true);
COMMENT ON FUNCTION contrast.is_span IS 'Whether a span is longer than nothing and not too long; null is.';

CREATE FUNCTION contrast.check_text(what text, value text, most integer) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF length(check_text.value) > check_text.most THEN
        RAISE EXCEPTION '% must not have more than % characters, and has %', check_text.what, check_text.most,
            length(check_text.value) USING ERRCODE = 'JQ004';
    END IF;
END $$;

CREATE FUNCTION contrast.is_admin(owner name) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM pg_roles r
                    WHERE r.rolname = is_admin.owner AND pg_has_role(r.oid, 'contrast_admin', 'member'));
END $$;

CREATE FUNCTION contrast.tell(channel text, payload text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- A full queue of notifications makes commits fail, and all that listen look by themselves as well.
    IF pg_notification_queue_usage() <= 0.5 THEN PERFORM pg_notify(tell.channel, tell.payload); END IF;
END $$;
COMMENT ON FUNCTION contrast.tell IS 'Notifies a channel, unless somebody keeps the server from forgetting old notifications.';

CREATE OR REPLACE FUNCTION contrast.announce(job bigint, state contrast.state) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF pg_notification_queue_usage() <= 0.5 THEN         -- as contrast.tell, for every job
        PERFORM pg_notify('contrast_events', json_build_object('job', job, 'state', state)::text);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION contrast.wake(kind text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM contrast.worker w
                WHERE w.idle AND w.gone_at IS NULL AND wake.kind = ANY (w.kinds)) THEN
        PERFORM contrast.tell('contrast', wake.kind);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION contrast.locked(job bigint) RETURNS contrast.job
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE j contrast.job;
BEGIN
    -- The right comes first: nobody locks another's row by asking for it.
    SELECT * INTO j FROM contrast.job k WHERE k.id = locked.job AND contrast.may(k.owner) FOR NO KEY UPDATE;
    IF j.id IS NULL THEN
        RAISE EXCEPTION 'job % is no job of yours', coalesce(locked.job::text, 'null') USING ERRCODE = 'JQ003';
    END IF;
    RETURN j;
END $$;

-- Fair use -----------------------------------------------------------------------------------------------------

CREATE INDEX job_held ON contrast.job (owner) WHERE state = 'held';

CREATE FUNCTION contrast.turn(j contrast.job) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN greatest(
        coalesce((SELECT b.fair + 1 FROM contrast.job b
                   WHERE b.owner = j.owner AND b.state IN ('waiting', 'ready') AND b.id <> j.id
                   ORDER BY b.owner DESC, b.fair DESC LIMIT 1), 0),
        coalesce((SELECT r.fair FROM contrast.job r
                   WHERE r.state = 'ready' AND r.kind = j.kind AND r.priority = j.priority
                   ORDER BY r.kind, r.priority DESC, r.fair, r.id LIMIT 1), 0));
END $$;
COMMENT ON FUNCTION contrast.turn IS
'The turn of a job that joins the line now: behind its owner''s others, and not before the first of its class.';

CREATE FUNCTION contrast.open_limit(owner name) RETURNS integer
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN nullif(coalesce(
        (SELECT q.open_jobs FROM contrast.quota q WHERE q.owner = open_limit.owner),
        (SELECT (s.value #>> '{}')::int FROM contrast.setting s WHERE s.key = 'max_open_jobs')), 0);
END $$;

CREATE FUNCTION contrast.has_room(owner name) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_open int := contrast.open_limit(has_room.owner);
BEGIN
    IF v_open IS NULL OR contrast.is_admin(has_room.owner) THEN RETURN true; END IF;
    RETURN (SELECT count(*) FROM (
        (SELECT FROM contrast.job j WHERE j.owner = has_room.owner AND j.state IN ('waiting', 'ready') LIMIT v_open)
        UNION ALL
        (SELECT FROM contrast.job j WHERE j.owner = has_room.owner AND j.state = 'held' LIMIT v_open)) o) < v_open;
END $$;
COMMENT ON FUNCTION contrast.has_room IS 'Whether an owner may have one more job waiting; what is held waits too.';

CREATE FUNCTION contrast.check_room(owner name) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT contrast.has_room(check_room.owner) THEN
        RAISE EXCEPTION 'you have % jobs waiting, which is the limit; wait for some to end, or cancel them',
            contrast.open_limit(check_room.owner) USING ERRCODE = 'JQ004';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION contrast.check_fair_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_most int;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.fair := contrast.turn(NEW);
    ELSIF NEW.priority <> OLD.priority THEN     -- a turn of another class says nothing here
        NEW.fair := contrast.turn(NEW);
    END IF;
    -- What housekeeping and administrators do for others is not the owner's doing.
    IF NEW.owner <> session_user OR pg_has_role(session_user, 'contrast_admin', 'member') THEN
        RETURN NEW;
    END IF;
    v_most := (SELECT (s.value #>> '{}')::int FROM contrast.setting s WHERE s.key = 'max_submit_priority');
    IF NEW.priority > v_most THEN
        RAISE EXCEPTION 'priority must not be above %, not %; ask an administrator for more', v_most, NEW.priority
            USING ERRCODE = 'JQ004';
    END IF;
    IF TG_OP = 'INSERT' AND contrast.open_limit(NEW.owner) > 0 THEN PERFORM contrast.check_room(NEW.owner); END IF;
    RETURN NEW;
END $$;

-- Enqueueing ---------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION contrast.enqueue(kind text, params jsonb DEFAULT '{}', priority int DEFAULT 0,
    run_at timestamptz DEFAULT NULL, after bigint[] DEFAULT '{}', if_failed text DEFAULT 'cancel',
    idem_key text DEFAULT NULL, conc_key text DEFAULT NULL, need_tags text[] DEFAULT '{}',
    need_ram_mb int DEFAULT 0, need_vram_mb int DEFAULT 0, max_failures int DEFAULT 3,
    max_crashes int DEFAULT 3, stall_after interval DEFAULT NULL, max_runtime interval DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    v_id bigint;
    v_left int := 0;
    v_stall interval;
    v_parent record;
    v_after bigint[];
    v_open bigint[] := '{}';
BEGIN
    SELECT coalesce(enqueue.stall_after, k.stall_after) INTO v_stall
      FROM contrast.kind k WHERE k.name = enqueue.kind;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown kind of job "%"; the kinds are %', left(enqueue.kind, 100),
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
        RAISE EXCEPTION 'if_failed must be cancel or run, not "%"', left(enqueue.if_failed, 100)
            USING ERRCODE = 'JQ004';
    END IF;
    IF coalesce(least(enqueue.need_ram_mb, enqueue.need_vram_mb) < 0, false)
        OR coalesce(least(enqueue.max_failures, enqueue.max_crashes) < 1, false)
        OR greatest(enqueue.max_failures, enqueue.max_crashes) > 10000 THEN
        RAISE EXCEPTION 'need_ram_mb and need_vram_mb must not be negative, max_failures and max_crashes must be between 1 and 10000'
            USING ERRCODE = 'JQ004';
    END IF;
    -- Housekeeping subtracts them from the time: what leaves the calendar would stop it for everybody.
    IF NOT contrast.is_span(enqueue.stall_after, '366 days') OR NOT contrast.is_span(enqueue.max_runtime, '366 days') THEN
        RAISE EXCEPTION 'stall_after and max_runtime must be longer than nothing and at most 366 days'
            USING ERRCODE = 'JQ004';
    END IF;
    IF enqueue.run_at NOT BETWEEN '2000-01-01 00:00:00+00' AND '9999-12-31 00:00:00+00' THEN
        RAISE EXCEPTION 'run_at must be a time from the year 2000 to 9999, not %', enqueue.run_at USING ERRCODE = 'JQ004';
    END IF;
    IF length(enqueue.idem_key) NOT BETWEEN 1 AND 200 OR length(enqueue.conc_key) NOT BETWEEN 1 AND 200 THEN
        RAISE EXCEPTION 'idem_key and conc_key must have 1 to 200 characters' USING ERRCODE = 'JQ004';
    END IF;
    IF cardinality(enqueue.need_tags) > 0 THEN
        IF cardinality(enqueue.need_tags) > 16 OR EXISTS (
            SELECT FROM unnest(enqueue.need_tags) t(tag) WHERE coalesce(length(t.tag) NOT BETWEEN 1 AND 64, true)) THEN
            RAISE EXCEPTION 'need_tags must be at most 16 tags of 1 to 64 characters' USING ERRCODE = 'JQ004';
        END IF;
    END IF;

    v_id := contrast.known(enqueue.idem_key, enqueue.kind, enqueue.params);
    IF v_id IS NOT NULL THEN RETURN v_id; END IF;

    IF array_position(enqueue.after, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'after contains a null; name the jobs to wait for' USING ERRCODE = 'JQ004';
    END IF;
    v_after := ARRAY(SELECT DISTINCT unnest(
        enqueue.after || contrast.sources(enqueue.kind, enqueue.params)));
    IF cardinality(v_after) > 1000 THEN
        RAISE EXCEPTION 'a job may need 1000 others, not %; put one between them', cardinality(v_after)
            USING ERRCODE = 'JQ004';
    END IF;
    IF cardinality(v_after) > 0 THEN
        -- The parents are locked first, in the order of ids: none can finish between look and link.
        PERFORM FROM contrast.job j WHERE j.id = ANY (v_after) AND contrast.may(j.owner) ORDER BY j.id FOR SHARE;
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
                v_open := v_open || v_parent.id;
            END IF;
        END LOOP;
        v_left := cardinality(v_open);
    END IF;

    INSERT INTO contrast.job (kind, owner, state, priority, fair, run_at, deps_left, need_tags,
        need_ram_mb, need_vram_mb, conc_key, idem_key, max_failures, max_crashes, stall_after, max_runtime)
    VALUES (enqueue.kind, session_user,
        CASE WHEN v_left = 0 AND coalesce(enqueue.run_at, '-infinity') <= clock_timestamp()
             THEN 'ready' ELSE 'waiting' END::contrast.state,
        enqueue.priority, 0, coalesce(enqueue.run_at, clock_timestamp()), v_left, coalesce(enqueue.need_tags, '{}'),
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
        SELECT v_id, p.id, enqueue.if_failed FROM unnest(v_open) p(id);
    END IF;
    PERFORM contrast.record(v_id, NULL, 'enqueued');
    PERFORM contrast.wake(enqueue.kind) WHERE v_left = 0;
    RETURN v_id;
END $$;

CREATE OR REPLACE FUNCTION contrast.enqueue_for(owner name, kind text, params jsonb, priority int, idem_key text)
RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_id bigint;
    v_left int;
    v_after bigint[] := contrast.sources(enqueue_for.kind, enqueue_for.params);
BEGIN
    PERFORM contrast.check_room(enqueue_for.owner);
    -- Whoever keeps one of them locked keeps this schedule waiting, and nothing else.
    PERFORM FROM contrast.job p WHERE p.id = ANY (v_after) AND p.owner = enqueue_for.owner ORDER BY p.id FOR SHARE NOWAIT;
    IF (SELECT count(*) FROM contrast.job p WHERE p.id = ANY (v_after) AND p.owner = enqueue_for.owner
           AND p.state NOT IN ('failed', 'cancelled')) < cardinality(v_after) THEN
        RAISE EXCEPTION 'a job that the payload names is gone, or did not succeed' USING ERRCODE = 'JQ004';
    END IF;
    v_left := (SELECT count(*) FROM contrast.job p WHERE p.id = ANY (v_after) AND p.finished_at IS NULL);
    INSERT INTO contrast.job (kind, owner, state, priority, fair, run_at, deps_left, idem_key, stall_after)
    SELECT enqueue_for.kind, enqueue_for.owner,
        CASE WHEN v_left = 0 THEN 'ready' ELSE 'waiting' END::contrast.state, enqueue_for.priority, 0,
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
DROP FUNCTION contrast.fair_key(text, int);

-- Steering -----------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION contrast.cancel(job bigint, why text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE j contrast.job;
BEGIN
    PERFORM contrast.check_text('why', cancel.why, 500);
    j := contrast.locked(cancel.job);
    IF j.finished_at IS NOT NULL THEN RETURN j.state::text; END IF;
    IF j.state = 'running' THEN
        UPDATE contrast.job k SET cancel_at = coalesce(k.cancel_at, clock_timestamp()),
            reason = coalesce(cancel.why, 'cancelled by ' || session_user) WHERE k.id = j.id;
        PERFORM contrast.record(j.id, j.token, 'cancel_requested');
        PERFORM contrast.tell('contrast_ctl', j.id::text);
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
        -- A wish that has a reason is not the hold's: a more urgent job's, the budget's, or the watch's over steps.
        yield_at = CASE WHEN k.state <> 'running' THEN NULL
                        WHEN hold."on" THEN coalesce(k.yield_at, clock_timestamp())
                        WHEN k.reason IS NOT NULL THEN k.yield_at END,
        state = CASE WHEN k.state = 'running' THEN k.state WHEN hold."on" THEN 'held'
                     WHEN k.state <> 'held' THEN k.state
                     WHEN k.deps_left = 0 AND k.run_at <= clock_timestamp() THEN 'ready'
                     ELSE 'waiting' END::contrast.state,
        -- What was held has kept no place in the line.
        fair = CASE WHEN NOT hold."on" AND k.state = 'held' THEN contrast.turn(k) ELSE k.fair END
     WHERE k.id = j.id;
    PERFORM contrast.record(j.id, NULLIF(j.token, 0), CASE WHEN hold."on" THEN 'hold' ELSE 'release' END);
    PERFORM contrast.tell('contrast_ctl', j.id::text) WHERE j.state = 'running';
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
    PERFORM FROM contrast.job p JOIN contrast.dep d ON d.needs = p.id JOIN contrast.job k ON k.id = d.job_id
     WHERE d.job_id = retry.job AND contrast.may(k.owner) ORDER BY p.id FOR SHARE OF p;     -- parents first, as everywhere
    j := contrast.locked(retry.job);
    IF j.state NOT IN ('failed', 'cancelled') THEN RETURN 'unchanged: ' || j.state; END IF;
    v_parent := contrast.dead_parent(j.id);
    IF v_parent IS NOT NULL THEN
        RAISE EXCEPTION 'job % needs job %, which did not succeed; retry that one', j.id, v_parent
            USING ERRCODE = 'JQ004';
    END IF;
    PERFORM contrast.check_room(j.owner) WHERE NOT pg_has_role(session_user, 'contrast_admin', 'member');
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
    PERFORM FROM contrast.job p JOIN contrast.dep d ON d.needs = p.id JOIN contrast.job k ON k.id = d.job_id
     WHERE d.job_id = requeue_from.job AND contrast.may(k.owner) ORDER BY p.id FOR SHARE OF p;     -- parents first, as everywhere
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
    -- The attempt that was given up must not come back with what it had: its token is not the newest any more.
    PERFORM contrast.guard_fence();
    UPDATE contrast.job k SET token = nextval('contrast.fence') WHERE k.id = j.id AND k.token > 0;
    IF j.state IN ('failed', 'cancelled') THEN
        v_parent := contrast.dead_parent(j.id);
        IF v_parent IS NOT NULL THEN
            RAISE EXCEPTION 'job % needs job %, which did not succeed; retry that one', j.id, v_parent
                USING ERRCODE = 'JQ004';
        END IF;
        PERFORM contrast.check_room(j.owner) WHERE NOT pg_has_role(session_user, 'contrast_admin', 'member');
        PERFORM contrast.revive(j.id);
    END IF;
    PERFORM contrast.record(j.id, NULL, 'requeued', jsonb_build_object('step', coalesce(v_from, 0)));
    RETURN 'queued from step ' || coalesce(v_from, 0);
END $$;

CREATE OR REPLACE FUNCTION contrast.pause(kind text DEFAULT '*', why text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM contrast.check_text('why', pause.why, 500);
    IF pause.kind <> '*' AND NOT EXISTS (SELECT FROM contrast.kind k WHERE k.name = pause.kind) THEN
        RAISE EXCEPTION 'unknown kind of job "%"', left(pause.kind, 100) USING ERRCODE = 'JQ004';
    END IF;
    INSERT INTO contrast.pause (kind, why) VALUES (pause.kind, pause.why) ON CONFLICT (kind) DO NOTHING;
    INSERT INTO contrast.event (what, detail) VALUES ('paused', jsonb_build_object('kind', pause.kind));
END $$;

-- Jobs that need others ----------------------------------------------------------------------------------------

CREATE TABLE contrast.unsettled (
    job_id bigint PRIMARY KEY REFERENCES contrast.job ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE contrast.unsettled IS
'Jobs whose children do not all know yet that they have ended, or run again: too many for one call, or locked.';
ALTER TABLE contrast.unsettled ENABLE ROW LEVEL SECURITY;
DROP INDEX contrast.job_cancelled_by;
CREATE INDEX job_cancelled_by ON contrast.job (cancelled_by, id) WHERE cancelled_by IS NOT NULL;

CREATE FUNCTION contrast.lock_child(job bigint, patient boolean) RETURNS contrast.job
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
#variable_conflict use_column
DECLARE c contrast.job;
BEGIN
    SELECT * INTO c FROM contrast.job k WHERE k.id = lock_child.job FOR NO KEY UPDATE SKIP LOCKED;
    IF c.id IS NULL AND lock_child.patient THEN
        BEGIN
            SELECT * INTO c FROM contrast.job k WHERE k.id = lock_child.job FOR NO KEY UPDATE;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            c := NULL;
        END;
    END IF;
    RETURN c;
END $$;

CREATE FUNCTION contrast.spread(jobs bigint[], max int, patient boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c contrast.job;
    v_ended bigint[] := spread.jobs;            -- all of them locked by this transaction
    v_open bigint[] := spread.jobs;             -- those that have children behind the last one
    v_later bigint[] := '{}';
    v_child bigint := 0;
    v_dead bigint;
    v_paid int;
    v_patient boolean := spread.patient;
    v_until timestamptz := clock_timestamp() + CASE WHEN spread.patient THEN interval '5 s' ELSE interval '1 s' END;
BEGIN
    -- Children have larger numbers than what they need. From the smallest on, each is told once, when all that it needs
    -- among these has ended, and locks are taken in the order of numbers, as everywhere.
    FOR i IN 1..spread.max LOOP
        SELECT min(n.child), coalesce(array_agg(o.id) FILTER (WHERE n.child IS NOT NULL), '{}') INTO v_child, v_open
          FROM unnest(v_open) o(id)
          LEFT JOIN LATERAL (SELECT d.job_id AS child FROM contrast.dep d
                              WHERE d.needs = o.id AND d.job_id > v_child AND NOT d.settled
                              ORDER BY d.needs, d.job_id LIMIT 1) n ON true;
        EXIT WHEN v_child IS NULL OR clock_timestamp() > v_until;
        c := contrast.lock_child(v_child, v_patient);
        IF c.id IS NULL THEN                    -- somebody's transaction is in the way: another time
            v_patient := false;
            v_later := v_later || ARRAY(SELECT d.needs FROM contrast.dep d
                                         WHERE d.job_id = v_child AND d.needs = ANY (v_ended) AND NOT d.settled);
            CONTINUE;
        END IF;
        CONTINUE WHEN c.state NOT IN ('waiting', 'held');
        v_dead := (SELECT min(d.needs) FROM contrast.dep d JOIN contrast.job p ON p.id = d.needs
                    WHERE d.job_id = c.id AND d.needs = ANY (v_ended) AND NOT d.settled AND d.if_failed = 'cancel'
                      AND p.state IN ('failed', 'cancelled'));
        IF v_dead IS NULL THEN
            UPDATE contrast.dep d SET settled = true
             WHERE d.job_id = c.id AND d.needs = ANY (v_ended) AND NOT d.settled;
            GET DIAGNOSTICS v_paid = ROW_COUNT;
            UPDATE contrast.job j SET deps_left = j.deps_left - v_paid,
                state = CASE WHEN j.deps_left = v_paid AND j.state = 'waiting' AND j.run_at <= clock_timestamp()
                             THEN 'ready' ELSE j.state END
             WHERE j.id = c.id AND v_paid > 0;
            PERFORM contrast.wake(c.kind);
        ELSE
            UPDATE contrast.job j SET state = 'cancelled', finished_at = clock_timestamp(),
                cancelled_by = v_dead, reason = 'needed job ' || v_dead || ', which did not succeed'
             WHERE j.id = c.id;
            PERFORM contrast.record(c.id, NULL, 'cancelled', jsonb_build_object('by_parent', v_dead));
            PERFORM contrast.announce(c.id, 'cancelled');
            v_ended := v_ended || c.id;
            v_open := v_open || c.id;
        END IF;
    END LOOP;
    IF v_child IS NOT NULL THEN v_later := v_later || v_open; END IF;
    IF cardinality(v_later) > 0 THEN
        INSERT INTO contrast.unsettled (job_id) SELECT DISTINCT unnest(v_later) ON CONFLICT DO NOTHING;
    END IF;
END $$;
COMMENT ON FUNCTION contrast.spread IS 'Tells the children of ended jobs, and theirs, up to so many and for so long; housekeeping tells the rest.';

CREATE OR REPLACE FUNCTION contrast.settle(job bigint, ok boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF NOT EXISTS (SELECT FROM contrast.dep d WHERE d.needs = settle.job AND NOT d.settled) THEN RETURN; END IF;
    IF current_setting('contrast.hurries', true) = 'on' THEN     -- housekeeping tells all of them at its end, as many as it can
        INSERT INTO contrast.unsettled (job_id) VALUES (settle.job) ON CONFLICT DO NOTHING;
    ELSE
        PERFORM contrast.spread(ARRAY[settle.job], 500, true);
    END IF;
END $$;

CREATE FUNCTION contrast.revive_one(job bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_left int;
    v_kind text;
BEGIN
    -- Edges whose parent has ended well meanwhile are paid now: nothing will settle them later.
    UPDATE contrast.dep d SET settled = true FROM contrast.job p
     WHERE d.job_id = revive_one.job AND p.id = d.needs AND NOT d.settled AND p.finished_at IS NOT NULL
       AND (p.state = 'succeeded' OR d.if_failed = 'run');
    SELECT count(*) INTO v_left FROM contrast.dep d WHERE d.job_id = revive_one.job AND NOT d.settled;
    -- Counters start again; token and history stay, so that an attempt's identity only rises.
    UPDATE contrast.job k SET
        state = CASE WHEN k.hold THEN 'held' WHEN v_left > 0 THEN 'waiting' ELSE 'ready' END::contrast.state,
        deps_left = v_left, finished_at = NULL, reason = NULL, failures = 0, crashes = 0, cancel_at = NULL,
        yield_at = NULL, stalled = false, cancelled_by = NULL, run_at = clock_timestamp(), fair = contrast.turn(k)
     WHERE k.id = revive_one.job RETURNING k.kind INTO v_kind;
    PERFORM contrast.record(revive_one.job, NULL, 'retried');
    PERFORM contrast.wake(v_kind);
END $$;

CREATE FUNCTION contrast.revive_children(jobs bigint[], max int, patient boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c contrast.job;
    v_open bigint[] := revive_children.jobs;
    v_later bigint[] := '{}';
    v_child bigint := 0;
    v_dead bigint;
    v_full name[] := '{}';
    v_patient boolean := revive_children.patient;
    v_until timestamptz := clock_timestamp() + CASE WHEN revive_children.patient THEN interval '5 s' ELSE interval '1 s' END;
    v_free boolean := pg_has_role(session_user, 'contrast_admin', 'member')
        AND coalesce(current_setting('contrast.hurries', true), '') <> 'on';
BEGIN
    FOR i IN 1..revive_children.max LOOP
        SELECT min(n.child), coalesce(array_agg(o.id) FILTER (WHERE n.child IS NOT NULL), '{}') INTO v_child, v_open
          FROM unnest(v_open) o(id)
          LEFT JOIN LATERAL (SELECT k.id AS child FROM contrast.job k
                              WHERE k.cancelled_by = o.id AND k.id > v_child AND k.state = 'cancelled'
                              ORDER BY k.cancelled_by, k.id LIMIT 1) n ON true;
        EXIT WHEN v_child IS NULL OR clock_timestamp() > v_until;
        c := contrast.lock_child(v_child, v_patient);
        IF c.id IS NULL THEN
            v_patient := false;
            v_later := v_later || ARRAY(SELECT k.cancelled_by FROM contrast.job k WHERE k.id = v_child);
            CONTINUE;
        END IF;
        CONTINUE WHEN c.state <> 'cancelled' OR c.cancelled_by IS NULL;
        v_dead := contrast.dead_parent(c.id);
        IF v_dead IS NOT NULL THEN              -- it would wait for ever; that one's retry revives it
            UPDATE contrast.job k SET cancelled_by = v_dead WHERE k.id = c.id;
        ELSIF v_free OR c.owner <> ALL (v_full) AND contrast.has_room(c.owner) THEN
            PERFORM contrast.revive_one(c.id);
            v_open := v_open || c.id;
        ELSE                                    -- as its owner's others end
            v_full := v_full || c.owner;
            v_later := v_later || c.cancelled_by;
        END IF;
    END LOOP;
    IF v_child IS NOT NULL THEN v_later := v_later || v_open; END IF;
    IF cardinality(v_later) > 0 THEN
        INSERT INTO contrast.unsettled (job_id) SELECT DISTINCT unnest(v_later) ON CONFLICT DO NOTHING;
    END IF;
END $$;
COMMENT ON FUNCTION contrast.revive_children IS
'Revives what was cancelled because of these jobs, and theirs, up to so many; housekeeping revives the rest.';

CREATE OR REPLACE FUNCTION contrast.revive(job bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM contrast.revive_one(revive.job);
    PERFORM contrast.revive_children(ARRAY[revive.job], 500, true);
END $$;

CREATE FUNCTION contrast.settle_rest() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_jobs bigint[] := ARRAY(
        SELECT u.job_id FROM contrast.unsettled u JOIN contrast.job p ON p.id = u.job_id
         ORDER BY u.at LIMIT 100 FOR SHARE OF p SKIP LOCKED);
BEGIN
    IF cardinality(v_jobs) = 0 THEN RETURN; END IF;
    DELETE FROM contrast.unsettled u WHERE u.job_id = ANY (v_jobs);
    PERFORM contrast.spread(ARRAY(SELECT j.id FROM contrast.job j
                                   WHERE j.id = ANY (v_jobs) AND j.finished_at IS NOT NULL), 1000, false);
    -- One that runs again may have succeeded meanwhile.
    PERFORM contrast.revive_children(ARRAY(SELECT j.id FROM contrast.job j
                                            WHERE j.id = ANY (v_jobs) AND j.state NOT IN ('failed', 'cancelled')), 1000, false);
END $$;

-- Ends that wait in the database -------------------------------------------------------------------------------

ALTER TABLE contrast.lease ADD COLUMN ending boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN contrast.lease.ending IS 'Whether the attempt is over, and its end waits in contrast.late_end.';
CREATE TABLE contrast.late_end (
    job_id bigint NOT NULL,
    token bigint NOT NULL,
    outcome contrast.outcome NOT NULL,
    outputs jsonb NOT NULL,
    error_class text,
    error_stage text,
    error text,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, token)
);
COMMENT ON TABLE contrast.late_end IS
'Ends of attempts whose job somebody''s transaction keeps locked: their workers went on, and housekeeping brings them.';
ALTER TABLE contrast.late_end ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION contrast.leave(job bigint, token bigint, outcome contrast.outcome, outputs jsonb DEFAULT '[]',
    error_class text DEFAULT NULL, error_stage text DEFAULT NULL, error text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    UPDATE contrast.lease l SET ending = true, expires_at = clock_timestamp()
     WHERE l.job_id = leave.job AND l.token = leave.token;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'job % is no longer held under token %', leave.job, leave.token USING ERRCODE = 'JQ001';
    END IF;
    INSERT INTO contrast.late_end (job_id, token, outcome, outputs, error_class, error_stage, error)
    VALUES (leave.job, leave.token, leave.outcome, leave.outputs, leave.error_class, left(leave.error_stage, 200),
        left(leave.error, 16384))
    ON CONFLICT DO NOTHING;                     -- sent again after a lost answer
END $$;
COMMENT ON FUNCTION contrast.leave IS
'Leaves the end of an attempt to housekeeping, for a worker that cannot end a job because somebody keeps it locked.';

CREATE FUNCTION contrast.finish_late() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE e contrast.late_end;
BEGIN
    FOR e IN
        SELECT e.* FROM contrast.late_end e JOIN contrast.job j ON j.id = e.job_id
         ORDER BY e.at LIMIT 20 FOR NO KEY UPDATE OF j SKIP LOCKED
    LOOP
        BEGIN
            PERFORM contrast.finish(e.job_id, e.token, e.outcome, e.outputs, e.error_class, e.error_stage, e.error);
        EXCEPTION WHEN OTHERS THEN              -- what cannot be taken is told, and the job runs again
            PERFORM contrast.record(e.job_id, e.token, 'late_end_refused', jsonb_build_object('error', left(SQLERRM, 500)));
            UPDATE contrast.lease l SET ending = false WHERE l.job_id = e.job_id AND l.token = e.token;
        END;
        DELETE FROM contrast.late_end d WHERE d.job_id = e.job_id AND d.token = e.token;
    END LOOP;
    DELETE FROM contrast.late_end e WHERE NOT EXISTS (SELECT FROM contrast.job j WHERE j.id = e.job_id);
END $$;

-- Housekeeping -------------------------------------------------------------------------------------------------

INSERT INTO contrast.latch VALUES ('house');
UPDATE contrast.job j SET stall_after = '366 days' WHERE NOT contrast.is_span(j.stall_after, '366 days');
UPDATE contrast.job j SET max_runtime = '366 days' WHERE NOT contrast.is_span(j.max_runtime, '366 days');
UPDATE contrast.job j SET run_at = '9999-12-31 00:00:00+00' WHERE j.run_at > '9999-12-31 00:00:00+00';
UPDATE contrast.job j SET run_at = '2000-01-01 00:00:00+00' WHERE j.run_at < '2000-01-01 00:00:00+00';
UPDATE contrast.retention r SET keep = '100 years' WHERE NOT contrast.is_span(r.keep, '100 years');

DROP FUNCTION contrast.tick();
CREATE FUNCTION contrast.tick(chores boolean DEFAULT true) RETURNS TABLE (promoted int, rescued int, stalled int)
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
    PERFORM set_config('contrast.hurries', 'on', true);
    PERFORM contrast.finish_late();
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
             WHERE l.expires_at < v_now AND NOT l.ending AND j.state = 'running'
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

    PERFORM contrast.settle_rest();
    -- A job that stands still is marked whatever else is wanted of it, so that its worker can tell a job that
    -- is on its way to a stop from one that will never hear.
    WITH late AS MATERIALIZED (
        SELECT j.id, NOT j.stalled AND l.step_at < v_now - j.stall_after AS stalls,
            j.yield_at IS NULL AND j.cancel_at IS NULL
                AND a.started_at < v_now - j.max_runtime AS overtime
          FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id
          JOIN contrast.attempt a ON a.job_id = l.job_id AND a.token = l.token
         WHERE j.state = 'running' AND NOT l.ending
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
    PERFORM contrast.tell('contrast_ctl', '') WHERE v_stalled > 0;
    PERFORM set_config('contrast.hurries', '', true);
    IF tick.chores THEN PERFORM contrast.do_chores(v_now); END IF;
    RETURN QUERY SELECT v_promoted, v_rescued, v_stalled;
END $$;
COMMENT ON FUNCTION contrast.tick IS
'Promotes jobs that are due, takes jobs back from lost workers, and finds jobs that stalled or ran too long; with chores
it also does what keep_house does.';

CREATE FUNCTION contrast.keep_house() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off AS $$
BEGIN
    PERFORM contrast.do_chores(clock_timestamp());
END $$;
COMMENT ON FUNCTION contrast.keep_house IS
'Budgets, schedules, urgent jobs, retention and partitions: what may go wrong or take long without stopping a tick.';

CREATE OR REPLACE FUNCTION contrast.do_chores(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '200ms' AS $$
#variable_conflict use_column
DECLARE v_chore text;
BEGIN
    IF NOT EXISTS (SELECT FROM contrast.latch t WHERE t.name = 'house' FOR NO KEY UPDATE SKIP LOCKED) THEN RETURN; END IF;
    FOREACH v_chore IN ARRAY '{count_budgets,fold_usage,run_schedules,preempt,apply_retention,forget_gone,keep_partitions}'::text[]
    LOOP
        EXIT WHEN clock_timestamp() > do_chores.now + interval '2 s';
        BEGIN
            EXECUTE format('SELECT contrast.%I($1)', v_chore) USING do_chores.now;
        EXCEPTION WHEN OTHERS THEN              -- one chore's trouble is not the others'
            INSERT INTO contrast.event (what, detail)
            SELECT 'chore_failed', jsonb_build_object('chore', v_chore, 'error', left(SQLERRM, 500))
             WHERE NOT EXISTS (
                SELECT FROM (SELECT e.* FROM contrast.event e WHERE e.job_id IS NULL ORDER BY e.id DESC LIMIT 100) l
                 WHERE l.what = 'chore_failed' AND l.detail ->> 'chore' = v_chore
                   AND l.at > do_chores.now - interval '10 min');
        END;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION contrast.run_schedules(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '200ms' AS $$
#variable_conflict use_column
DECLARE
    s contrast.schedule;
    v_job bigint;
    v_error text;
    v_stuck int := 0;
BEGIN
    FOR s IN
        SELECT * FROM contrast.schedule c WHERE c.next_at <= run_schedules.now
         ORDER BY c.next_at LIMIT 50 FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        EXIT WHEN v_stuck >= 5;
        v_job := NULL;
        v_error := NULL;
        IF EXISTS (SELECT FROM contrast.job j WHERE j.id = s.last_job AND j.finished_at IS NULL) THEN
            UPDATE contrast.schedule c SET skipped = c.skipped + 1 WHERE c.owner = s.owner AND c.name = s.name;
        ELSE
            BEGIN
                v_job := contrast.enqueue_for(s.owner, s.kind, s.params, s.priority,
                    'schedule ' || s.name || ' ' || to_char(s.next_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'));
            EXCEPTION
                WHEN lock_not_available OR deadlock_detected THEN
                    v_stuck := v_stuck + 1;
                    UPDATE contrast.schedule c SET next_at = run_schedules.now + interval '1 min',
                        last_error = 'a transaction of its owner keeps what it needs locked; tried again in a minute'
                     WHERE c.owner = s.owner AND c.name = s.name;
                    CONTINUE;
                WHEN OTHERS THEN
                    v_error := left(SQLERRM, 500);     -- one schedule's trouble is not the queue's
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
DECLARE
    r contrast.retention;
    v_count int;
BEGIN
    SELECT * INTO r FROM contrast.retention k
     WHERE k.applied_at < apply_retention.now - interval '1 min' ORDER BY k.applied_at, k.kind LIMIT 1
       FOR UPDATE SKIP LOCKED;
    IF r.kind IS NULL THEN RETURN; END IF;
    FOR i IN 1..10 LOOP
        v_count := cardinality(contrast.forget(
            CASE WHEN r.kind = '*'
                 THEN ARRAY(SELECT k.name FROM contrast.kind k
                             WHERE NOT EXISTS (SELECT FROM contrast.retention o WHERE o.kind = k.name))
                 ELSE ARRAY[r.kind] END,
            apply_retention.now - r.keep, 200, r.files));
        EXIT WHEN v_count < 200 OR clock_timestamp() > apply_retention.now + interval '1 s';
    END LOOP;
    -- Where there is more, the rule comes again soon, and behind the others.
    UPDATE contrast.retention k
       SET applied_at = apply_retention.now - CASE WHEN v_count < 200 THEN interval '0' ELSE interval '55 s' END
     WHERE k.kind = r.kind;
END $$;

CREATE FUNCTION contrast.forget_gone(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    DELETE FROM contrast.worker w WHERE w.id IN (
        SELECT o.id FROM contrast.worker o
         WHERE o.gone_at < forget_gone.now - interval '30 days'
           AND NOT EXISTS (SELECT FROM contrast.lease l WHERE l.worker_id = o.id) LIMIT 200);
    DELETE FROM contrast.pruned p WHERE p.job_id IN (
        SELECT o.job_id FROM contrast.pruned o WHERE o.at < forget_gone.now - interval '400 days'
         ORDER BY o.at LIMIT 1000);
END $$;
COMMENT ON FUNCTION contrast.forget_gone IS
'Forgets workers that went a month ago, and jobs whose files every worker has had 400 days to remove.';
CREATE INDEX pruned_at ON contrast.pruned (at);

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
    PERFORM contrast.tell('contrast_ctl', '') WHERE v_asked > 0;
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
    PERFORM contrast.tell('contrast_ctl', direct_worker.worker::text);
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
    PERFORM FROM contrast.latch t WHERE t.name = 'house' FOR NO KEY UPDATE;
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
        (SELECT count(*) FROM contrast.job j WHERE j.owner = o.owner AND j.state IN ('waiting', 'ready', 'held')),
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
    IF add_partition.parent = 'audit' THEN      -- a trigger on statements is each table's own
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON contrast.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION contrast.refuse_change()', v_name);
    END IF;
    INSERT INTO contrast.partition VALUES (v_name, add_partition.parent, add_partition.since, v_until);
END $$;
DO $$
DECLARE v_name text;
BEGIN
    FOR v_name IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                   WHERE i.inhparent = 'contrast.audit'::regclass
    LOOP
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON contrast.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION contrast.refuse_change()', v_name);
    END LOOP;
END $$;

-- Schedules, retention, pruning --------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION contrast.add_schedule(name text, spec text, kind text, params jsonb DEFAULT '{}',
    priority int DEFAULT 0)
RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_next timestamptz;
    v_most int := (SELECT (s.value #>> '{}')::int FROM contrast.setting s WHERE s.key = 'max_schedules');
BEGIN
    IF coalesce(length(add_schedule.name) NOT BETWEEN 1 AND 100, true) THEN
        RAISE EXCEPTION 'a schedule needs a name of 1 to 100 characters' USING ERRCODE = 'JQ004';
    END IF;
    PERFORM contrast.check_text('a schedule''s line', add_schedule.spec, 200);
    v_next := contrast.next_time(add_schedule.spec, clock_timestamp());
    IF v_most > 0 AND NOT pg_has_role(session_user, 'contrast_admin', 'member')
        AND (SELECT count(*) FROM contrast.schedule s
              WHERE s.owner = session_user AND s.name <> add_schedule.name) >= v_most THEN
        RAISE EXCEPTION 'you have % schedules, which is the limit; remove one', v_most USING ERRCODE = 'JQ004';
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
    IF NOT contrast.is_span(set_retention.keep, '100 years') THEN
        RAISE EXCEPTION 'keep must be longer than nothing and at most 100 years' USING ERRCODE = 'JQ004';
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
DECLARE v_before timestamptz;
BEGIN
    IF prune.older_than IS NULL OR NOT contrast.is_span(prune.older_than, '100 years') OR coalesce(prune.max < 1, true) THEN
        RAISE EXCEPTION 'older_than must be longer than nothing and at most 100 years, and max at least 1'
            USING ERRCODE = 'JQ004';
    END IF;
    v_before := clock_timestamp() - prune.older_than;
    RETURN QUERY SELECT unnest(contrast.forget(NULL, v_before, prune.max, coalesce(prune.files, false)));
    DELETE FROM contrast.worker w
     WHERE w.gone_at < v_before AND NOT EXISTS (SELECT FROM contrast.lease l WHERE l.worker_id = w.id);
END $$;

-- Views and who may do what ------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION contrast.waits_for(kind text, owner name) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_why text;
BEGIN
    IF NOT contrast.sees(waits_for.owner) THEN RETURN NULL; END IF;
    v_why := (SELECT p.why FROM contrast.spent p
               WHERE p.owner = waits_for.owner AND p.until > statement_timestamp());
    IF v_why IS NOT NULL THEN RETURN v_why; END IF;
    IF contrast.shut(waits_for.kind, waits_for.owner) THEN
        RETURN 'no slots: an administrator lets no such job run';
    END IF;
    RETURN CASE contrast.limit_on(waits_for.kind, waits_for.owner)
        WHEN 'owner' THEN 'waits for a slot: all ' || waits_for.kind || ' slots of ' || waits_for.owner || ' are used'
        WHEN 'kind' THEN 'waits for a slot: all ' || waits_for.kind || ' slots are used' END;
END $$;

-- Not by the caller's rights, so nobody's functions may look at rows before the view does.
ALTER VIEW contrast.slots SET (security_barrier = true);
ALTER VIEW contrast.owner_usage SET (security_barrier = true);

REVOKE ALL ON FUNCTION contrast.check_setting, contrast.is_span, contrast.check_text, contrast.is_admin, contrast.tell, contrast.turn,
    contrast.open_limit, contrast.has_room, contrast.check_room, contrast.lock_child, contrast.spread, contrast.revive_one,
    contrast.revive_children, contrast.settle_rest, contrast.leave, contrast.finish_late, contrast.tick, contrast.keep_house,
    contrast.forget_gone FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contrast.leave TO contrast_worker;
GRANT EXECUTE ON FUNCTION contrast.tick, contrast.keep_house TO contrast_worker, contrast_admin;

INSERT INTO contrast.migration (version, name) VALUES (29, 'bounds');
RESET ROLE;
