SET ROLE contrast_owner;
DROP VIEW contrast.owner_usage;
CREATE OR REPLACE FUNCTION contrast.has_limits(kind text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM contrast.slot s WHERE s.kind = has_limits.kind);
END $$;

CREATE OR REPLACE FUNCTION contrast.barred(kind text) RETURNS name[]
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

CREATE OR REPLACE FUNCTION contrast.limit_on(kind text, owner name) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE WHEN contrast.slots_left(limit_on.kind, limit_on.owner) = 0 THEN 'owner'
                WHEN contrast.slots_left(limit_on.kind) = 0 THEN 'kind' END;
END $$;

CREATE OR REPLACE FUNCTION contrast.shut(kind text, owner name) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_kind text COLLATE "default" := shut.kind;
BEGIN
    RETURN EXISTS (SELECT FROM contrast.slot s WHERE s.kind = v_kind AND s.owner = '' AND s.max = 0)
        OR coalesce(contrast.slot_limit(v_kind, shut.owner) = 0, false);
END $$;

CREATE OR REPLACE FUNCTION contrast.waits_for(kind text, owner name) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF contrast.shut(waits_for.kind, waits_for.owner) THEN
        RETURN 'no slots: an administrator lets no such job run';
    END IF;
    RETURN CASE contrast.limit_on(waits_for.kind, waits_for.owner)
        WHEN 'owner' THEN 'waits for a slot: all ' || waits_for.kind || ' slots of ' || waits_for.owner || ' are used'
        WHEN 'kind' THEN 'waits for a slot: all ' || waits_for.kind || ' slots are used' END;
END $$;

CREATE OR REPLACE FUNCTION contrast.check_fair_use() RETURNS trigger
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

CREATE OR REPLACE FUNCTION contrast.do_chores(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM contrast.run_schedules(do_chores.now);
    PERFORM contrast.preempt(do_chores.now);
    PERFORM contrast.apply_retention(do_chores.now);
END $$;

DROP TRIGGER charge ON contrast.attempt;
DROP FUNCTION contrast.usage_report, contrast.set_quota, contrast.set_budget, contrast.count_budgets, contrast.budget_of,
    contrast.used, contrast.period_start, contrast.fold_usage, contrast.charge;
DROP TABLE contrast.spent, contrast.quota, contrast.budget, contrast.usage;
DELETE FROM contrast.migration WHERE version = 23;
RESET ROLE;
