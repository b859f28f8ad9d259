SET ROLE contrast_owner;
DROP VIEW contrast.slots, contrast.unplaceable, contrast.queue_depth;
CREATE VIEW contrast.queue_depth WITH (security_invoker = true) AS
SELECT k.name AS kind,
    count(*) FILTER (WHERE j.state = 'waiting') AS waiting,
    count(*) FILTER (WHERE j.state = 'ready') AS ready,
    count(*) FILTER (WHERE j.state = 'running') AS running,
    count(*) FILTER (WHERE j.state = 'held') AS held,
    statement_timestamp() - min(greatest(j.created_at, j.run_at)) FILTER (WHERE j.state = 'ready') AS oldest_ready,
    EXISTS (SELECT FROM contrast.pause p WHERE p.kind IN (k.name, '*')) AS paused
  FROM contrast.kind k
  LEFT JOIN contrast.job j ON j.kind = k.name AND j.finished_at IS NULL
 GROUP BY k.name;
COMMENT ON VIEW contrast.queue_depth IS 'How much of each kind there is to do, and how long the oldest waits.';

CREATE VIEW contrast.unplaceable WITH (security_invoker = true) AS
SELECT j.id, j.kind, j.owner, j.need_tags, j.need_ram_mb, j.need_vram_mb, j.created_at
  FROM contrast.job j
 WHERE j.state = 'ready' AND NOT EXISTS (
    SELECT FROM contrast.worker w
     WHERE w.gone_at IS NULL AND j.kind = ANY (w.kinds) AND j.need_tags <@ w.tags
       AND j.need_ram_mb <= w.ram_mb AND j.need_vram_mb <= w.vram_mb);
COMMENT ON VIEW contrast.unplaceable IS 'Ready jobs that no live worker could ever take.';

GRANT SELECT ON contrast.queue_depth, contrast.unplaceable TO contrast_submit, contrast_read;
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
        WHEN j.state IN ('ready', 'held') THEN coalesce(j.reason, j.state::text)
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

CREATE OR REPLACE FUNCTION contrast.drained(worker uuid) RETURNS boolean
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

CREATE OR REPLACE FUNCTION contrast.preempt(now timestamptz) RETURNS void
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
        v_first := CASE WHEN claim.base IS NOT NULL AND v_kind IN ('generate', 'train')
                        THEN contrast.prefer(w, v_kind, claim.base) END;
        RETURN QUERY
        WITH pick AS MATERIALIZED (             -- materialized: a LIMIT under a lock must run once
            SELECT j.id, j.owner, j.conc_key FROM contrast.job j
             WHERE j.state = 'ready' AND j.kind = v_kind AND (v_first IS NULL OR j.id = v_first)
               AND j.need_tags <@ w.tags
               AND j.need_ram_mb <= w.ram_mb AND j.need_vram_mb <= w.vram_mb
               AND (j.conc_key IS NULL OR NOT EXISTS (
                    SELECT FROM contrast.job r
                     WHERE r.owner = j.owner AND r.conc_key = j.conc_key AND r.state = 'running'))
             ORDER BY j.priority DESC, j.fair, j.id
             LIMIT CASE WHEN v_first IS NULL THEN claim.max ELSE 1 END FOR NO KEY UPDATE OF j SKIP LOCKED),
        one AS (
            SELECT DISTINCT ON (p.owner, coalesce(p.conc_key, p.id::text), p.conc_key IS NULL) p.id FROM pick p
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

DROP FUNCTION contrast.set_slots, contrast.waits_for, contrast.shut, contrast.limit_on, contrast.barred,
    contrast.slots_left, contrast.slot_limit, contrast.has_limits;
DO $$
DECLARE v_tick text := pg_get_functiondef('contrast.tick()'::regprocedure);
BEGIN
    EXECUTE replace(v_tick,
        'NOT EXISTS (SELECT FROM contrast.latch t WHERE t.name = ''tick'' FOR NO KEY UPDATE SKIP LOCKED)',
        'NOT pg_try_advisory_xact_lock(7301, 1)');
END $$;
DROP INDEX contrast.job_turn;
DROP TABLE contrast.slot, contrast.latch;
DELETE FROM contrast.migration WHERE version = 22;
RESET ROLE;
