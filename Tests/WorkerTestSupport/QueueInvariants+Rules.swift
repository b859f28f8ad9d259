extension QueueInvariants {
    /// All of them.
    package static let rules = ends + leases + tokens + counters + dependencies

    /// No job is lost, and none finishes twice.
    private static let ends = [
        Rule(
            "has two winning attempts",
            """
            SELECT a.job_id FROM contrast.attempt a WHERE a.outcome = 'succeeded'
             GROUP BY a.job_id HAVING count(*) > 1
            """
        ),
        Rule(
            "has finished twice",
            """
            SELECT e.job_id FROM contrast.event e WHERE e.what = 'succeeded'
             GROUP BY e.job_id HAVING count(*) > 1
            """
        ),
        Rule(
            "succeeded without a winning attempt, or has one without having succeeded",
            """
            SELECT j.id FROM contrast.job j
             WHERE (j.state = 'succeeded') <> EXISTS (
                SELECT FROM contrast.attempt a WHERE a.job_id = j.id AND a.outcome = 'succeeded')
            """
        ),
        Rule(
            "has an output of an attempt that did not win",
            """
            SELECT o.job_id FROM contrast.output o
              LEFT JOIN contrast.job j ON j.id = o.job_id
              LEFT JOIN contrast.attempt a ON a.job_id = o.job_id AND a.token = o.token
             WHERE a.outcome IS DISTINCT FROM 'succeeded' OR j.state IS DISTINCT FROM 'succeeded'
            """
        ),
        Rule(
            "has a file twice among its outputs",
            "SELECT o.job_id FROM contrast.output o GROUP BY o.job_id, o.path HAVING count(*) > 1"
        ),
        Rule(
            "has lost its payload",
            """
            SELECT j.id FROM contrast.job j
             WHERE NOT EXISTS (SELECT FROM contrast.job_spec s WHERE s.job_id = j.id)
            """
        ),
        Rule(
            "failed without a reason",
            "SELECT j.id FROM contrast.job j WHERE j.state = 'failed' AND j.reason IS NULL"
        ),
        Rule(
            "can run though it is to be held",
            "SELECT j.id FROM contrast.job j WHERE j.state IN ('ready', 'waiting') AND j.hold"
        ),
        Rule(
            "is held though nobody holds it",
            "SELECT j.id FROM contrast.job j WHERE j.state = 'held' AND NOT j.hold"
        ),
    ]

    /// A lease for every running job and none besides.
    private static let leases = [
        Rule(
            "runs without a lease, or has one without running",
            """
            SELECT coalesce(j.id, l.job_id)
              FROM (SELECT * FROM contrast.job WHERE state = 'running') j
              FULL JOIN contrast.lease l ON l.job_id = j.id AND l.token = j.token
             WHERE j.id IS NULL OR l.job_id IS NULL
            """
        ),
        Rule(
            "has an open attempt that is not its lease's",
            """
            SELECT j.id FROM contrast.job j JOIN contrast.attempt a ON a.job_id = j.id
             WHERE (a.ended_at IS NULL) <> (j.state = 'running' AND a.token = j.token)
                OR (a.ended_at IS NULL) <> (a.outcome IS NULL)
            """
        ),
        Rule(
            "is leased by a worker that did not claim it",
            """
            SELECT l.job_id FROM contrast.lease l
              LEFT JOIN contrast.attempt a ON a.job_id = l.job_id AND a.token = l.token
             WHERE a.worker_id IS DISTINCT FROM l.worker_id
            """
        ),
    ]

    /// Tokens rise, in each job and in all of them, and nothing counts that came under an older one.
    private static let tokens = [
        Rule(
            "has attempts whose tokens do not rise",
            """
            SELECT a.job_id FROM contrast.attempt a
              JOIN contrast.attempt b ON b.job_id = a.job_id AND b.n > a.n AND b.token <= a.token
            """
        ),
        Rule(
            "has another token than its newest attempt",
            """
            SELECT j.id FROM contrast.job j JOIN contrast.attempt a ON a.job_id = j.id
             GROUP BY j.id HAVING max(a.token) <> j.token
            """
        ),
        Rule(
            "shares a token with another job",
            """
            SELECT a.job_id FROM contrast.attempt a
              JOIN contrast.attempt b ON b.token = a.token AND b.job_id <> a.job_id
            """
        ),
        Rule(
            "has a token that the fence has not given out",
            """
            SELECT t.job_id FROM (
                SELECT a.job_id, a.token FROM contrast.attempt a
                UNION ALL SELECT c.job_id, c.token FROM contrast.checkpoint c
                UNION ALL SELECT j.id, j.token FROM contrast.job j) t, contrast.fence f
             WHERE t.token > f.last_value
            """
        ),
        // Claims of several workers overlap, and a token is drawn a moment before the time is taken.
        Rule(
            "was claimed later under a token that is older than another job's",
            """
            SELECT w.job_id FROM (
                SELECT a.job_id, a.started_at, max(a.started_at) OVER (
                    ORDER BY a.token ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest
                  FROM contrast.attempt a) w
             WHERE w.started_at < w.latest - interval '10 s'
            """
        ),
        Rule(
            "has a checkpoint of no attempt, or of one that another had superseded",
            """
            SELECT c.job_id FROM contrast.checkpoint c
              LEFT JOIN contrast.attempt a ON a.job_id = c.job_id AND a.token = c.token
             WHERE a.token IS NULL OR c.at < a.started_at
                OR EXISTS (SELECT FROM contrast.attempt b
                            WHERE b.job_id = c.job_id AND b.token > c.token AND b.started_at < c.at)
            """
        ),
        Rule(
            "resumed though nothing came before it",
            """
            SELECT a.job_id FROM contrast.attempt a
             WHERE a.resumed_step IS NOT NULL AND NOT EXISTS (
                SELECT FROM contrast.attempt b WHERE b.job_id = a.job_id AND b.token < a.token)
            """
        ),
    ]

    /// What a job counts is what its attempts tell. Failures and crashes start again with a retry; a checkpoint forgives
    /// crashes; a lost attempt that succeeds after all leaves its event.
    private static let counters = [
        Rule(
            "counts its attempts wrongly",
            """
            SELECT j.id FROM contrast.job j
             WHERE j.attempts <> (SELECT count(*) FROM contrast.attempt a WHERE a.job_id = j.id)
            """
        ),
        Rule(
            "counts its failures wrongly",
            """
            SELECT j.id FROM contrast.job j CROSS JOIN LATERAL (
                SELECT count(*) AS n FROM contrast.attempt a WHERE a.job_id = j.id AND a.outcome = 'failed') f
             WHERE j.failures > f.n OR (j.failures < f.n AND NOT EXISTS (
                SELECT FROM contrast.event e WHERE e.job_id = j.id AND e.what = 'retried'))
            """
        ),
        Rule(
            "counts its yields wrongly",
            """
            SELECT j.id FROM contrast.job j
             WHERE j.yields <> (
                SELECT count(*) FROM contrast.attempt a WHERE a.job_id = j.id AND a.outcome = 'yielded')
            """
        ),
        Rule(
            "counts more crashes than it had",
            """
            SELECT j.id FROM contrast.job j
             WHERE j.crashes > (
                SELECT count(*) FROM contrast.event e WHERE e.job_id = j.id AND e.what IN ('lost', 'yielded'))
            """
        ),
        Rule(
            "lost a worker and did not count it",
            """
            SELECT j.id FROM contrast.job j
             WHERE j.crashes < (
                SELECT count(*) FROM contrast.event e WHERE e.job_id = j.id AND e.what = 'lost')
               AND NOT EXISTS (SELECT FROM contrast.event e WHERE e.job_id = j.id AND e.what = 'retried')
               AND NOT EXISTS (SELECT FROM contrast.checkpoint c WHERE c.job_id = j.id)
            """
        ),
    ]

    /// A job waits for just those that it needs and that have not ended.
    private static let dependencies = [
        Rule(
            "miscounts what it waits for",
            """
            SELECT j.id FROM contrast.job j
             WHERE j.finished_at IS NULL AND j.deps_left <> (
                SELECT count(*) FROM contrast.dep d WHERE d.job_id = j.id AND NOT d.settled)
            """
        ),
        Rule(
            "waits for a job that has ended",
            """
            SELECT j.id FROM contrast.job j
              JOIN contrast.dep d ON d.job_id = j.id AND NOT d.settled
              JOIN contrast.job p ON p.id = d.needs
             WHERE j.finished_at IS NULL AND p.finished_at IS NOT NULL
            """
        ),
        Rule(
            "can run though it waits for something",
            "SELECT j.id FROM contrast.job j WHERE j.state IN ('ready', 'running') AND j.deps_left > 0"
        ),
    ]
}
