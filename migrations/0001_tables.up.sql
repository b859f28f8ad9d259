-- The queue's roles, types, tables and indexes.
-- By hand: psql --single-transaction --set ON_ERROR_STOP=1 --file migrations/0001_tables.up.sql
--
-- Rules the whole schema follows: the server's clock only (clock_timestamp()); every write of a worker
-- is fenced by (job, token); no transaction stays open while a model runs.
-- SQLSTATE JQ001 stale token, JQ002 unknown worker, JQ003 no such job of yours, JQ004 bad request,
-- JQ005 idempotency key used for something else.

DO $$
BEGIN
    IF current_setting('server_version_num')::int < 150000 THEN
        RAISE EXCEPTION 'CustomContrast needs PostgreSQL 15 or newer; this server is %',
            current_setting('server_version');
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'contrast_owner') THEN
        CREATE ROLE contrast_owner NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'contrast_read') THEN
        CREATE ROLE contrast_read NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'contrast_submit') THEN
        CREATE ROLE contrast_submit NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'contrast_worker') THEN
        CREATE ROLE contrast_worker NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'contrast_admin') THEN
        CREATE ROLE contrast_admin NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, 'contrast_owner', 'member') THEN
        EXECUTE format('GRANT contrast_owner TO %I', current_user);
    END IF;
    IF NOT pg_has_role('contrast_admin', 'contrast_submit', 'member') THEN
        GRANT contrast_submit TO contrast_admin;
    END IF;
    IF NOT pg_has_role('contrast_admin', 'contrast_read', 'member') THEN
        GRANT contrast_read TO contrast_admin;
    END IF;
END $$;

CREATE SCHEMA contrast AUTHORIZATION contrast_owner;
SET ROLE contrast_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE contrast_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE TABLE contrast.migration (
    version int PRIMARY KEY,
    name text NOT NULL,
    sha256 text,                                -- of the up file; null when psql applied it
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TYPE contrast.state AS ENUM
    ('waiting', 'ready', 'running', 'held', 'succeeded', 'failed', 'cancelled');
CREATE TYPE contrast.outcome AS ENUM ('succeeded', 'failed', 'cancelled', 'yielded', 'lost');
CREATE SEQUENCE contrast.fence AS bigint CACHE 1;           -- strictly rising, never reset

CREATE TABLE contrast.setting (
    key text PRIMARY KEY,
    value jsonb NOT NULL,
    about text NOT NULL
);
INSERT INTO contrast.setting VALUES
    ('restart_grace_s', '120',
     'seconds after a server start during which no lease is taken from its worker'),
    ('worker_gone_s', '300', 'seconds without a beat after which a worker counts as gone');

CREATE TABLE contrast.kind (
    name text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]{0,62}$'),
    stall_after interval,                       -- default of the jobs of this kind; null = never
    about text NOT NULL
);
INSERT INTO contrast.kind VALUES
    ('generate', '30 min', 'pictures of one or more subjects by prompt'),
    ('train', '1 hour', 'an adapter from a data set'),
    ('pretrain', '1 hour', 'a base model of the small world, from scratch'),
    ('evaluate', '1 hour', 'scores of pictures or of an adapter'),
    ('prepare', '1 hour', 'a data set on disk'),
    ('visualize', '30 min', 'a page or a picture about other jobs'' results');

CREATE TABLE contrast.pause (
    kind text PRIMARY KEY,                      -- a kind, or * for every kind
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    who name NOT NULL DEFAULT session_user,
    why text
);

-- A worker's identity is one start of a process, never a host name.
CREATE TABLE contrast.worker (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    host text NOT NULL,
    pid int NOT NULL,
    version text NOT NULL,
    kinds text[] NOT NULL,
    tags text[] NOT NULL DEFAULT '{}',
    ram_mb int NOT NULL,
    vram_mb int NOT NULL DEFAULT 0,
    slots int NOT NULL DEFAULT 1,
    idle boolean NOT NULL DEFAULT true,
    desired text NOT NULL DEFAULT 'run' CHECK (desired IN ('run', 'drain', 'stop')),
    db_user name NOT NULL DEFAULT session_user,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    beat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    gone_at timestamptz
) WITH (fillfactor = 50);

-- Hot and narrow: no JSON here. `waiting` holds everything that cannot run yet (dependencies, a later
-- time, a back-off), so that the claim's index contains only what can.
CREATE TABLE contrast.job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL REFERENCES contrast.kind,
    owner name NOT NULL,
    state contrast.state NOT NULL,
    priority smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN -100 AND 100),
    fair bigint NOT NULL,                       -- fair-share key, computed when the job is enqueued
    run_at timestamptz NOT NULL,
    deps_left int NOT NULL DEFAULT 0 CHECK (deps_left >= 0),
    need_tags text[] NOT NULL DEFAULT '{}',
    need_ram_mb int NOT NULL DEFAULT 0 CHECK (need_ram_mb >= 0),
    need_vram_mb int NOT NULL DEFAULT 0 CHECK (need_vram_mb >= 0),
    conc_key text CHECK (length(conc_key) BETWEEN 1 AND 200),
    idem_key text CHECK (length(idem_key) BETWEEN 1 AND 200),
    token bigint NOT NULL DEFAULT 0,            -- fencing token of the newest claim
    attempts int NOT NULL DEFAULT 0,
    failures smallint NOT NULL DEFAULT 0,       -- the job's code said no
    crashes smallint NOT NULL DEFAULT 0,        -- its worker was lost; forgiven by a new checkpoint
    yields int NOT NULL DEFAULT 0,              -- given back in good order; never counted against it
    max_failures smallint NOT NULL DEFAULT 3 CHECK (max_failures >= 1),
    max_crashes smallint NOT NULL DEFAULT 3 CHECK (max_crashes >= 1),
    stall_after interval,                       -- null = no limit
    max_runtime interval,                       -- of one attempt; null = no limit
    stalled boolean NOT NULL DEFAULT false,     -- the pending yield was asked for by the stall detector
    cancel_at timestamptz,
    yield_at timestamptz,
    hold boolean NOT NULL DEFAULT false,
    cancelled_by bigint,                        -- the job this one needed, which did not succeed
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    reason text,
    CHECK ((finished_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled')))
) WITH (fillfactor = 70,
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 2000);
CREATE INDEX job_ready ON contrast.job (kind, priority DESC, fair, id) WHERE state = 'ready';
CREATE INDEX job_due ON contrast.job (run_at) WHERE state = 'waiting' AND deps_left = 0;
CREATE INDEX job_owner ON contrast.job (owner, id DESC);
CREATE INDEX job_backlog ON contrast.job (owner, fair) WHERE state IN ('waiting', 'ready');
CREATE INDEX job_open ON contrast.job (kind, state) WHERE finished_at IS NULL;
CREATE INDEX job_done ON contrast.job (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX job_cancelled_by ON contrast.job (cancelled_by) WHERE cancelled_by IS NOT NULL;
CREATE UNIQUE INDEX job_conc ON contrast.job (owner, conc_key)
    WHERE state = 'running' AND conc_key IS NOT NULL;
CREATE UNIQUE INDEX job_idem ON contrast.job (owner, idem_key) WHERE idem_key IS NOT NULL;

-- What was asked for; immutable. Large inputs go by path and sha256.
CREATE TABLE contrast.job_spec (
    job_id bigint PRIMARY KEY REFERENCES contrast.job ON DELETE CASCADE,
    params jsonb NOT NULL CHECK (jsonb_typeof(params) = 'object' AND length(params::text) <= 65536),
    seed bigint NOT NULL                        -- drawn once: what a job without a seed uses, on every retry
);

CREATE TABLE contrast.dep (
    job_id bigint NOT NULL REFERENCES contrast.job ON DELETE CASCADE,
    needs bigint NOT NULL REFERENCES contrast.job,
    if_failed text NOT NULL DEFAULT 'cancel' CHECK (if_failed IN ('cancel', 'run')),
    settled boolean NOT NULL DEFAULT false,     -- an edge pays once
    PRIMARY KEY (job_id, needs),
    CHECK (needs < job_id)                      -- ids rise, so cycles are impossible
);
CREATE INDEX dep_needs ON contrast.dep (needs, job_id);

-- One row per running attempt. No index on a changing column, so beats stay HOT updates.
CREATE TABLE contrast.lease (
    job_id bigint PRIMARY KEY REFERENCES contrast.job,
    token bigint NOT NULL,
    worker_id uuid NOT NULL REFERENCES contrast.worker,
    expires_at timestamptz NOT NULL,
    beat_at timestamptz NOT NULL,
    step bigint NOT NULL DEFAULT 0,
    steps bigint,
    step_at timestamptz NOT NULL,               -- when the step last rose
    note text
) WITH (fillfactor = 50,
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

CREATE TABLE contrast.attempt (
    job_id bigint NOT NULL REFERENCES contrast.job ON DELETE CASCADE,
    token bigint NOT NULL,
    n int NOT NULL,
    worker_id uuid NOT NULL,
    worker text NOT NULL,
    host text NOT NULL,
    resumed_step bigint,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    outcome contrast.outcome,
    error_class text
        CHECK (error_class IN ('permanent', 'resource', 'transient', 'bug', 'poison')),
    error_stage text,
    error text,
    last_step bigint,
    PRIMARY KEY (job_id, token)
);

CREATE TABLE contrast.checkpoint (
    job_id bigint NOT NULL REFERENCES contrast.job ON DELETE CASCADE,
    token bigint NOT NULL,
    step bigint NOT NULL,
    path text NOT NULL CHECK (path !~ '(^/|(^|/)\.\.(/|$))'),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    bytes bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    bad text,                                   -- why it must not be resumed from
    PRIMARY KEY (job_id, step, token)
);

CREATE TABLE contrast.output (
    job_id bigint NOT NULL REFERENCES contrast.job ON DELETE CASCADE,
    idx int NOT NULL,
    token bigint NOT NULL,
    role text NOT NULL,
    path text NOT NULL CHECK (path !~ '(^/|(^|/)\.\.(/|$))'),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    bytes bigint NOT NULL,
    media_type text NOT NULL,
    meta jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, idx)
);
CREATE INDEX output_sha ON contrast.output (sha256);

CREATE TABLE contrast.warning (
    job_id bigint NOT NULL REFERENCES contrast.job ON DELETE CASCADE,
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 600),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, text)
);

CREATE TABLE contrast.event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    job_id bigint REFERENCES contrast.job ON DELETE CASCADE,
    token bigint,
    what text NOT NULL,
    who name NOT NULL DEFAULT session_user,
    detail jsonb
);
CREATE INDEX event_job ON contrast.event (job_id, id);

-- Telemetry. The keys make a re-sent batch harmless; rows go with their job. A metric row is one chunk
-- of points, so a curve at 20 points a second costs one row every few seconds.
CREATE TABLE contrast.log (
    job_id bigint NOT NULL REFERENCES contrast.job ON DELETE CASCADE,
    token bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    level text NOT NULL CHECK
        (level IN ('trace', 'debug', 'info', 'notice', 'warning', 'error', 'critical')),
    body text NOT NULL CHECK (length(body) <= 65536),
    PRIMARY KEY (job_id, token, seq)
);
CREATE TABLE contrast.metric (
    job_id bigint NOT NULL REFERENCES contrast.job ON DELETE CASCADE,
    token bigint NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    seq bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    step bigint[] NOT NULL,
    value float8[] NOT NULL,
    PRIMARY KEY (job_id, name, token, seq),
    CHECK (cardinality(step) = cardinality(value) AND cardinality(step) BETWEEN 1 AND 4096)
);

INSERT INTO contrast.migration (version, name) VALUES (1, 'tables');
RESET ROLE;
