-- Budgets: how many worker-seconds an owner may use in a day, a week or a month, and how many jobs they may have waiting.
-- Jobs beyond a budget stay ready until it opens again.
SET ROLE contrast_owner;

-- A line for each ended attempt and day, which housekeeping folds into one for each owner, kind and day: lines that
-- are only added make nobody wait. They stay when the jobs are forgotten.
CREATE TABLE contrast.usage (
    owner name NOT NULL,
    kind text NOT NULL,
    day date NOT NULL,                          -- in UTC
    seconds float8 NOT NULL,
    attempts int NOT NULL,
    folded boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE contrast.usage IS
'Worker-seconds of ended attempts by owner, kind and day (UTC); contrast.owner_usage sums them up.';
COMMENT ON COLUMN contrast.usage.folded IS 'Whether the line holds all older ones of its owner, kind and day.';
CREATE INDEX usage_owner ON contrast.usage (owner, day);
CREATE UNIQUE INDEX usage_folded ON contrast.usage (owner, kind, day) WHERE folded;
CREATE INDEX usage_open ON contrast.usage (day) WHERE NOT folded;

CREATE TABLE contrast.budget (
    owner name NOT NULL,                        -- *: each owner without a line of their own who is no administrator
    period text NOT NULL CHECK (period IN ('day', 'week', 'month')),
    seconds bigint NOT NULL CHECK (seconds > 0),
    PRIMARY KEY (owner, period)
);
COMMENT ON TABLE contrast.budget IS
'Worker-seconds that an owner may use in a period; contrast.set_budget writes it. Periods begin at midnight UTC, weeks on Mondays.';
COMMENT ON COLUMN contrast.budget.owner IS
'Whose jobs: * for each owner who is no administrator and has no line of their own for the period.';

CREATE TABLE contrast.quota (
    owner name PRIMARY KEY,
    open_jobs int NOT NULL CHECK (open_jobs >= 0)
);
COMMENT ON TABLE contrast.quota IS
'Jobs that one owner may have waiting, in place of the setting max_open_jobs; 0 = as many as they like.';

CREATE TABLE contrast.spent (
    owner name PRIMARY KEY,
    until timestamptz NOT NULL,
    why text NOT NULL
);
COMMENT ON TABLE contrast.spent IS
'Owners whose budget is used up, as housekeeping found it the last time; until tells when it opens again by itself.';

CREATE FUNCTION contrast.charge() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_first timestamp := date_trunc('day', NEW.started_at AT TIME ZONE 'UTC');
    v_last timestamp := date_trunc('day', NEW.ended_at AT TIME ZONE 'UTC');
BEGIN
    INSERT INTO contrast.usage (owner, kind, day, seconds, attempts)
    SELECT j.owner, j.kind, d.day::date,
        extract(epoch FROM least(NEW.ended_at, (d.day + interval '1 day') AT TIME ZONE 'UTC')
            - greatest(NEW.started_at, d.day AT TIME ZONE 'UTC')),
        (d.day = v_last)::int
      FROM contrast.job j CROSS JOIN generate_series(v_first, v_last, interval '1 day') d(day)
     WHERE j.id = NEW.job_id;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION contrast.charge IS 'Charges an attempt that has ended to its owner, to each day its part.';
CREATE TRIGGER charge AFTER UPDATE OF ended_at ON contrast.attempt
    FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION contrast.charge();

-- What this month and the one before have used already.
INSERT INTO contrast.usage (owner, kind, day, seconds, attempts, folded)
SELECT j.owner, j.kind, d.day::date,
    sum(extract(epoch FROM least(a.ended_at, (d.day + interval '1 day') AT TIME ZONE 'UTC')
        - greatest(a.started_at, d.day AT TIME ZONE 'UTC'))),
    count(*) FILTER (WHERE d.day = date_trunc('day', a.ended_at AT TIME ZONE 'UTC')), true
  FROM contrast.attempt a JOIN contrast.job j ON j.id = a.job_id
 CROSS JOIN LATERAL generate_series(date_trunc('day', a.started_at AT TIME ZONE 'UTC'),
    date_trunc('day', a.ended_at AT TIME ZONE 'UTC'), interval '1 day') d(day)
 WHERE a.ended_at > clock_timestamp() - interval '62 days'
 GROUP BY j.owner, j.kind, d.day;

CREATE FUNCTION contrast.fold_usage(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM contrast.usage u WHERE NOT u.folded OFFSET 99 LIMIT 1;
    IF NOT FOUND THEN RETURN; END IF;
    WITH loose AS (DELETE FROM contrast.usage u WHERE NOT u.folded RETURNING u.*)
    INSERT INTO contrast.usage AS u (owner, kind, day, seconds, attempts, folded)
    SELECT l.owner, l.kind, l.day, sum(l.seconds), sum(l.attempts), true FROM loose l GROUP BY l.owner, l.kind, l.day
    ON CONFLICT (owner, kind, day) WHERE folded
        DO UPDATE SET seconds = u.seconds + excluded.seconds, attempts = u.attempts + excluded.attempts;
    DELETE FROM contrast.usage u WHERE u.folded AND u.day < (fold_usage.now AT TIME ZONE 'UTC')::date - 400;
END $$;
COMMENT ON FUNCTION contrast.fold_usage IS 'Sums up the lines of usage by owner, kind and day, and forgets those older than 400 days.';

CREATE FUNCTION contrast.period_start(period text, at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN date_trunc(period_start.period, period_start.at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
END $$;
COMMENT ON FUNCTION contrast.period_start IS 'When the day, week or month began, in UTC.';

CREATE FUNCTION contrast.used(owner name, since timestamptz, now timestamptz) RETURNS float8
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN coalesce((SELECT sum(u.seconds) FROM contrast.usage u
                      WHERE u.owner = used.owner AND u.day >= (used.since AT TIME ZONE 'UTC')::date), 0)
        + coalesce((SELECT sum(extract(epoch FROM used.now - greatest(a.started_at, used.since)))
                      FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id
                      JOIN contrast.attempt a ON a.job_id = l.job_id AND a.token = l.token
                     WHERE j.owner = used.owner), 0);
END $$;
COMMENT ON FUNCTION contrast.used IS 'Worker-seconds that an owner has used since the beginning of a day, with what runs.';

CREATE FUNCTION contrast.budget_of(owner name, period text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN (SELECT b.seconds FROM contrast.budget b
             WHERE b.period = budget_of.period
               AND (b.owner = budget_of.owner
                    OR b.owner = '*' AND NOT EXISTS (
                        SELECT FROM pg_roles r
                         WHERE r.rolname = budget_of.owner AND pg_has_role(r.oid, 'contrast_admin', 'member')))
             ORDER BY b.owner = '*' LIMIT 1);
END $$;
COMMENT ON FUNCTION contrast.budget_of IS 'Worker-seconds that an owner may use in a period, or null.';

CREATE FUNCTION contrast.count_budgets(now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_asked int;
BEGIN
    IF NOT EXISTS (SELECT FROM contrast.budget) AND NOT EXISTS (SELECT FROM contrast.spent) THEN RETURN; END IF;
    WITH found AS MATERIALIZED (
        SELECT DISTINCT ON (o.owner) o.owner, p.until,
            'waits for the budget of ' || o.owner || ': ' || round(p.seconds / 3600.0, 2)
                || ' worker-hours a ' || p.period || ' are used up; it opens at '
                || to_char(p.until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC' AS why
          FROM (SELECT u.owner FROM contrast.usage u
                 WHERE u.day >= (contrast.period_start('month', count_budgets.now) AT TIME ZONE 'UTC')::date - 7
                UNION SELECT j.owner FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id) o
         CROSS JOIN LATERAL (
            SELECT q.period, contrast.budget_of(o.owner, q.period) AS seconds,
                contrast.period_start(q.period, count_budgets.now) AS since,
                contrast.period_start(q.period,
                    contrast.period_start(q.period, count_budgets.now) + q.next) AS until
              FROM (VALUES ('day', interval '25 hours'), ('week', interval '8 days'), ('month', interval '32 days'))
                   q(period, next)
             WHERE EXISTS (SELECT FROM contrast.budget b WHERE b.period = q.period)) p
         WHERE contrast.used(o.owner, p.since, count_budgets.now) >= p.seconds
         ORDER BY o.owner, p.until DESC),
    gone AS (
        DELETE FROM contrast.spent s WHERE s.owner NOT IN (SELECT f.owner FROM found f))
    INSERT INTO contrast.spent AS s SELECT * FROM found
    ON CONFLICT (owner) DO UPDATE SET until = excluded.until, why = excluded.why
     WHERE s.until <> excluded.until OR s.why <> excluded.why;
    -- A training would use up another week's budget before it ends: it goes on from its checkpoint then.
    WITH over AS MATERIALIZED (
        SELECT j.id FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id
          JOIN contrast.kind k ON k.name = j.kind JOIN contrast.spent s ON s.owner = j.owner
         WHERE k.preemptible AND j.state = 'running' AND j.yield_at IS NULL AND j.cancel_at IS NULL
           AND s.until > count_budgets.now FOR NO KEY UPDATE OF j SKIP LOCKED)
    UPDATE contrast.job j SET yield_at = count_budgets.now, reason = 'the budget of its owner is used up'
      FROM over WHERE j.id = over.id;
    GET DIAGNOSTICS v_asked = ROW_COUNT;
    PERFORM pg_notify('contrast_ctl', '') WHERE v_asked > 0;
END $$;
COMMENT ON FUNCTION contrast.count_budgets IS
'Finds the owners whose budgets are used up, and asks their running trainings to save a checkpoint and yield.';

CREATE FUNCTION contrast.set_budget(owner name, seconds bigint, period text DEFAULT 'week') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF coalesce(set_budget.period NOT IN ('day', 'week', 'month'), true) THEN
        RAISE EXCEPTION 'period must be day, week or month, not "%"', set_budget.period USING ERRCODE = 'JQ004';
    END IF;
    IF set_budget.seconds <= 0 THEN
        RAISE EXCEPTION 'a budget must be longer than nothing; contrast.set_slots keeps jobs from running at all'
            USING ERRCODE = 'JQ004';
    END IF;
    IF set_budget.owner IS NULL OR set_budget.seconds IS NOT NULL AND set_budget.owner <> '*'
        AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = set_budget.owner) THEN
        RAISE EXCEPTION 'there is no role "%"', set_budget.owner USING ERRCODE = 'JQ004';
    END IF;
    PERFORM FROM contrast.latch t WHERE t.name = 'tick' FOR NO KEY UPDATE;
    DELETE FROM contrast.budget b WHERE b.owner = set_budget.owner AND b.period = set_budget.period;
    INSERT INTO contrast.budget (owner, period, seconds)
    SELECT set_budget.owner, set_budget.period, set_budget.seconds WHERE set_budget.seconds IS NOT NULL;
    INSERT INTO contrast.event (what, detail) VALUES ('budget_set', jsonb_build_object(
        'owner', set_budget.owner, 'seconds', set_budget.seconds, 'period', set_budget.period));
    PERFORM contrast.count_budgets(clock_timestamp());
    PERFORM contrast.wake(k.name) FROM contrast.kind k;
END $$;
COMMENT ON FUNCTION contrast.set_budget IS
'How many worker-seconds the jobs of an owner may use in a day, week or month (UTC); * is each owner who is no administrator and
has no budget of their own for the period. null: as many as they like. When they are used up, further jobs wait for the next
period, and running trainings save a checkpoint and wait too; other running jobs go on to their end.';

CREATE FUNCTION contrast.set_quota(owner name, open_jobs int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF set_quota.open_jobs < 0 THEN
        RAISE EXCEPTION 'open_jobs must not be negative, and is %', set_quota.open_jobs USING ERRCODE = 'JQ004';
    END IF;
    IF set_quota.owner IS NULL OR set_quota.open_jobs IS NOT NULL
        AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = set_quota.owner) THEN
        RAISE EXCEPTION 'there is no role "%"', set_quota.owner USING ERRCODE = 'JQ004';
    END IF;
    DELETE FROM contrast.quota q WHERE q.owner = set_quota.owner;
    INSERT INTO contrast.quota SELECT set_quota.owner, set_quota.open_jobs WHERE set_quota.open_jobs IS NOT NULL;
    INSERT INTO contrast.event (what, detail) VALUES ('quota_set', jsonb_build_object(
        'owner', set_quota.owner, 'open_jobs', set_quota.open_jobs));
END $$;
COMMENT ON FUNCTION contrast.set_quota IS
'How many jobs an owner may have waiting, in place of the setting max_open_jobs; 0: as many as they like, null: the setting.';

CREATE FUNCTION contrast.usage_report()
RETURNS TABLE (owner name, today float8, today_budget bigint, week float8, week_budget bigint, month float8,
    month_budget bigint, running bigint, open_jobs bigint, max_open_jobs int, waits text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := clock_timestamp();
    v_open int := (SELECT nullif((s.value #>> '{}')::int, 0) FROM contrast.setting s WHERE s.key = 'max_open_jobs');
BEGIN
    RETURN QUERY
    SELECT o.owner,
        contrast.used(o.owner, contrast.period_start('day', v_now), v_now), contrast.budget_of(o.owner, 'day'),
        contrast.used(o.owner, contrast.period_start('week', v_now), v_now), contrast.budget_of(o.owner, 'week'),
        contrast.used(o.owner, contrast.period_start('month', v_now), v_now), contrast.budget_of(o.owner, 'month'),
        (SELECT count(*) FROM contrast.lease l JOIN contrast.job j ON j.id = l.job_id WHERE j.owner = o.owner),
        (SELECT count(*) FROM contrast.job j WHERE j.owner = o.owner AND j.state IN ('waiting', 'ready')),
        CASE WHEN NOT EXISTS (SELECT FROM pg_roles r
                               WHERE r.rolname = o.owner AND pg_has_role(r.oid, 'contrast_admin', 'member'))
             THEN coalesce((SELECT nullif(q.open_jobs, 0) FROM contrast.quota q WHERE q.owner = o.owner),
                CASE WHEN NOT EXISTS (SELECT FROM contrast.quota q WHERE q.owner = o.owner) THEN v_open END) END,
        (SELECT s.why FROM contrast.spent s WHERE s.owner = o.owner AND s.until > v_now)
      FROM (SELECT u.owner FROM contrast.usage u
            UNION SELECT j.owner FROM contrast.job j WHERE j.finished_at IS NULL
            UNION SELECT b.owner FROM contrast.budget b WHERE b.owner <> '*'
            UNION SELECT q.owner FROM contrast.quota q) o
     WHERE contrast.sees(o.owner) ORDER BY o.owner;
END $$;
COMMENT ON FUNCTION contrast.usage_report IS 'What contrast.owner_usage shows.';
CREATE VIEW contrast.owner_usage AS SELECT * FROM contrast.usage_report();
COMMENT ON VIEW contrast.owner_usage IS
'Worker-seconds that each owner has used today, this week and this month (UTC), with what runs, beside their budgets (null:
none); jobs running and waiting, how many may wait (null: any number), and what their ready jobs wait for.';

CREATE OR REPLACE FUNCTION contrast.has_limits(kind text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM contrast.slot s WHERE s.kind = has_limits.kind)
        OR EXISTS (SELECT FROM contrast.spent p WHERE p.until > clock_timestamp());
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
        SELECT s.owner FROM contrast.slot s WHERE s.kind = barred.kind AND s.max = 0 AND s.owner <> ''
        UNION ALL
        SELECT p.owner FROM contrast.spent p WHERE p.until > clock_timestamp());
END $$;

CREATE OR REPLACE FUNCTION contrast.limit_on(kind text, owner name) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE WHEN EXISTS (SELECT FROM contrast.spent p
                              WHERE p.owner = limit_on.owner AND p.until > clock_timestamp()) THEN 'budget'
                WHEN contrast.slots_left(limit_on.kind, limit_on.owner) = 0 THEN 'owner'
                WHEN contrast.slots_left(limit_on.kind) = 0 THEN 'kind' END;
END $$;

CREATE OR REPLACE FUNCTION contrast.shut(kind text, owner name) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_kind text COLLATE "default" := shut.kind;
BEGIN
    RETURN EXISTS (SELECT FROM contrast.slot s WHERE s.kind = v_kind AND s.owner = '' AND s.max = 0)
        OR coalesce(contrast.slot_limit(v_kind, shut.owner) = 0, false)
        OR EXISTS (SELECT FROM contrast.spent p WHERE p.owner = shut.owner AND p.until > statement_timestamp());
END $$;

CREATE OR REPLACE FUNCTION contrast.waits_for(kind text, owner name) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_why text := (SELECT p.why FROM contrast.spent p
                    WHERE p.owner = waits_for.owner AND p.until > statement_timestamp());
BEGIN
    IF v_why IS NOT NULL THEN RETURN v_why; END IF;
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
    v_open int := coalesce(
        (SELECT q.open_jobs FROM contrast.quota q WHERE q.owner = NEW.owner),
        (SELECT (s.value #>> '{}')::int FROM contrast.setting s WHERE s.key = 'max_open_jobs'));
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
    PERFORM contrast.count_budgets(do_chores.now);
    PERFORM contrast.fold_usage(do_chores.now);
    PERFORM contrast.run_schedules(do_chores.now);
    PERFORM contrast.preempt(do_chores.now);
    PERFORM contrast.apply_retention(do_chores.now);
END $$;

COMMENT ON FUNCTION contrast.limit_on IS
'What keeps a job of this kind and owner from running now: budget, owner, where they use all of their slots, kind, where all
slots are used, or null.';
COMMENT ON FUNCTION contrast.shut IS
'Whether no job of this kind and owner runs, even when others end: no slots, or a budget that is used up.';
COMMENT ON VIEW contrast.queue_depth IS
'How much of each kind there is to do, how long the oldest waits, how many may run at once (null: as many as there are
workers), and how many of the ready ones wait for a slot or a budget.';
COMMENT ON FUNCTION contrast.do_chores IS 'What housekeeping does besides: budgets, schedules, urgent jobs, retention.';

REVOKE ALL ON FUNCTION contrast.charge, contrast.fold_usage, contrast.period_start, contrast.used, contrast.budget_of,
    contrast.count_budgets, contrast.set_budget, contrast.set_quota, contrast.usage_report FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contrast.set_budget, contrast.set_quota TO contrast_admin;
GRANT EXECUTE ON FUNCTION contrast.usage_report TO contrast_submit, contrast_read;
GRANT SELECT ON contrast.usage, contrast.budget, contrast.quota, contrast.spent, contrast.owner_usage
    TO contrast_submit, contrast_read;
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY '{usage,quota,spent}'::text[] LOOP
        EXECUTE format('ALTER TABLE contrast.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY own ON contrast.%I FOR SELECT USING (contrast.sees(owner))', t);
    END LOOP;
    ALTER TABLE contrast.budget ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON contrast.budget FOR SELECT USING (owner = '*' OR contrast.sees(owner));
END $$;

INSERT INTO contrast.migration (version, name) VALUES (23, 'budgets');
RESET ROLE;
