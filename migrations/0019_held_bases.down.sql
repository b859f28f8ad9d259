SET ROLE contrast_owner;
DROP FUNCTION contrast.claim;
CREATE FUNCTION contrast.claim(worker uuid, kinds text[], max int, ttl interval,
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
COMMENT ON FUNCTION contrast.claim IS
'Gives a worker up to max ready jobs that it can run, each with its fencing token and newest good checkpoint.
holding: every job the worker knows it has; what it holds besides is handed out again first.';
REVOKE ALL ON FUNCTION contrast.claim FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contrast.claim TO contrast_worker;
DROP FUNCTION contrast.prefer;
ALTER TABLE contrast.job DROP COLUMN overtaken;
DELETE FROM contrast.setting WHERE key = 'max_overtakes';
DELETE FROM contrast.migration WHERE version = 19;
RESET ROLE;
