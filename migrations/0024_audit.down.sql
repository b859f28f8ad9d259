SET ROLE contrast_owner;
CREATE OR REPLACE FUNCTION contrast.reprioritize(job bigint, priority int) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE j contrast.job := contrast.locked(reprioritize.job);
BEGIN
    IF coalesce(reprioritize.priority NOT BETWEEN -100 AND 100, true) THEN
        RAISE EXCEPTION 'priority must be between -100 and 100, not %', reprioritize.priority
            USING ERRCODE = 'JQ004';
    END IF;
    IF j.finished_at IS NULL THEN
        UPDATE contrast.job k SET priority = reprioritize.priority WHERE k.id = j.id;
    END IF;
    RETURN j.state::text;
END $$;

CREATE OR REPLACE FUNCTION contrast.set_retention(kind text, keep interval, files boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF set_retention.kind <> '*' AND NOT EXISTS (SELECT FROM contrast.kind k WHERE k.name = set_retention.kind) THEN
        RAISE EXCEPTION 'unknown kind of job "%"', set_retention.kind USING ERRCODE = 'JQ004';
    END IF;
    IF set_retention.keep <= interval '0' THEN
        RAISE EXCEPTION 'keep must be longer than nothing' USING ERRCODE = 'JQ004';
    END IF;
    DELETE FROM contrast.retention r WHERE r.kind = set_retention.kind;
    INSERT INTO contrast.retention (kind, keep, files)
    SELECT set_retention.kind, set_retention.keep, coalesce(set_retention.files, true)
     WHERE set_retention.keep IS NOT NULL;
    INSERT INTO contrast.event (what, detail) VALUES ('retention_set', jsonb_build_object(
        'kind', set_retention.kind, 'keep', set_retention.keep::text, 'files', set_retention.files));
END $$;

CREATE OR REPLACE FUNCTION contrast.do_chores(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM contrast.count_budgets(do_chores.now);
    PERFORM contrast.fold_usage(do_chores.now);
    PERFORM contrast.run_schedules(do_chores.now);
    PERFORM contrast.preempt(do_chores.now);
    PERFORM contrast.apply_retention(do_chores.now);
END $$;

DROP TRIGGER note_setting ON contrast.setting;
DROP TRIGGER note ON contrast.event;
DROP VIEW contrast.audit_trail;
DROP TABLE contrast.audit;
DELETE FROM contrast.retention r WHERE r.kind = 'audit';
DROP FUNCTION contrast.note_setting, contrast.note, contrast.refuse_change, contrast.keep_partitions, contrast.may_drop,
    contrast.add_partition;
DROP TABLE contrast.partitioning, contrast.partition;
DELETE FROM contrast.migration WHERE version = 24;
RESET ROLE;
