-- Forgetting old jobs. Only rows go: the files of their outputs stay where they are.
SET ROLE contrast_owner;

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

INSERT INTO contrast.migration (version, name) VALUES (7, 'prune');
RESET ROLE;
