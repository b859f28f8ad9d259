-- Who did what, in lines that nobody changes, and partitions that housekeeping makes ahead and drops.
SET ROLE contrast_owner;

-- ---- partitions

CREATE TABLE contrast.partition (
    name text PRIMARY KEY,
    parent text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL
);
COMMENT ON TABLE contrast.partition IS 'The partitions that housekeeping has made, besides each table''s NAME_rest for rows that fit none.';

CREATE TABLE contrast.partitioning (
    parent text PRIMARY KEY,
    key text NOT NULL,                          -- the column of the time
    rule text NOT NULL,                         -- whose retention says when a partition is dropped
    keep interval,                              -- where there is no such rule; null = for ever
    checked_at timestamptz NOT NULL DEFAULT '-infinity'
);
COMMENT ON TABLE contrast.partitioning IS
'Tables in partitions of a month (UTC): the column of the time, the rule of contrast.retention for how long one is kept, and
how long where there is no such rule.';

CREATE FUNCTION contrast.add_partition(parent text, since timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    v_name text := add_partition.parent || to_char(add_partition.since AT TIME ZONE 'UTC', '_YYYY_MM');
    v_until timestamptz := contrast.period_start('month', add_partition.since + interval '32 days');
    v_key text := (SELECT p.key FROM contrast.partitioning p WHERE p.parent = add_partition.parent);
BEGIN
    IF EXISTS (SELECT FROM contrast.partition p WHERE p.name = v_name) THEN RETURN; END IF;
    -- Attached rather than made in place, which would keep everybody from the whole table meanwhile.
    EXECUTE format('CREATE TABLE contrast.%I (LIKE contrast.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', v_name, add_partition.parent);
    EXECUTE format('COMMENT ON TABLE contrast.%I IS %L', v_name, 'Rows of contrast.' || add_partition.parent
        || ' of a month, by ' || v_key || '.');
    EXECUTE format('ALTER TABLE contrast.%I ENABLE ROW LEVEL SECURITY', v_name);
    -- Rows that came while nobody kept house.
    EXECUTE format('LOCK TABLE contrast.%I IN ACCESS EXCLUSIVE MODE', add_partition.parent || '_rest');
    EXECUTE format('WITH late AS (DELETE FROM contrast.%I WHERE %I >= %L AND %I < %L RETURNING *) '
        'INSERT INTO contrast.%I OVERRIDING SYSTEM VALUE SELECT * FROM late',
        add_partition.parent || '_rest', v_key, add_partition.since, v_key, v_until, v_name);
    EXECUTE format('ALTER TABLE contrast.%I ATTACH PARTITION contrast.%I FOR VALUES FROM (%L) TO (%L)',
        add_partition.parent, v_name, add_partition.since, v_until);
    INSERT INTO contrast.partition VALUES (v_name, add_partition.parent, add_partition.since, v_until);
END $$;
COMMENT ON FUNCTION contrast.add_partition IS 'Makes the partition of a month, with the rows that wait for it.';

CREATE FUNCTION contrast.may_drop(parent text, since timestamptz, until timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN true;
END $$;
COMMENT ON FUNCTION contrast.may_drop IS 'Whether nobody writes to a partition any more.';

CREATE FUNCTION contrast.keep_partitions(now timestamptz) RETURNS void
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
COMMENT ON FUNCTION contrast.keep_partitions IS
'Makes the partitions of this month and the next, and drops those that are older than their rule keeps them.';

-- ---- the audit trail

CREATE TABLE contrast.audit (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    who name NOT NULL,
    what text NOT NULL,
    job_id bigint,                              -- no reference: the line stays when the job goes
    owner name,                                 -- of the job
    detail jsonb,
    address inet,                               -- null: over a socket of the server's machine
    application text
) PARTITION BY RANGE (at);
COMMENT ON TABLE contrast.audit IS
'Who did what: lines are added only, and go when their month is older than the rule audit of contrast.retention keeps.';
CREATE INDEX audit_at ON contrast.audit (at DESC, id DESC);
CREATE INDEX audit_job ON contrast.audit (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX audit_who ON contrast.audit (who, at DESC);
CREATE TABLE contrast.audit_rest PARTITION OF contrast.audit DEFAULT;
ALTER TABLE contrast.audit_rest ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE contrast.audit_rest IS 'Lines that no partition has been made for yet.';
INSERT INTO contrast.partitioning (parent, key, rule, keep) VALUES ('audit', 'at', 'audit', '400 days');

-- Not even their owner changes lines by mistake.
CREATE FUNCTION contrast.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('contrast.keeps_house', true) = 'on' THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'lines of the audit trail are never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
COMMENT ON FUNCTION contrast.refuse_change IS 'Keeps lines of the audit trail as they are.';
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON contrast.audit
    FOR EACH ROW EXECUTE FUNCTION contrast.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON contrast.audit
    FOR EACH STATEMENT EXECUTE FUNCTION contrast.refuse_change();

CREATE FUNCTION contrast.note() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE j contrast.job;
BEGIN
    SELECT * INTO j FROM contrast.job k WHERE k.id = NEW.job_id;
    INSERT INTO contrast.audit (at, who, what, job_id, owner, detail, address, application)
    VALUES (NEW.at, NEW.who, NEW.what, NEW.job_id, j.owner,
        CASE WHEN j.id IS NULL THEN NEW.detail
             ELSE jsonb_build_object('kind', j.kind) || coalesce(NEW.detail, '{}') END,
        inet_client_addr(), nullif(current_setting('application_name'), ''));
    RETURN NULL;
END $$;
COMMENT ON FUNCTION contrast.note IS 'Writes a line of the audit trail.';
-- What people do; what becomes of jobs by itself stays with the job.
CREATE TRIGGER note AFTER INSERT ON contrast.event FOR EACH ROW
    WHEN (NEW.what IN ('enqueued', 'cancel_requested', 'retried', 'requeued', 'hold', 'release', 'reprioritized', 'paused',
            'resumed', 'worker_directed', 'retention_set', 'schedule_added', 'schedule_removed', 'model_added',
            'model_removed', 'pruned', 'slots_set', 'budget_set', 'quota_set', 'setting_changed', 'partition_dropped')
        OR NEW.what = 'cancelled' AND NEW.token IS NULL AND NEW.detail IS NULL)
    EXECUTE FUNCTION contrast.note();

CREATE FUNCTION contrast.note_setting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO contrast.event (what, detail) VALUES ('setting_changed',
        jsonb_build_object('key', NEW.key, 'from', OLD.value, 'to', NEW.value));
    RETURN NULL;
END $$;
COMMENT ON FUNCTION contrast.note_setting IS 'Records that somebody changed a setting.';
CREATE TRIGGER note_setting AFTER UPDATE ON contrast.setting FOR EACH ROW
    WHEN (OLD.value IS DISTINCT FROM NEW.value) EXECUTE FUNCTION contrast.note_setting();

CREATE VIEW contrast.audit_trail WITH (security_invoker = true) AS
SELECT a.at, a.who, a.what, a.job_id, a.owner, a.detail, a.address, a.application, a.id FROM contrast.audit a;
COMMENT ON VIEW contrast.audit_trail IS
'Who did what: jobs enqueued, cancelled, retried, held, reprioritized; pauses, workers, schedules, models, settings, slots, budgets,
retention and pruning. You see what you did and what was done to your jobs; contrast_read sees all. Order by at, id.';
COMMENT ON COLUMN contrast.audit_trail.address IS 'Where the session came from; null: the machine of the server.';

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
        PERFORM contrast.record(j.id, NULLIF(j.token, 0), 'reprioritized',
            jsonb_build_object('from', j.priority, 'to', reprioritize.priority));
    END IF;
    RETURN j.state::text;
END $$;

CREATE OR REPLACE FUNCTION contrast.set_retention(kind text, keep interval, files boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF set_retention.kind NOT IN ('*', 'audit') AND NOT EXISTS (SELECT FROM contrast.kind k WHERE k.name = set_retention.kind) THEN
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
    PERFORM contrast.keep_partitions(do_chores.now);
END $$;

COMMENT ON FUNCTION contrast.set_retention IS
'From now on ended jobs of a kind (* for the kinds without a rule of their own) are forgotten by themselves when they
ended longer ago than keep, with their files unless files is false. keep null: they are kept for ever, as by default. The kind
audit stands for the lines of the audit trail, which go by whole months, after 400 days where there is no rule.';
COMMENT ON FUNCTION contrast.do_chores IS
'What housekeeping does besides: budgets, schedules, urgent jobs, retention, partitions.';
DO $$
DECLARE v_month timestamptz := contrast.period_start('month', clock_timestamp());
BEGIN
    PERFORM contrast.add_partition('audit', v_month);
    PERFORM contrast.add_partition('audit', contrast.period_start('month', v_month + interval '32 days'));
END $$;

REVOKE ALL ON FUNCTION contrast.add_partition, contrast.may_drop, contrast.keep_partitions, contrast.refuse_change,
    contrast.note, contrast.note_setting FROM PUBLIC;
GRANT SELECT ON contrast.audit, contrast.audit_trail TO contrast_submit, contrast_read;
GRANT SELECT ON contrast.partition TO contrast_read;
ALTER TABLE contrast.audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON contrast.audit FOR SELECT USING (contrast.sees(who) OR contrast.sees(owner));

INSERT INTO contrast.migration (version, name) VALUES (24, 'audit');
RESET ROLE;
