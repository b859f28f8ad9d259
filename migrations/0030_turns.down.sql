SET ROLE contrast_owner;
UPDATE contrast.job j SET parked_at = NULL WHERE j.parked_at IS NOT NULL;
DELETE FROM contrast.setting WHERE key = 'max_shared_priority';
CREATE OR REPLACE FUNCTION contrast.turn(j contrast.job) RETURNS bigint
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
CREATE OR REPLACE FUNCTION contrast.revive_one(job bigint) RETURNS void
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
CREATE OR REPLACE FUNCTION contrast.slots_left(kind text, owner name DEFAULT NULL) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_kind text COLLATE "default" := slots_left.kind;
    v_max int;
BEGIN
    IF slots_left.owner IS NULL THEN
        v_max := (SELECT s.max FROM contrast.slot s WHERE s.kind = v_kind AND s.owner = '');
    ELSE
        v_max := contrast.slot_limit(v_kind, slots_left.owner);
    END IF;
    IF v_max IS NULL THEN RETURN NULL; END IF;
    RETURN greatest(0, v_max - (
        SELECT count(*)::int FROM contrast.job j
         WHERE j.kind = v_kind AND j.state = 'running' AND j.finished_at IS NULL
           AND (slots_left.owner IS NULL OR j.owner = slots_left.owner)));
END $$;
CREATE OR REPLACE FUNCTION contrast.claim(worker uuid, kinds text[], max int, ttl interval,
    holding bigint[] DEFAULT NULL, base text DEFAULT NULL)
RETURNS TABLE (job_id bigint, token bigint, attempt int, kind text, owner name, params jsonb, seed bigint,
    failures int, crashes int, max_failures int, resume_step bigint, resume_path text, resume_sha256 bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    w contrast.worker := contrast.live_worker(claim.worker);
    v_kind text;
    v_first bigint;
    v_ids bigint[];
    v_room int;
    v_barred name[];
    v_limited boolean;
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
    PERFORM contrast.guard_fence();
    -- The kind whose first job is the most urgent comes first; if nothing of it fits, the next one.
    FOR v_kind IN
        SELECT u.k FROM unnest(claim.kinds) u(k)
         CROSS JOIN LATERAL (SELECT h.priority, h.fair, h.id FROM contrast.job h
                              WHERE h.state = 'ready' AND h.kind = u.k
                              ORDER BY h.priority DESC, h.fair, h.id LIMIT 1) head
         WHERE u.k = ANY (w.kinds) AND NOT EXISTS (SELECT FROM contrast.pause p WHERE p.kind IN (u.k, '*'))
         ORDER BY head.priority DESC, head.fair, head.id
    LOOP
        v_room := claim.max;
        v_barred := '{}';
        v_limited := contrast.has_limits(v_kind);
        IF v_limited THEN                       -- claims of such a kind come one after another
            PERFORM FROM contrast.latch t WHERE t.name = 'slots' FOR NO KEY UPDATE;
            v_room := least(v_room, contrast.slots_left(v_kind));
            CONTINUE WHEN v_room <= 0;
            v_barred := contrast.barred(v_kind);
        END IF;
        IF NOT v_limited OR cardinality(v_barred) = 0 AND v_room = 1 THEN
            v_first := CASE WHEN claim.base IS NOT NULL AND v_kind IN ('generate', 'train')
                            THEN contrast.prefer(w, v_kind, claim.base) END;
            v_ids := ARRAY(
                SELECT j.id FROM contrast.job j
                 WHERE j.state = 'ready' AND j.kind = v_kind AND (v_first IS NULL OR j.id = v_first)
                   AND j.need_tags <@ w.tags
                   AND j.need_ram_mb <= w.ram_mb AND j.need_vram_mb <= w.vram_mb
                   AND (j.conc_key IS NULL OR NOT EXISTS (
                        SELECT FROM contrast.job r
                         WHERE r.owner = j.owner AND r.conc_key = j.conc_key AND r.state = 'running'))
                 ORDER BY j.priority DESC, j.fair, j.id
                 LIMIT CASE WHEN v_first IS NULL THEN v_room ELSE 1 END FOR NO KEY UPDATE OF j SKIP LOCKED);
        ELSE
            -- Owner by owner, each from an index of their own: the backlog of one who has to wait is not read.
            v_ids := ARRAY(
                WITH RECURSIVE o AS (
                    (SELECT j.owner FROM contrast.job j WHERE j.state = 'ready' AND j.kind = v_kind
                      ORDER BY j.owner, j.priority DESC, j.fair, j.id LIMIT 1)
                    UNION ALL
                    SELECT (SELECT j.owner FROM contrast.job j
                             WHERE j.state = 'ready' AND j.kind = v_kind AND j.owner > o.owner
                             ORDER BY j.owner, j.priority DESC, j.fair, j.id LIMIT 1) FROM o WHERE o.owner IS NOT NULL)
                SELECT h.id FROM o CROSS JOIN LATERAL (
                    SELECT j.id, j.priority, j.fair FROM contrast.job j
                     WHERE j.state = 'ready' AND j.kind = v_kind AND j.owner = o.owner
                       AND j.need_tags <@ w.tags
                       AND j.need_ram_mb <= w.ram_mb AND j.need_vram_mb <= w.vram_mb
                       AND (j.conc_key IS NULL OR NOT EXISTS (
                            SELECT FROM contrast.job r
                             WHERE r.owner = j.owner AND r.conc_key = j.conc_key AND r.state = 'running'))
                     ORDER BY j.owner, j.priority DESC, j.fair, j.id
                     LIMIT least(v_room, contrast.slots_left(v_kind, o.owner))) h
                 WHERE o.owner <> ALL (v_barred) ORDER BY h.priority DESC, h.fair, h.id LIMIT v_room);
            v_ids := ARRAY(SELECT j.id FROM contrast.job j
                            WHERE j.id = ANY (v_ids) AND j.state = 'ready' FOR NO KEY UPDATE SKIP LOCKED);
        END IF;
        CONTINUE WHEN cardinality(v_ids) = 0;
        RETURN QUERY
        WITH one AS (                           -- of the jobs with one key one
            SELECT DISTINCT ON (p.owner, coalesce(p.conc_key, p.id::text), p.conc_key IS NULL) p.id
              FROM contrast.job p WHERE p.id = ANY (v_ids)
             ORDER BY p.owner, coalesce(p.conc_key, p.id::text), p.conc_key IS NULL, p.id),
        up AS (
            UPDATE contrast.job j SET state = 'running', token = nextval('contrast.fence'),
                attempts = j.attempts + 1, yield_at = NULL, stalled = false, reason = NULL, overtaken = 0
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
CREATE OR REPLACE FUNCTION contrast.prefer(w contrast.worker, kind text, base text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_limit int := (SELECT (s.value #>> '{}')::int FROM contrast.setting s WHERE s.key = 'max_overtakes');
    v_head contrast.job;
    v_first contrast.job;
    v_ahead bigint[] := '{}';
    v_fair bigint;
    j contrast.job;
BEGIN
    IF coalesce(v_limit, 0) <= 0 THEN RETURN NULL; END IF;
    FOR j IN
        SELECT r.* FROM contrast.job r
         WHERE r.state = 'ready' AND r.kind = prefer.kind AND r.need_tags <@ w.tags
           AND r.need_ram_mb <= w.ram_mb AND r.need_vram_mb <= w.vram_mb
           AND (r.conc_key IS NULL OR NOT EXISTS (
                SELECT FROM contrast.job o
                 WHERE o.owner = r.owner AND o.conc_key = r.conc_key AND o.state = 'running'))
         ORDER BY r.priority DESC, r.fair, r.id LIMIT 16
    LOOP
        IF v_head.id IS NULL THEN v_head := j; END IF;
        EXIT WHEN j.priority <> v_head.priority;
        IF (j.owner = v_head.owner OR j.fair = v_head.fair) AND EXISTS (
            SELECT FROM contrast.job_spec s
             WHERE s.job_id = j.id AND coalesce(s.params ->> 'base', 'small-world') = prefer.base) THEN
            v_first := j;
            EXIT;
        END IF;
        EXIT WHEN j.overtaken >= v_limit;
        v_ahead := v_ahead || j.id;
    END LOOP;
    IF v_first.id IS NULL OR v_first.id = v_head.id THEN RETURN NULL; END IF;
    -- Nobody waits here: what another worker is taking just now is left to it.
    PERFORM FROM contrast.job r WHERE r.id = v_first.id AND r.state = 'ready' FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN RETURN NULL; END IF;
    v_fair := v_first.fair;
    -- From the back: each of the owner''s takes the turn of the one behind it, and the preferred one the first.
    FOR j IN
        SELECT r.* FROM contrast.job r WHERE r.id = ANY (v_ahead) AND r.state = 'ready'
         ORDER BY r.fair DESC, r.id DESC FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        IF j.owner = v_first.owner THEN
            UPDATE contrast.job r SET overtaken = r.overtaken + 1, fair = v_fair WHERE r.id = j.id;
            v_fair := j.fair;
        ELSIF v_head.owner <> v_first.owner THEN
            UPDATE contrast.job r SET overtaken = r.overtaken + 1 WHERE r.id = j.id;
        END IF;
    END LOOP;
    UPDATE contrast.job r SET fair = v_fair WHERE r.id = v_first.id;
    RETURN v_first.id;
END $$;
CREATE OR REPLACE FUNCTION contrast.preempt(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_gap int := (SELECT (s.value #>> '{}')::int FROM contrast.setting s WHERE s.key = 'preempt_gap');
    v_least int;
    v_asked int;
    v_limit text;
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
        -- Where its kind or its owner has no slot left, only a job that has one could make room.
        v_limit := contrast.limit_on(u.kind, u.owner);
        CONTINUE WHEN v_limit NOT IN ('kind', 'owner');
        IF v_asked > 0 THEN                     -- for this one somebody is already on the way
            v_asked := v_asked - 1;
            CONTINUE;
        END IF;
        SELECT r.* INTO v_victim
          FROM contrast.lease l JOIN contrast.job r ON r.id = l.job_id
          JOIN contrast.worker w ON w.id = l.worker_id JOIN contrast.kind k ON k.name = r.kind
         WHERE k.preemptible AND r.state = 'running' AND r.priority + v_gap <= u.priority
           AND (v_limit IS NULL OR r.kind = u.kind AND (v_limit = 'kind' OR r.owner = u.owner))
           -- Nobody takes another's worker: one's own training makes room, or anybody's for an administrator.
           AND (r.owner = u.owner OR EXISTS (
                SELECT FROM pg_roles o
                 WHERE o.rolname = u.owner AND pg_has_role(o.oid, 'contrast_admin', 'member')))
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
CREATE OR REPLACE FUNCTION contrast.register_worker(
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
DROP FUNCTION contrast.park, contrast.can_run, contrast.most_urgent, contrast.may_start, contrast.rank_of;
DROP INDEX contrast.job_ready, contrast.job_turn, contrast.job_urgent, contrast.job_parked;
ALTER TABLE contrast.job DROP COLUMN rank, DROP COLUMN parked_at;
CREATE INDEX job_ready ON contrast.job (kind, priority DESC, fair, id) WHERE state = 'ready';
CREATE INDEX job_turn ON contrast.job (kind, owner, priority DESC, fair, id) WHERE state = 'ready';
COMMENT ON INDEX contrast.job_turn IS 'The ready jobs of each owner in their order.';
ALTER FUNCTION contrast.claim SET plan_cache_mode = force_generic_plan;
DELETE FROM contrast.migration WHERE version = 30;
RESET ROLE;
