SET ROLE contrast_owner;
DROP TRIGGER check_fair_use ON contrast.job;
DROP FUNCTION contrast.check_fair_use;
DELETE FROM contrast.setting s WHERE s.key IN ('max_submit_priority', 'max_open_jobs');
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
DELETE FROM contrast.migration WHERE version = 16;
RESET ROLE;
