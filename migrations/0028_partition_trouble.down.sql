SET ROLE contrast_owner;
CREATE OR REPLACE FUNCTION contrast.keep_partitions(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
#variable_conflict use_column
DECLARE
    t contrast.partitioning;
    p contrast.partition;
    v_keep interval;
    v_month timestamptz := contrast.period_start('month', keep_partitions.now);
    v_next timestamptz := contrast.period_start('month', v_month + interval '32 days');
BEGIN
    SELECT * INTO t FROM contrast.partitioning k
     WHERE k.checked_at < keep_partitions.now - interval '10 min' ORDER BY k.checked_at, k.parent LIMIT 1
       FOR UPDATE SKIP LOCKED;
    IF t.parent IS NULL THEN RETURN; END IF;
    UPDATE contrast.partitioning k SET checked_at = keep_partitions.now WHERE k.parent = t.parent;
    PERFORM set_config('contrast.keeps_house', 'on', true);
    BEGIN
        PERFORM contrast.add_partition(t.parent, v_month);
        PERFORM contrast.add_partition(t.parent, v_next);
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
        RAISE NOTICE '%', SQLERRM;              -- somebody reads for long; the next time will do
    END;
    BEGIN
        v_keep := coalesce((SELECT r.keep FROM contrast.retention r WHERE r.kind = t.rule), t.keep);
        FOR p IN
            SELECT * FROM contrast.partition k
             WHERE k.parent = t.parent AND k.until <= keep_partitions.now - v_keep ORDER BY k.until
        LOOP
            CONTINUE WHEN NOT contrast.may_drop(p.parent, p.since, p.until);
            EXECUTE format('DROP TABLE contrast.%I', p.name);
            DELETE FROM contrast.partition k WHERE k.name = p.name;
            INSERT INTO contrast.event (what, detail) VALUES ('partition_dropped',
                jsonb_build_object('name', p.name, 'until', p.until));
        END LOOP;
        EXECUTE format('DELETE FROM contrast.%I WHERE %I < %L', t.parent || '_rest', t.key, keep_partitions.now - v_keep);
        -- Events of no job have nothing that they go with.
        IF t.parent = 'audit' THEN
            DELETE FROM contrast.event e WHERE e.job_id IS NULL AND e.id IN (
                SELECT o.id FROM contrast.event o WHERE o.job_id IS NULL ORDER BY o.id LIMIT 1000)
               AND e.at < keep_partitions.now - v_keep;
        END IF;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
        RAISE NOTICE '%', SQLERRM;
    END;
    PERFORM set_config('contrast.keeps_house', '', true);
END $$;
DELETE FROM contrast.migration WHERE version = 28;
RESET ROLE;
