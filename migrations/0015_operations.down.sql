SET ROLE contrast_owner;
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
    RETURN QUERY SELECT v_promoted, v_rescued, v_stalled;
END $$;

DROP FUNCTION contrast.do_chores, contrast.run_schedules, contrast.enqueue_for, contrast.remove_schedule,
    contrast.add_schedule, contrast.next_time, contrast.clock_field, contrast.preempt, contrast.requeue_from,
    contrast.leftovers, contrast.apply_retention, contrast.set_retention, contrast.prune, contrast.forget;
DROP INDEX contrast.job_kind_done;
DROP TABLE contrast.schedule, contrast.retention, contrast.pruned;
CREATE FUNCTION contrast.prune(older_than interval, max int DEFAULT 1000) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_before timestamptz := clock_timestamp() - prune.older_than;
    v_ids bigint[];
BEGIN
    IF coalesce(prune.older_than <= interval '0', true) OR coalesce(prune.max < 1, true) THEN
        RAISE EXCEPTION 'older_than must be longer than nothing, and max at least 1'
            USING ERRCODE = 'JQ004';
    END IF;
    SELECT array_agg(o.id ORDER BY o.id) INTO v_ids FROM (
        SELECT j.id FROM contrast.job j
         WHERE j.finished_at < v_before
           -- A job that was cancelled because of this one could not tell later what it waited for.
           AND NOT EXISTS (
                SELECT FROM contrast.dep d JOIN contrast.job c ON c.id = d.job_id
                 WHERE d.needs = j.id AND NOT d.settled
                   AND (c.finished_at IS NULL OR c.finished_at >= v_before))
         ORDER BY j.finished_at LIMIT prune.max FOR UPDATE OF j SKIP LOCKED) o;
    DELETE FROM contrast.dep d WHERE d.needs = ANY (v_ids);
    DELETE FROM contrast.job j WHERE j.id = ANY (v_ids);
    INSERT INTO contrast.event (what, detail)
    SELECT 'pruned', jsonb_build_object('jobs', cardinality(v_ids), 'before', v_before)
     WHERE cardinality(v_ids) > 0;
    DELETE FROM contrast.worker w
     WHERE w.gone_at < v_before AND NOT EXISTS (SELECT FROM contrast.lease l WHERE l.worker_id = w.id);
    RETURN QUERY SELECT unnest(v_ids);
END $$;
COMMENT ON FUNCTION contrast.prune IS
'Forgets up to max jobs that ended longer ago, with their logs, curves and rows of outputs, and returns their
ids; the files stay on disk. Call it until it returns nothing.';
GRANT EXECUTE ON FUNCTION contrast.prune TO contrast_admin;
ALTER TABLE contrast.kind DROP COLUMN preemptible;
DELETE FROM contrast.setting s WHERE s.key IN ('queue_id', 'preempt_gap');
DELETE FROM contrast.migration WHERE version = 15;
RESET ROLE;
