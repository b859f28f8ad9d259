-- Whose turn it is. A priority orders its owner's jobs; before others' jobs it counts as far as max_shared_priority only, so that
-- nobody's numbers keep another waiting. A claim looks at so many jobs at most, whatever lies at the head of the line.
SET ROLE contrast_owner;

INSERT INTO contrast.setting (key, value, about, least, most) VALUES
    ('max_shared_priority', '0',
     'up to here priorities of people who are no administrators count before others'' jobs too; beyond, among their own', -100, 100);

ALTER TABLE contrast.job ADD COLUMN rank smallint NOT NULL DEFAULT 0, ADD COLUMN parked_at timestamptz;
COMMENT ON COLUMN contrast.job.rank IS 'Its priority before everybody''s jobs; its priority itself orders its owner''s.';
COMMENT ON COLUMN contrast.job.parked_at IS 'When it was last found that no live worker can take it: until then claims do not see it.';
UPDATE contrast.job j SET rank = CASE WHEN contrast.is_admin(j.owner) THEN j.priority ELSE least(j.priority, 0) END
 WHERE j.finished_at IS NULL AND j.priority <> 0;

DROP INDEX contrast.job_ready, contrast.job_turn;
CREATE INDEX job_ready ON contrast.job (kind, rank DESC, fair, id) WHERE state = 'ready' AND parked_at IS NULL;
CREATE INDEX job_turn ON contrast.job (kind, owner, rank DESC, fair, id) WHERE state = 'ready' AND parked_at IS NULL;
COMMENT ON INDEX contrast.job_turn IS 'The ready jobs of each owner in their order.';
CREATE INDEX job_urgent ON contrast.job (owner, priority DESC, fair, id)
    WHERE state = 'ready' AND parked_at IS NULL AND priority > rank;
CREATE INDEX job_parked ON contrast.job (parked_at) WHERE state = 'ready' AND parked_at IS NOT NULL;

CREATE FUNCTION contrast.rank_of(owner name, priority int) RETURNS smallint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_most int := (SELECT (s.value #>> '{}')::int FROM contrast.setting s WHERE s.key = 'max_shared_priority');
BEGIN
    IF rank_of.priority <= v_most OR contrast.is_admin(rank_of.owner) THEN RETURN rank_of.priority; END IF;
    RETURN v_most;
END $$;

CREATE OR REPLACE FUNCTION contrast.turn(j contrast.job) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN greatest(
        coalesce((SELECT b.fair + 1 FROM contrast.job b
                   WHERE b.owner = j.owner AND b.state IN ('waiting', 'ready') AND b.id <> j.id
                   ORDER BY b.owner DESC, b.fair DESC LIMIT 1), 0),
        coalesce((SELECT r.fair FROM contrast.job r
                   WHERE r.state = 'ready' AND r.parked_at IS NULL AND r.kind = j.kind AND r.rank = j.rank
                   ORDER BY r.kind, r.rank DESC, r.fair, r.id LIMIT 1), 0));
END $$;

CREATE OR REPLACE FUNCTION contrast.check_fair_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_most int;
BEGIN
    -- What an administrator gives another's job counts in full.
    NEW.rank := CASE WHEN TG_OP = 'UPDATE' AND NEW.owner <> session_user THEN NEW.priority
                     ELSE contrast.rank_of(NEW.owner, NEW.priority) END;
    IF TG_OP = 'INSERT' THEN
        NEW.fair := contrast.turn(NEW);
    ELSIF NEW.rank <> OLD.rank THEN             -- a turn of another class says nothing here
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
    j contrast.job;
BEGIN
    -- Edges whose parent has ended well meanwhile are paid now: nothing will settle them later.
    UPDATE contrast.dep d SET settled = true FROM contrast.job p
     WHERE d.job_id = revive_one.job AND p.id = d.needs AND NOT d.settled AND p.finished_at IS NOT NULL
       AND (p.state = 'succeeded' OR d.if_failed = 'run');
    SELECT count(*) INTO v_left FROM contrast.dep d WHERE d.job_id = revive_one.job AND NOT d.settled;
    SELECT * INTO j FROM contrast.job k WHERE k.id = revive_one.job;
    j.rank := contrast.rank_of(j.owner, j.priority);
    -- Counters start again; token and history stay, so that an attempt's identity only rises.
    UPDATE contrast.job k SET
        state = CASE WHEN k.hold THEN 'held' WHEN v_left > 0 THEN 'waiting' ELSE 'ready' END::contrast.state,
        deps_left = v_left, finished_at = NULL, reason = NULL, failures = 0, crashes = 0, cancel_at = NULL,
        yield_at = NULL, stalled = false, cancelled_by = NULL, run_at = clock_timestamp(), rank = j.rank, fair = contrast.turn(j),
        parked_at = NULL
     WHERE k.id = j.id;
    PERFORM contrast.record(revive_one.job, NULL, 'retried');
    PERFORM contrast.wake(j.kind);
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
           AND (slots_left.owner IS NULL OR j.owner = slots_left.owner)
           -- Whose worker has gone on uses nobody's slot but its owner's.
           AND (slots_left.owner IS NOT NULL OR NOT EXISTS (
                SELECT FROM contrast.lease l WHERE l.job_id = j.id AND l.ending))));
END $$;

CREATE FUNCTION contrast.may_start(kind text, owner name) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF EXISTS (SELECT FROM contrast.pause p WHERE p.kind IN (may_start.kind, '*')) THEN RETURN false; END IF;
    IF NOT contrast.has_limits(may_start.kind) THEN RETURN true; END IF;
    PERFORM FROM contrast.latch t WHERE t.name = 'slots' FOR NO KEY UPDATE;
    RETURN coalesce(contrast.slots_left(may_start.kind), 1) > 0 AND may_start.owner <> ALL (contrast.barred(may_start.kind));
END $$;

CREATE FUNCTION contrast.most_urgent(w contrast.worker, kinds text[], ids bigint[]) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    h contrast.job;
    u contrast.job;
    v_ids bigint[] := most_urgent.ids;
BEGIN
    FOR i IN 1..cardinality(v_ids) LOOP
        SELECT * INTO h FROM contrast.job j WHERE j.id = v_ids[i];
        SELECT r.* INTO u FROM (
            SELECT j.* FROM contrast.job j
             WHERE j.owner = h.owner AND j.state = 'ready' AND j.parked_at IS NULL
               AND j.priority > j.rank AND j.priority > h.priority
             ORDER BY j.owner, j.priority DESC, j.fair, j.id LIMIT 100) r
         WHERE r.id <> ALL (v_ids) AND r.kind = ANY (most_urgent.kinds) AND r.kind = ANY (w.kinds)
           AND r.need_tags <@ w.tags AND r.need_ram_mb <= w.ram_mb AND r.need_vram_mb <= w.vram_mb
           AND (r.conc_key IS NULL OR NOT EXISTS (
                SELECT FROM contrast.job o
                 WHERE o.owner = r.owner AND o.conc_key = r.conc_key AND o.state = 'running'))
         ORDER BY r.owner, r.priority DESC, r.fair, r.id LIMIT 1;
        CONTINUE WHEN u.id IS NULL OR u.kind <> h.kind AND NOT contrast.may_start(u.kind, u.owner);
        PERFORM FROM contrast.job j WHERE j.id = u.id AND j.state = 'ready' FOR NO KEY UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
        -- They change places, so that nobody else's turn moves.
        IF u.fair > h.fair THEN
            UPDATE contrast.job j SET fair = CASE j.id WHEN u.id THEN h.fair ELSE u.fair END WHERE j.id IN (u.id, h.id);
        END IF;
        v_ids[i] := u.id;
    END LOOP;
    RETURN v_ids;
END $$;
COMMENT ON FUNCTION contrast.most_urgent IS
'In place of each chosen job the most urgent one of its owner that fits; it takes that one''s turn.';

CREATE OR REPLACE FUNCTION contrast.claim(worker uuid, kinds text[], max int, ttl interval,
    holding bigint[] DEFAULT NULL, base text DEFAULT NULL)
RETURNS TABLE (job_id bigint, token bigint, attempt int, kind text, owner name, params jsonb, seed bigint,
    failures int, crashes int, max_failures int, resume_step bigint, resume_path text, resume_sha256 bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    w contrast.worker := contrast.live_worker(claim.worker);
    v_kind text;
    v_first bigint;
    v_ids bigint[];
    v_room int;
    v_barred name[];
    v_limited boolean;
    v_id bigint;
    v_spare int;
BEGIN
    -- What the worker holds without knowing, because the answer to a claim was lost, it gets again.
    RETURN QUERY
    UPDATE contrast.lease l SET expires_at = clock_timestamp() + claim.ttl, beat_at = clock_timestamp()
      FROM contrast.job j JOIN contrast.job_spec s ON s.job_id = j.id
      LEFT JOIN LATERAL (
        SELECT k.step, k.path, k.sha256 FROM contrast.checkpoint k
         WHERE k.job_id = j.id AND k.bad IS NULL ORDER BY k.step DESC, k.token DESC LIMIT 1) c ON true
     WHERE l.worker_id = w.id AND NOT l.ending AND l.job_id <> ALL (claim.holding) AND j.id = l.job_id
    RETURNING j.id, l.token, j.attempts, j.kind, j.owner, s.params, s.seed, j.failures::int,
        j.crashes::int, j.max_failures::int, c.step, c.path, c.sha256;
    IF FOUND OR w.desired <> 'run' THEN RETURN; END IF;
    PERFORM contrast.guard_fence();
    -- The kind whose first job is the most urgent comes first; if nothing of it fits, the next one.
    FOR v_kind IN
        SELECT u.k FROM unnest(claim.kinds) u(k)
         CROSS JOIN LATERAL (SELECT h.rank, h.fair, h.id FROM contrast.job h
                              WHERE h.state = 'ready' AND h.parked_at IS NULL AND h.kind = u.k
                              ORDER BY h.rank DESC, h.fair, h.id LIMIT 1) head
         WHERE u.k = ANY (w.kinds) AND NOT EXISTS (SELECT FROM contrast.pause p WHERE p.kind IN (u.k, '*'))
         ORDER BY head.rank DESC, head.fair, head.id
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
            -- Of so many at the head of the line the first that fit: whoever fills it with what nobody can take delays by that much.
            v_ids := CASE WHEN v_first IS NOT NULL THEN ARRAY[v_first] ELSE ARRAY(
                SELECT j.id FROM (
                    SELECT h.id, h.rank, h.fair FROM contrast.job h
                     WHERE h.state = 'ready' AND h.parked_at IS NULL AND h.kind = v_kind
                     ORDER BY h.rank DESC, h.fair, h.id LIMIT 500) c
                  JOIN contrast.job j ON j.id = c.id
                 WHERE j.state = 'ready' AND j.need_tags <@ w.tags
                   AND j.need_ram_mb <= w.ram_mb AND j.need_vram_mb <= w.vram_mb
                   AND (j.conc_key IS NULL OR NOT EXISTS (
                        SELECT FROM contrast.job r
                         WHERE r.owner = j.owner AND r.conc_key = j.conc_key AND r.state = 'running'))
                 ORDER BY c.rank DESC, c.fair, c.id LIMIT v_room FOR NO KEY UPDATE OF j SKIP LOCKED) END;
            CONTINUE WHEN cardinality(v_ids) = 0 AND (
                SELECT count(*) FROM (
                    SELECT FROM contrast.job h WHERE h.state = 'ready' AND h.parked_at IS NULL AND h.kind = v_kind
                     ORDER BY h.rank DESC, h.fair, h.id LIMIT 500) c) < 500;
        ELSE
            v_ids := '{}';
        END IF;
        FOREACH v_spare IN ARRAY CASE WHEN cardinality(v_ids) = 0 THEN '{0,15}' ELSE '{}' END::int[] LOOP
            -- Owner by owner, each from an index of their own: the backlog of one who has to wait is not read, and one who
            -- keeps jobs locked, or has long lines of jobs that do not fit here, stands in nobody else's way.
            FOR v_id IN
                WITH RECURSIVE o AS (
                    (SELECT j.owner FROM contrast.job j WHERE j.state = 'ready' AND j.parked_at IS NULL AND j.kind = v_kind
                      ORDER BY j.owner, j.rank DESC, j.fair, j.id LIMIT 1)
                    UNION ALL
                    SELECT (SELECT j.owner FROM contrast.job j
                             WHERE j.state = 'ready' AND j.parked_at IS NULL AND j.kind = v_kind AND j.owner > o.owner
                             ORDER BY j.owner, j.rank DESC, j.fair, j.id LIMIT 1) FROM o WHERE o.owner IS NOT NULL)
                SELECT h.id FROM o CROSS JOIN LATERAL (
                    SELECT j.id, j.rank, j.fair FROM (
                        SELECT t.* FROM contrast.job t
                         WHERE t.state = 'ready' AND t.parked_at IS NULL AND t.kind = v_kind AND t.owner = o.owner
                         ORDER BY t.rank DESC, t.fair, t.id LIMIT 100) j
                     WHERE j.need_tags <@ w.tags
                       AND j.need_ram_mb <= w.ram_mb AND j.need_vram_mb <= w.vram_mb
                       AND (j.conc_key IS NULL OR NOT EXISTS (
                            SELECT FROM contrast.job r
                             WHERE r.owner = j.owner AND r.conc_key = j.conc_key AND r.state = 'running'))
                     ORDER BY j.rank DESC, j.fair, j.id
                     LIMIT least(v_room + v_spare, contrast.slots_left(v_kind, o.owner))) h
                 WHERE o.owner <> ALL (v_barred) ORDER BY h.rank DESC, h.fair, h.id
            LOOP
                PERFORM FROM contrast.job j WHERE j.id = v_id AND j.state = 'ready' FOR NO KEY UPDATE SKIP LOCKED;
                IF FOUND THEN v_ids := v_ids || v_id; END IF;
                EXIT WHEN cardinality(v_ids) >= v_room;
            END LOOP;
            EXIT WHEN cardinality(v_ids) > 0;
        END LOOP;
        CONTINUE WHEN cardinality(v_ids) = 0;
        IF EXISTS (SELECT FROM contrast.job h JOIN contrast.job u ON u.owner = h.owner
                    WHERE h.id = ANY (v_ids) AND u.state = 'ready' AND u.parked_at IS NULL
                      AND u.priority > u.rank AND u.priority > h.priority) THEN
            v_ids := contrast.most_urgent(w, claim.kinds, v_ids);
        END IF;
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
         ORDER BY up.rank DESC, up.fair, up.id;
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
        SELECT r.* FROM (
            SELECT h.* FROM contrast.job h
             WHERE h.state = 'ready' AND h.parked_at IS NULL AND h.kind = prefer.kind
             ORDER BY h.rank DESC, h.fair, h.id LIMIT 500) r
         WHERE r.need_tags <@ w.tags
           AND r.need_ram_mb <= w.ram_mb AND r.need_vram_mb <= w.vram_mb
           AND (r.conc_key IS NULL OR NOT EXISTS (
                SELECT FROM contrast.job o
                 WHERE o.owner = r.owner AND o.conc_key = r.conc_key AND o.state = 'running'))
         ORDER BY r.rank DESC, r.fair, r.id LIMIT 16
    LOOP
        IF v_head.id IS NULL THEN v_head := j; END IF;
        EXIT WHEN j.rank <> v_head.rank;
        IF (j.owner = v_head.owner AND j.priority = v_head.priority OR j.owner <> v_head.owner AND j.fair = v_head.fair)
            AND EXISTS (
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
    v_least := (SELECT min(r.rank) FROM contrast.lease l JOIN contrast.job r ON r.id = l.job_id
                  JOIN contrast.kind k ON k.name = r.kind WHERE k.preemptible);
    IF v_least IS NULL OR v_least + v_gap > 100 THEN RETURN; END IF;
    v_asked := (SELECT count(*) FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id
                 WHERE j.yield_at IS NOT NULL AND j.reason LIKE 'preempted by %');
    FOR u IN
        SELECT j.* FROM contrast.kind k CROSS JOIN LATERAL (
                (SELECT h.* FROM contrast.job h
                  WHERE h.state = 'ready' AND h.parked_at IS NULL AND h.kind = k.name AND h.rank >= v_least + v_gap
                  ORDER BY h.rank DESC, h.fair, h.id LIMIT 20)
                UNION ALL                       -- of each owner the most urgent
                (SELECT DISTINCT ON (h.owner) h.* FROM contrast.job h
                  WHERE h.state = 'ready' AND h.parked_at IS NULL AND h.kind = k.name
                    AND h.priority > h.rank AND h.priority >= v_least + v_gap AND h.rank < v_least + v_gap
                  ORDER BY h.owner, h.priority DESC, h.fair, h.id)) j
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
         WHERE k.preemptible AND r.state = 'running' AND CASE WHEN r.owner = u.owner THEN r.priority ELSE r.rank END + v_gap <= u.priority
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
        PERFORM contrast.tell('contrast_ctl', v_victim.id::text);
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
    -- What nobody could take before comes back to the line.
    UPDATE contrast.job j SET parked_at = NULL
      FROM (SELECT p.id FROM contrast.job p
             WHERE p.state = 'ready' AND p.parked_at IS NOT NULL AND p.kind = ANY (register_worker.kinds)
               AND p.need_tags <@ register_worker.tags AND p.need_ram_mb <= register_worker.ram_mb
               AND p.need_vram_mb <= register_worker.vram_mb
             ORDER BY p.rank DESC, p.fair, p.id LIMIT 5000 FOR NO KEY UPDATE SKIP LOCKED) fits
     WHERE j.id = fits.id;
    PERFORM FROM contrast.worker w
      WHERE w.id = register_worker.id AND w.db_user = session_user AND w.gone_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'worker id % is taken; each start needs an id of its own', register_worker.id
            USING ERRCODE = 'JQ002';
    END IF;
    RETURN register_worker.id;
END $$;

CREATE FUNCTION contrast.can_run(kind text, tags text[], ram_mb int, vram_mb int) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN EXISTS (SELECT FROM contrast.worker w
                    WHERE w.gone_at IS NULL AND can_run.kind = ANY (w.kinds) AND can_run.tags <@ w.tags
                      AND can_run.ram_mb <= w.ram_mb AND can_run.vram_mb <= w.vram_mb);
END $$;

CREATE FUNCTION contrast.park(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    UPDATE contrast.job j SET parked_at = park.now
      FROM (SELECT p.id FROM contrast.kind k CROSS JOIN LATERAL (
                SELECT h.* FROM contrast.job h
                 WHERE h.state = 'ready' AND h.parked_at IS NULL AND h.kind = k.name
                 ORDER BY h.rank DESC, h.fair, h.id LIMIT 500) c
              JOIN contrast.job p ON p.id = c.id
             -- Where nobody takes the kind at all, nobody looks at its line.
             WHERE contrast.can_run(k.name, '{}', 0, 0) AND p.state = 'ready'
               AND (p.need_tags <> '{}' OR p.need_ram_mb > 0 OR p.need_vram_mb > 0)
               AND NOT contrast.can_run(p.kind, p.need_tags, p.need_ram_mb, p.need_vram_mb)
               FOR NO KEY UPDATE OF p SKIP LOCKED) alone
     WHERE j.id = alone.id;
    UPDATE contrast.job j
       SET parked_at = CASE WHEN NOT contrast.can_run(j.kind, j.need_tags, j.need_ram_mb, j.need_vram_mb) THEN park.now END
      FROM (SELECT p.id FROM contrast.job p
             WHERE p.state = 'ready' AND p.parked_at < park.now - interval '1 min'
             ORDER BY p.parked_at LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED) old
     WHERE j.id = old.id;
END $$;
COMMENT ON FUNCTION contrast.park IS
'Takes jobs that no live worker can take out of the line that claims read, and back when one can.';

CREATE OR REPLACE FUNCTION contrast.do_chores(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '200ms' AS $$
#variable_conflict use_column
DECLARE v_chore text;
BEGIN
    IF NOT EXISTS (SELECT FROM contrast.latch t WHERE t.name = 'house' FOR NO KEY UPDATE SKIP LOCKED) THEN RETURN; END IF;
    FOREACH v_chore IN ARRAY '{count_budgets,fold_usage,run_schedules,preempt,park,apply_retention,forget_gone,keep_partitions}'::text[]
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

REVOKE ALL ON FUNCTION contrast.rank_of, contrast.may_start, contrast.most_urgent, contrast.can_run, contrast.park FROM PUBLIC;

INSERT INTO contrast.migration (version, name) VALUES (30, 'turns');
RESET ROLE;
