-- Slots: how many jobs of a kind may run at once, in the whole fleet and for each owner.
SET ROLE contrast_owner;

-- Locks that only the queue's own functions can take: an advisory lock is open to every session.
CREATE TABLE contrast.latch (name text PRIMARY KEY);
COMMENT ON TABLE contrast.latch IS 'Rows that functions lock to come one after another; nobody else can.';
INSERT INTO contrast.latch VALUES ('slots'), ('tick');

CREATE TABLE contrast.slot (
    kind text NOT NULL REFERENCES contrast.kind,
    owner name NOT NULL,                        -- empty: the whole fleet; *: each owner without a line of their own
    max int NOT NULL CHECK (max >= 0),
    PRIMARY KEY (kind, owner)
);
COMMENT ON TABLE contrast.slot IS 'How many jobs of a kind may run at once; contrast.set_slots writes it, contrast.slots shows it.';
COMMENT ON COLUMN contrast.slot.owner IS 'Whose jobs: empty for the whole fleet, * for each owner without a line of their own.';

-- Where some owners have to wait, the others' jobs are found without reading theirs.
CREATE INDEX job_turn ON contrast.job (kind, owner, priority DESC, fair, id) WHERE state = 'ready';
COMMENT ON INDEX contrast.job_turn IS 'The ready jobs of each owner in their order.';

DO $$
DECLARE v_tick text := pg_get_functiondef('contrast.tick()'::regprocedure);
BEGIN
    ASSERT v_tick LIKE '%NOT pg_try_advisory_xact_lock(7301, 1)%';
    EXECUTE replace(v_tick, 'NOT pg_try_advisory_xact_lock(7301, 1)',
        'NOT EXISTS (SELECT FROM contrast.latch t WHERE t.name = ''tick'' FOR NO KEY UPDATE SKIP LOCKED)');
END $$;

CREATE FUNCTION contrast.has_limits(kind text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM contrast.slot s WHERE s.kind = has_limits.kind);
END $$;
COMMENT ON FUNCTION contrast.has_limits IS 'Whether anything but its workers keeps a job of this kind from running.';

-- A name among the arguments would make every comparison one in the collation C, which no index has.
CREATE FUNCTION contrast.slot_limit(kind text, owner name) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_kind text COLLATE "default" := slot_limit.kind;
BEGIN
    RETURN (SELECT s.max FROM contrast.slot s WHERE s.kind = v_kind AND s.owner IN (slot_limit.owner, '*')
             ORDER BY s.owner = '*' LIMIT 1);
END $$;
COMMENT ON FUNCTION contrast.slot_limit IS 'How many jobs of a kind an owner may have running at once, or null.';

CREATE FUNCTION contrast.slots_left(kind text, owner name DEFAULT NULL) RETURNS int
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
COMMENT ON FUNCTION contrast.slots_left IS
'How many more jobs of a kind may run in the whole fleet, or of an owner; null where nobody has set a limit.';

CREATE FUNCTION contrast.barred(kind text) RETURNS name[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN ARRAY(
        WITH busy AS MATERIALIZED (
            SELECT r.owner, count(*) AS n FROM contrast.job r
             WHERE r.kind = barred.kind AND r.state = 'running' AND r.finished_at IS NULL GROUP BY r.owner)
        SELECT b.owner FROM busy b WHERE b.n >= contrast.slot_limit(barred.kind, b.owner)
        UNION ALL
        SELECT s.owner FROM contrast.slot s WHERE s.kind = barred.kind AND s.max = 0 AND s.owner <> '');
END $$;
COMMENT ON FUNCTION contrast.barred IS
'Owners who may not start a job of this kind just now; * among them where most may not.';

CREATE FUNCTION contrast.limit_on(kind text, owner name) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE WHEN contrast.slots_left(limit_on.kind, limit_on.owner) = 0 THEN 'owner'
                WHEN contrast.slots_left(limit_on.kind) = 0 THEN 'kind' END;
END $$;
COMMENT ON FUNCTION contrast.limit_on IS
'What keeps a job of this kind and owner from running now: owner, where they use all of their slots, kind, where all slots
are used, or null.';

CREATE FUNCTION contrast.shut(kind text, owner name) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_kind text COLLATE "default" := shut.kind;
BEGIN
    RETURN EXISTS (SELECT FROM contrast.slot s WHERE s.kind = v_kind AND s.owner = '' AND s.max = 0)
        OR coalesce(contrast.slot_limit(v_kind, shut.owner) = 0, false);
END $$;
COMMENT ON FUNCTION contrast.shut IS 'Whether an administrator lets no job of this kind and owner run at all.';

CREATE FUNCTION contrast.waits_for(kind text, owner name) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF contrast.shut(waits_for.kind, waits_for.owner) THEN
        RETURN 'no slots: an administrator lets no such job run';
    END IF;
    RETURN CASE contrast.limit_on(waits_for.kind, waits_for.owner)
        WHEN 'owner' THEN 'waits for a slot: all ' || waits_for.kind || ' slots of ' || waits_for.owner || ' are used'
        WHEN 'kind' THEN 'waits for a slot: all ' || waits_for.kind || ' slots are used' END;
END $$;
COMMENT ON FUNCTION contrast.waits_for IS 'Why a ready job of this kind and owner is not taken, as a sentence, or null.';

CREATE FUNCTION contrast.set_slots(kind text, max int, owner name DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_owner name := coalesce(set_slots.owner, '');
BEGIN
    IF NOT EXISTS (SELECT FROM contrast.kind k WHERE k.name = set_slots.kind) THEN
        RAISE EXCEPTION 'unknown kind of job "%"', set_slots.kind USING ERRCODE = 'JQ004';
    END IF;
    IF set_slots.max < 0 THEN
        RAISE EXCEPTION 'slots must not be negative, and are %', set_slots.max USING ERRCODE = 'JQ004';
    END IF;
    IF v_owner NOT IN ('', '*') AND set_slots.max IS NOT NULL
        AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = v_owner) THEN
        RAISE EXCEPTION 'there is no role "%"', v_owner USING ERRCODE = 'JQ004';
    END IF;
    PERFORM FROM contrast.latch t WHERE t.name = 'slots' FOR NO KEY UPDATE;
    DELETE FROM contrast.slot s WHERE s.kind = set_slots.kind AND s.owner = v_owner;
    INSERT INTO contrast.slot (kind, owner, max)
    SELECT set_slots.kind, v_owner, set_slots.max WHERE set_slots.max IS NOT NULL;
    INSERT INTO contrast.event (what, detail) VALUES ('slots_set', jsonb_build_object(
        'kind', set_slots.kind, 'max', set_slots.max, 'owner', set_slots.owner));
    PERFORM contrast.wake(set_slots.kind);
END $$;
COMMENT ON FUNCTION contrast.set_slots IS
'How many jobs of a kind may run at once: of everybody, or of an owner, or with * of each owner without a limit of their
own. max 0: none is started; null: as many as there are workers. What runs already goes on.';

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

CREATE OR REPLACE FUNCTION contrast.drained(worker uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT NOT EXISTS (
        SELECT FROM contrast.worker w JOIN contrast.job j ON j.kind = ANY (w.kinds)
         WHERE w.id = drained.worker AND j.finished_at IS NULL AND j.need_tags <@ w.tags
           AND j.need_ram_mb <= w.ram_mb AND j.need_vram_mb <= w.vram_mb
           AND (j.state = 'running'
                OR NOT EXISTS (SELECT FROM contrast.pause p WHERE p.kind IN (j.kind, '*'))
                   AND NOT contrast.shut(j.kind, j.owner)
                   AND (j.state = 'ready'
                        OR j.state = 'waiting' AND j.deps_left = 0
                           AND (j.run_at <= statement_timestamp() OR j.failures + j.crashes > 0)))) $$;

CREATE OR REPLACE VIEW contrast.jobs WITH (security_invoker = true) AS
SELECT j.id, j.kind, j.owner, j.state, j.priority,
    CASE WHEN j.state = 'succeeded' THEN 100.0
         WHEN l.steps > 0 THEN round(100.0 * least(l.step, l.steps) / l.steps, 1) END AS percent,
    l.step, l.steps, l.note, w.name AS worker, w.host,
    CASE
        WHEN j.state = 'running' AND j.cancel_at IS NOT NULL THEN 'cancelling: ' || coalesce(j.reason, '')
        WHEN j.state = 'running' AND j.hold THEN 'holding'
        WHEN j.state = 'running' AND j.yield_at IS NOT NULL THEN coalesce(j.reason, 'is being given back')
        WHEN j.state = 'waiting' AND j.deps_left > 0 THEN 'waits for job '
            || (SELECT string_agg(d.needs::text, ', ' ORDER BY d.needs) FROM contrast.dep d
                 WHERE d.job_id = j.id AND NOT d.settled)
        WHEN j.state = 'waiting' AND j.run_at > statement_timestamp() THEN
            coalesce(j.reason || '; ', '') || 'not before ' || to_char(j.run_at, 'YYYY-MM-DD HH24:MI:SS OF')
        WHEN j.state = 'ready' AND EXISTS (SELECT FROM contrast.pause p WHERE p.kind IN (j.kind, '*'))
            THEN 'the kind is paused'
        WHEN j.state = 'ready' AND NOT EXISTS (
            SELECT FROM contrast.worker k
             WHERE k.gone_at IS NULL AND j.kind = ANY (k.kinds) AND j.need_tags <@ k.tags
               AND j.need_ram_mb <= k.ram_mb AND j.need_vram_mb <= k.vram_mb)
            THEN 'no live worker can take it'
        WHEN j.state = 'ready' THEN coalesce(contrast.waits_for(j.kind, j.owner) COLLATE "default", j.reason, 'ready')
        WHEN j.state = 'held' THEN coalesce(j.reason, 'held')
        ELSE j.reason END AS reason,
    (SELECT array_agg(g.text ORDER BY g.at, g.text) FROM contrast.warning g WHERE g.job_id = j.id) AS warnings,
    j.attempts, j.failures, j.crashes, j.yields, j.hold, j.cancel_at IS NOT NULL AS cancelling,
    statement_timestamp() - l.beat_at AS since_beat, j.idem_key, j.need_tags, j.need_ram_mb, j.need_vram_mb,
    j.created_at, j.run_at,
    (SELECT max(a.started_at) FROM contrast.attempt a WHERE a.job_id = j.id) AS started_at, j.finished_at,
    s.params, s.seed
  FROM contrast.job j
  JOIN contrast.job_spec s ON s.job_id = j.id
  LEFT JOIN contrast.lease l ON l.job_id = j.id
  LEFT JOIN contrast.worker w ON w.id = l.worker_id;

-- Grouped by owner first, so that limits are looked up once for each.
CREATE OR REPLACE VIEW contrast.queue_depth WITH (security_invoker = true) AS
SELECT k.name AS kind,
    coalesce(sum(o.waiting), 0)::bigint AS waiting, coalesce(sum(o.ready), 0)::bigint AS ready,
    coalesce(sum(o.running), 0)::bigint AS running, coalesce(sum(o.held), 0)::bigint AS held,
    statement_timestamp() - min(o.oldest) AS oldest_ready,
    EXISTS (SELECT FROM contrast.pause p WHERE p.kind IN (k.name, '*')) AS paused,
    (SELECT s.max FROM contrast.slot s WHERE s.kind = k.name AND s.owner = '') AS slots,
    coalesce(sum(o.ready) FILTER (WHERE contrast.waits_for(k.name, o.owner) IS NOT NULL), 0)::bigint AS blocked
  FROM contrast.kind k
  LEFT JOIN (
    SELECT j.kind, j.owner,
        count(*) FILTER (WHERE j.state = 'waiting') AS waiting,
        count(*) FILTER (WHERE j.state = 'ready') AS ready,
        count(*) FILTER (WHERE j.state = 'running') AS running,
        count(*) FILTER (WHERE j.state = 'held') AS held,
        min(greatest(j.created_at, j.run_at)) FILTER (WHERE j.state = 'ready') AS oldest
      FROM contrast.job j WHERE j.finished_at IS NULL GROUP BY j.kind, j.owner) o ON o.kind = k.name
 GROUP BY k.name;
COMMENT ON VIEW contrast.queue_depth IS
'How much of each kind there is to do, how long the oldest waits, how many may run at once (null: as many as there are
workers), and how many of the ready ones wait for a slot.';

CREATE OR REPLACE VIEW contrast.unplaceable WITH (security_invoker = true) AS
SELECT u.id, u.kind, u.owner, u.need_tags, u.need_ram_mb, u.need_vram_mb, u.created_at, u.why AS reason
  FROM (
    SELECT j.*, CASE
        WHEN contrast.shut(j.kind, j.owner) THEN contrast.waits_for(j.kind, j.owner) COLLATE "default"
        WHEN NOT EXISTS (SELECT FROM contrast.worker w WHERE w.gone_at IS NULL AND j.kind = ANY (w.kinds))
            THEN 'no live worker takes ' || j.kind || ' jobs'
        WHEN NOT EXISTS (SELECT FROM contrast.worker w
                          WHERE w.gone_at IS NULL AND j.kind = ANY (w.kinds) AND j.need_tags <@ w.tags)
            THEN 'no live worker that takes ' || j.kind || ' jobs has the tags '
                || array_to_string(j.need_tags, ', ')
        WHEN NOT EXISTS (SELECT FROM contrast.worker w
                          WHERE w.gone_at IS NULL AND j.kind = ANY (w.kinds) AND j.need_tags <@ w.tags
                            AND j.need_ram_mb <= w.ram_mb AND j.need_vram_mb <= w.vram_mb)
            THEN 'no live worker with its tags has the memory: ' || j.need_ram_mb || ' MB and '
                || j.need_vram_mb || ' MB of an accelerator' END AS why
      FROM contrast.job j WHERE j.state = 'ready') u
 WHERE u.why IS NOT NULL;
COMMENT ON VIEW contrast.unplaceable IS 'Ready jobs that nobody will ever take as things are, and why.';

-- Not by the caller's rights: limits count everybody's jobs.
CREATE VIEW contrast.slots AS
SELECT s.kind, nullif(s.owner, '') AS owner, s.max,
    CASE WHEN s.owner = '*' THEN
        coalesce((SELECT max(c.n) FROM (
            SELECT count(*) AS n FROM contrast.job j
             WHERE j.kind = s.kind AND j.state = 'running' AND j.finished_at IS NULL
               AND NOT EXISTS (SELECT FROM contrast.slot o WHERE o.kind = s.kind AND o.owner = j.owner)
             GROUP BY j.owner) c), 0)
        ELSE (SELECT count(*) FROM contrast.job j
               WHERE j.kind = s.kind AND j.state = 'running' AND j.finished_at IS NULL
                 AND s.owner IN ('', j.owner)) END AS running
  FROM contrast.slot s WHERE s.owner IN ('', '*') OR contrast.sees(s.owner);
COMMENT ON VIEW contrast.slots IS
'How many jobs of a kind may run at once and how many do: of everybody where owner is null, of each owner where it is *
(running is then the most that one has), or of one owner.';

REVOKE ALL ON FUNCTION contrast.has_limits, contrast.slot_limit, contrast.slots_left, contrast.barred, contrast.limit_on, contrast.shut,
    contrast.waits_for, contrast.set_slots FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contrast.set_slots TO contrast_admin;
GRANT EXECUTE ON FUNCTION contrast.waits_for, contrast.shut, contrast.slot_limit TO contrast_submit, contrast_read;
GRANT SELECT ON contrast.slot, contrast.slots TO contrast_submit, contrast_read;
ALTER TABLE contrast.slot ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON contrast.slot FOR SELECT USING (owner IN ('', '*') OR contrast.sees(owner));

INSERT INTO contrast.migration (version, name) VALUES (22, 'slots');
RESET ROLE;
