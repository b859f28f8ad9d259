-- Logs and curves in partitions of a month, which go as a whole. The month is that in which the attempt began, so a
-- batch that is sent again falls into the same one, and a row is stored once. What there is becomes the first partition.
SET ROLE contrast_owner;

-- Attempts of before say -infinity, without a rewrite of the table.
ALTER TABLE contrast.attempt ADD COLUMN part_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE contrast.attempt ALTER COLUMN part_at SET DEFAULT clock_timestamp();
COMMENT ON COLUMN contrast.attempt.part_at IS 'The month of it says in which partition the attempt''s log and curves are.';

ALTER TABLE contrast.log RENAME TO log_first;
DROP POLICY own ON contrast.log_first;
REVOKE ALL ON contrast.log_first FROM contrast_submit, contrast_read;
ALTER TABLE contrast.log_first
    DROP CONSTRAINT log_job_id_fkey, DROP CONSTRAINT log_pkey,
    ADD COLUMN part_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE contrast.log_first ALTER COLUMN part_at DROP DEFAULT;
CREATE TABLE contrast.log (LIKE contrast.log_first INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
    PRIMARY KEY (job_id, token, seq, part_at)) PARTITION BY RANGE (part_at);
CREATE TABLE contrast.log_rest PARTITION OF contrast.log DEFAULT;
ALTER TABLE contrast.log_rest ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE contrast.log_rest IS 'Rows that no partition has been made for yet.';
COMMENT ON TABLE contrast.log_first IS 'What there was before there were partitions.';
COMMENT ON COLUMN contrast.log.part_at IS 'When the attempt began: the month of it says in which partition its rows are.';
ALTER TABLE contrast.log ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON contrast.log FOR SELECT USING (EXISTS (SELECT FROM contrast.job j WHERE j.id = job_id));
GRANT SELECT ON contrast.log TO contrast_submit, contrast_read;
INSERT INTO contrast.partitioning (parent, key, rule) VALUES ('log', 'part_at', 'telemetry');
COMMENT ON TABLE contrast.log IS 'Lines of the logs of attempts, by the month in which the attempt began.';

ALTER TABLE contrast.metric RENAME TO metric_first;
DROP POLICY own ON contrast.metric_first;
REVOKE ALL ON contrast.metric_first FROM contrast_submit, contrast_read;
ALTER TABLE contrast.metric_first
    DROP CONSTRAINT metric_job_id_fkey, DROP CONSTRAINT metric_pkey,
    ADD COLUMN part_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE contrast.metric_first ALTER COLUMN part_at DROP DEFAULT;
CREATE TABLE contrast.metric (LIKE contrast.metric_first INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
    PRIMARY KEY (job_id, name, token, seq, part_at)) PARTITION BY RANGE (part_at);
CREATE TABLE contrast.metric_rest PARTITION OF contrast.metric DEFAULT;
ALTER TABLE contrast.metric_rest ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE contrast.metric_rest IS 'Rows that no partition has been made for yet.';
COMMENT ON TABLE contrast.metric_first IS 'What there was before there were partitions.';
COMMENT ON COLUMN contrast.metric.part_at IS 'When the attempt began: the month of it says in which partition its rows are.';
ALTER TABLE contrast.metric ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON contrast.metric FOR SELECT USING (EXISTS (SELECT FROM contrast.job j WHERE j.id = job_id));
GRANT SELECT ON contrast.metric TO contrast_submit, contrast_read;
INSERT INTO contrast.partitioning (parent, key, rule) VALUES ('metric', 'part_at', 'telemetry');
COMMENT ON TABLE contrast.metric IS 'Points of the curves of attempts, by the month in which the attempt began.';

DO $$
DECLARE
    v_month timestamptz := contrast.period_start('month', clock_timestamp());
    v_next timestamptz := contrast.period_start('month', v_month + interval '32 days');
    t text;
BEGIN
    FOREACH t IN ARRAY '{log,metric}'::text[] LOOP
        EXECUTE format('ALTER TABLE contrast.%I ATTACH PARTITION contrast.%I FOR VALUES FROM (MINVALUE) TO (%L)',
            t, t || '_first', v_month);
        INSERT INTO contrast.partition VALUES (t || '_first', t, '-infinity', v_month);
        PERFORM contrast.add_partition(t, v_month);
        PERFORM contrast.add_partition(t, v_next);
    END LOOP;
END $$;

-- In place of a foreign key, which would lock the table of jobs whenever a partition is made.
CREATE FUNCTION contrast.drop_telemetry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET jit = off AS $$
DECLARE v_ids bigint[] := ARRAY(SELECT o.id FROM gone o);
BEGIN
    DELETE FROM contrast.log l WHERE l.job_id = ANY (v_ids);
    DELETE FROM contrast.metric m WHERE m.job_id = ANY (v_ids);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION contrast.drop_telemetry IS 'Removes logs and curves with their jobs.';
CREATE TRIGGER drop_telemetry AFTER DELETE ON contrast.job REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION contrast.drop_telemetry();

CREATE OR REPLACE FUNCTION contrast.append_log(job bigint, token bigint, seqs bigint[], levels text[], bodies text[])
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_count int;
BEGIN
    SET LOCAL synchronous_commit = off;
    INSERT INTO contrast.log (job_id, token, seq, level, body, part_at)
    SELECT a.job_id, a.token, l.seq, l.level, left(l.body, 65536), a.part_at
      FROM contrast.attempt a
     CROSS JOIN unnest(append_log.seqs, append_log.levels, append_log.bodies) AS l(seq, level, body)
     WHERE a.job_id = append_log.job AND a.token = append_log.token
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

CREATE OR REPLACE FUNCTION contrast.append_metrics(job bigint, token bigint, seq bigint, names text[], steps bigint[],
    "values" float8[])
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_count int;
BEGIN
    SET LOCAL synchronous_commit = off;
    INSERT INTO contrast.metric (job_id, token, name, seq, step, value, part_at)
    SELECT a.job_id, a.token, p.name, append_metrics.seq * 1000 + p.chunk,
        array_agg(p.step ORDER BY p.ordinal), array_agg(p.value ORDER BY p.ordinal), a.part_at
      FROM contrast.attempt a
     CROSS JOIN (SELECT m.name, m.step, m.value, m.ordinal,
                (row_number() OVER (PARTITION BY m.name ORDER BY m.ordinal) - 1) / 4096 AS chunk
              FROM unnest(append_metrics.names, append_metrics.steps, append_metrics."values")
                   WITH ORDINALITY AS m(name, step, value, ordinal)) p
     WHERE a.job_id = append_metrics.job AND a.token = append_metrics.token
     GROUP BY a.job_id, a.token, p.name, p.chunk
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

CREATE OR REPLACE FUNCTION contrast.set_retention(kind text, keep interval, files boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF set_retention.kind NOT IN ('*', 'audit', 'telemetry') AND NOT EXISTS (SELECT FROM contrast.kind k WHERE k.name = set_retention.kind) THEN
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

CREATE OR REPLACE FUNCTION contrast.may_drop(parent text, since timestamptz, until timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN may_drop.parent NOT IN ('log', 'metric') OR NOT EXISTS (
        SELECT FROM contrast.lease l JOIN contrast.attempt a ON a.job_id = l.job_id AND a.token = l.token
         WHERE a.part_at >= may_drop.since AND a.part_at < may_drop.until);
END $$;

COMMENT ON FUNCTION contrast.set_retention IS
'From now on ended jobs of a kind (* for the kinds without a rule of their own) are forgotten by themselves when they
ended longer ago than keep, with their files unless files is false. keep null: they are kept for ever, as by default. The kind
audit stands for the lines of the audit trail, telemetry for logs and curves, also of jobs that are kept; both go by whole months, and
telemetry never while one of its attempts runs. The audit trail is kept for 400 days where there is no rule.';
CREATE OR REPLACE VIEW contrast.logs WITH (security_invoker = true) AS
SELECT l.job_id, a.n AS attempt, l.seq, l.at, l.level, l.body
  FROM contrast.log l JOIN contrast.attempt a ON a.job_id = l.job_id AND a.token = l.token AND a.part_at = l.part_at;

-- After a resume the newest attempt's value counts, so the abandoned tail of the lost one is overwritten.
CREATE OR REPLACE VIEW contrast.metric_points WITH (security_invoker = true) AS
SELECT DISTINCT ON (m.job_id, m.name, p.step) m.job_id, m.name, p.step, p.value, m.token, m.at
  FROM contrast.attempt a
  JOIN contrast.metric m ON m.job_id = a.job_id AND m.token = a.token AND m.part_at = a.part_at
 CROSS JOIN LATERAL unnest(m.step, m.value) AS p(step, value)
 ORDER BY m.job_id, m.name, p.step, m.token DESC, m.seq DESC;

REVOKE ALL ON FUNCTION contrast.drop_telemetry FROM PUBLIC;

INSERT INTO contrast.migration (version, name) VALUES (25, 'partitions');
RESET ROLE;
