-- Nobody starves others: urgent jobs make trainings of their own owner yield, or of anybody where an administrator
-- enqueued them, and administrators may limit what one owner puts before others.
SET ROLE contrast_owner;

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
COMMENT ON FUNCTION contrast.preempt IS
'Asks running trainings to save a checkpoint and yield for ready jobs that are more urgent by preempt_gap and that no
free worker can take: those of the same owner, and anybody''s for jobs of an administrator. They go on afterwards.';

COMMENT ON FUNCTION contrast.clock_field IS 'The numbers that one field of a cron line names.';

INSERT INTO contrast.setting VALUES
    ('max_submit_priority', '100', 'highest priority of jobs of people who are no administrators'),
    ('max_open_jobs', '0', 'jobs that one owner who is no administrator may have waiting; 0 = as many as they like');

CREATE FUNCTION contrast.check_fair_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_priority int := (SELECT (s.value #>> '{}')::int FROM contrast.setting s WHERE s.key = 'max_submit_priority');
    v_open int := (SELECT (s.value #>> '{}')::int FROM contrast.setting s WHERE s.key = 'max_open_jobs');
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
CREATE TRIGGER check_fair_use BEFORE INSERT OR UPDATE OF priority ON contrast.job
    FOR EACH ROW EXECUTE FUNCTION contrast.check_fair_use();

INSERT INTO contrast.migration (version, name) VALUES (16, 'fair_use');
RESET ROLE;
