-- The views people look at. security_invoker: the row-level security of the tables decides what is seen.
-- statement_timestamp() rather than clock_timestamp(): a volatile column would keep the planner from
-- merging the view into the query, and every page of a list would cost the whole table.
SET ROLE contrast_owner;

CREATE VIEW contrast.jobs WITH (security_invoker = true) AS
SELECT j.id, j.kind, j.owner, j.state, j.priority,
    CASE WHEN j.state = 'succeeded' THEN 100.0
         WHEN l.steps > 0 THEN round(100.0 * least(l.step, l.steps) / l.steps, 1) END AS percent,
    l.step, l.steps, l.note, w.name AS worker, w.host,
    CASE
        WHEN j.state = 'running' AND j.cancel_at IS NOT NULL THEN 'cancelling: ' || coalesce(j.reason, '')
        WHEN j.state = 'running' AND j.hold THEN 'holding'
        WHEN j.state = 'running' AND j.yield_at IS NOT NULL THEN coalesce(j.reason, 'is being given back')
        WHEN j.state = 'waiting' AND j.deps_left > 0 THEN 'waits for job '
            || (SELECT string_agg(d.needs::text, ', ' ORDER BY d.needs) FROM contrast.dep d
                 WHERE d.job_id = j.id AND NOT d.settled)
        WHEN j.state = 'waiting' AND j.run_at > statement_timestamp() THEN
            coalesce(j.reason || '; ', '') || 'not before ' || to_char(j.run_at, 'YYYY-MM-DD HH24:MI:SS OF')
        WHEN j.state = 'ready' AND EXISTS (SELECT FROM contrast.pause p WHERE p.kind IN (j.kind, '*'))
            THEN 'the kind is paused'
        WHEN j.state = 'ready' AND NOT EXISTS (
            SELECT FROM contrast.worker k
             WHERE k.gone_at IS NULL AND j.kind = ANY (k.kinds) AND j.need_tags <@ k.tags
               AND j.need_ram_mb <= k.ram_mb AND j.need_vram_mb <= k.vram_mb)
            THEN 'no live worker can take it'
        WHEN j.state IN ('ready', 'held') THEN coalesce(j.reason, j.state::text)
        ELSE j.reason END AS reason,
    (SELECT array_agg(g.text ORDER BY g.at, g.text) FROM contrast.warning g WHERE g.job_id = j.id) AS warnings,
    j.attempts, j.failures, j.crashes, j.yields, j.hold, j.cancel_at IS NOT NULL AS cancelling,
    statement_timestamp() - l.beat_at AS since_beat, j.idem_key, j.need_tags, j.need_ram_mb, j.need_vram_mb,
    j.created_at, j.run_at,
    (SELECT max(a.started_at) FROM contrast.attempt a WHERE a.job_id = j.id) AS started_at, j.finished_at,
    s.params, s.seed
  FROM contrast.job j
  JOIN contrast.job_spec s ON s.job_id = j.id
  LEFT JOIN contrast.lease l ON l.job_id = j.id
  LEFT JOIN contrast.worker w ON w.id = l.worker_id;
COMMENT ON VIEW contrast.jobs IS
'Every job you may see, with its progress, where it runs, why it waits or how it ended, and its warnings.';
COMMENT ON COLUMN contrast.jobs.seed IS 'What the job uses where params names no seed.';

CREATE VIEW contrast.outputs WITH (security_invoker = true) AS
SELECT o.job_id, o.idx, j.kind, j.owner, o.role, o.path, encode(o.sha256, 'hex') AS sha256, o.bytes,
    o.media_type, o.meta, o.meta -> 'seed' AS seed,
    coalesce(o.meta ->> 'prompt', s.params ->> 'prompt') AS prompt, o.at
  FROM contrast.output o
  JOIN contrast.job j ON j.id = o.job_id
  JOIN contrast.job_spec s ON s.job_id = o.job_id;
COMMENT ON VIEW contrast.outputs IS
'Files that jobs have made; path is below the output root of the workers.';

CREATE VIEW contrast.attempts WITH (security_invoker = true) AS
SELECT a.job_id, a.n, a.token, a.worker, a.host, a.resumed_step, a.last_step, a.started_at, a.ended_at,
    coalesce(a.ended_at, statement_timestamp()) - a.started_at AS duration, a.outcome, a.error_class,
    a.error_stage, a.error
  FROM contrast.attempt a;
COMMENT ON VIEW contrast.attempts IS 'Each time a worker took a job, and how it ended.';

-- After a resume the newest attempt's value counts, so the abandoned tail of the lost one is overwritten.
CREATE VIEW contrast.metric_points WITH (security_invoker = true) AS
SELECT DISTINCT ON (m.job_id, m.name, p.step) m.job_id, m.name, p.step, p.value, m.token, m.at
  FROM contrast.metric m CROSS JOIN LATERAL unnest(m.step, m.value) AS p(step, value)
 ORDER BY m.job_id, m.name, p.step, m.token DESC, m.seq DESC;
COMMENT ON VIEW contrast.metric_points IS 'The curves of jobs, one value for each job, name and step.';

CREATE VIEW contrast.logs WITH (security_invoker = true) AS
SELECT l.job_id, a.n AS attempt, l.seq, l.at, l.level, l.body
  FROM contrast.log l JOIN contrast.attempt a ON a.job_id = l.job_id AND a.token = l.token;
COMMENT ON VIEW contrast.logs IS 'Lines of the jobs'' logs; order by attempt and seq.';

CREATE VIEW contrast.workers WITH (security_invoker = true) AS
SELECT w.id, w.name, w.host, w.pid, w.version,
    CASE WHEN w.gone_at IS NOT NULL THEN 'gone'
         WHEN w.beat_at < statement_timestamp() - interval '60 s' THEN 'silent'
         WHEN w.desired <> 'run' THEN w.desired
         WHEN w.idle THEN 'idle' ELSE 'busy' END AS status,
    w.desired, w.kinds, w.tags, w.ram_mb, w.vram_mb, w.slots,
    (SELECT array_agg(l.job_id ORDER BY l.job_id) FROM contrast.lease l WHERE l.worker_id = w.id) AS jobs,
    statement_timestamp() - w.beat_at AS since_beat, w.started_at, w.gone_at
  FROM contrast.worker w;
COMMENT ON VIEW contrast.workers IS 'Worker processes: what they can run, what they run, and when they last beat.';

CREATE VIEW contrast.queue_depth WITH (security_invoker = true) AS
SELECT k.name AS kind,
    count(*) FILTER (WHERE j.state = 'waiting') AS waiting,
    count(*) FILTER (WHERE j.state = 'ready') AS ready,
    count(*) FILTER (WHERE j.state = 'running') AS running,
    count(*) FILTER (WHERE j.state = 'held') AS held,
    statement_timestamp() - min(greatest(j.created_at, j.run_at)) FILTER (WHERE j.state = 'ready') AS oldest_ready,
    EXISTS (SELECT FROM contrast.pause p WHERE p.kind IN (k.name, '*')) AS paused
  FROM contrast.kind k
  LEFT JOIN contrast.job j ON j.kind = k.name AND j.finished_at IS NULL
 GROUP BY k.name;
COMMENT ON VIEW contrast.queue_depth IS 'How much of each kind there is to do, and how long the oldest waits.';

CREATE VIEW contrast.unplaceable WITH (security_invoker = true) AS
SELECT j.id, j.kind, j.owner, j.need_tags, j.need_ram_mb, j.need_vram_mb, j.created_at
  FROM contrast.job j
 WHERE j.state = 'ready' AND NOT EXISTS (
    SELECT FROM contrast.worker w
     WHERE w.gone_at IS NULL AND j.kind = ANY (w.kinds) AND j.need_tags <@ w.tags
       AND j.need_ram_mb <= w.ram_mb AND j.need_vram_mb <= w.vram_mb);
COMMENT ON VIEW contrast.unplaceable IS 'Ready jobs that no live worker could ever take.';

INSERT INTO contrast.migration (version, name) VALUES (5, 'review');
RESET ROLE;
