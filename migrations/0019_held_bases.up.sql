-- A worker that holds a base in memory says so when it claims, and gets a job on that base before others that
-- are as urgent. Loading a base takes as long as several pictures.
SET ROLE contrast_owner;
INSERT INTO contrast.setting VALUES
    ('max_overtakes', '8', 'how often jobs may be passed by others on the base that a worker has in memory; 0 = never');
ALTER TABLE contrast.job ADD COLUMN overtaken smallint NOT NULL DEFAULT 0;
COMMENT ON COLUMN contrast.job.overtaken IS
'How often others on the base that a worker had in memory were taken first; begins again with each attempt.';

-- Looks at the first sixteen jobs only, which bounds its cost. Jobs of one owner take turns among themselves,
-- so that nobody else's turn moves; those of several owners go before each other only where they are even.
CREATE FUNCTION contrast.prefer(w contrast.worker, kind text, base text) RETURNS bigint
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
COMMENT ON FUNCTION contrast.prefer IS
'The job of a kind on a base that may go before those that are as urgent, locked; null where the first one should go.';

DROP FUNCTION contrast.claim;
CREATE FUNCTION contrast.claim(worker uuid, kinds text[], max int, ttl interval,
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
COMMENT ON FUNCTION contrast.claim IS
'Gives a worker up to max ready jobs that it can run, each with its fencing token and newest good checkpoint.
holding: every job the worker knows it has; what it holds besides is handed out again first. base: the base that the worker has
in memory; jobs on it go before others that are as urgent, a few times.';
REVOKE ALL ON FUNCTION contrast.prefer, contrast.claim FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contrast.claim TO contrast_worker;
INSERT INTO contrast.migration (version, name) VALUES (19, 'held_bases');
RESET ROLE;
