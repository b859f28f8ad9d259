-- Models that have a name, and which models jobs used.
SET ROLE contrast_owner;

-- What an administrator registered. Workers find the files below their own roots, by the location.
CREATE TABLE contrast.model (
    name text PRIMARY KEY CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'),
    location text NOT NULL CHECK (length(location) BETWEEN 1 AND 1024 AND location !~ '(^/|(^|/)\.\.(/|$))'),
    configured_by text,                         -- for one file of weights: the model with its configurations
    kind text NOT NULL,
    files jsonb NOT NULL CHECK (jsonb_typeof(files) = 'array' AND jsonb_array_length(files) > 0),
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    added_by name NOT NULL DEFAULT session_user
);

-- What an attempt used, by name and content.
CREATE TABLE contrast.job_model (
    job_id bigint NOT NULL REFERENCES contrast.job ON DELETE CASCADE,
    token bigint NOT NULL,
    role text NOT NULL CHECK (length(role) BETWEEN 1 AND 40),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 1200),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, token, role)
);

CREATE FUNCTION contrast.add_model(
    name text, location text, kind text, files jsonb, configured_by text DEFAULT NULL,
    replace boolean DEFAULT false)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE v_old contrast.model;
BEGIN
    SELECT * INTO v_old FROM contrast.model m WHERE m.name = add_model.name FOR UPDATE;
    IF v_old.name IS NOT NULL AND NOT add_model.replace THEN
        IF v_old.location = add_model.location AND v_old.files = add_model.files
            AND v_old.configured_by IS NOT DISTINCT FROM add_model.configured_by THEN
            RETURN 'unchanged';
        END IF;
        RAISE EXCEPTION 'there is a model % already, with other files; choose another name, or replace it',
            add_model.name USING ERRCODE = 'JQ005';
    END IF;
    INSERT INTO contrast.model (name, location, configured_by, kind, files)
    VALUES (add_model.name, add_model.location, add_model.configured_by, add_model.kind, add_model.files)
    ON CONFLICT (name) DO UPDATE SET location = excluded.location, kind = excluded.kind,
        configured_by = excluded.configured_by, files = excluded.files,
        added_at = excluded.added_at, added_by = excluded.added_by;
    INSERT INTO contrast.event (what, detail)
    VALUES ('model_added', jsonb_build_object('name', add_model.name, 'location', add_model.location));
    RETURN CASE WHEN v_old.name IS NULL THEN 'added' ELSE 'replaced' END;
EXCEPTION WHEN check_violation THEN
    RAISE EXCEPTION 'a model needs a name of letters, digits, ".", "_" and "-", and a location below the models root or in the Hugging Face cache'
        USING ERRCODE = 'JQ004';
END $$;
COMMENT ON FUNCTION contrast.add_model IS
'Registers a model under a name that jobs can use: where it lies below the models root (or hf:org/name), what it is, and its
files as [{"path", "bytes", "sha256"}]. contrastctl model add calls it. Answers added, replaced or unchanged.';

CREATE FUNCTION contrast.remove_model(name text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    DELETE FROM contrast.model m WHERE m.name = remove_model.name;
    IF FOUND THEN
        INSERT INTO contrast.event (what, detail)
        VALUES ('model_removed', jsonb_build_object('name', remove_model.name));
    END IF;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION contrast.remove_model IS 'Forgets a registered name; the files stay.';

CREATE FUNCTION contrast.record_model(job bigint, token bigint, role text, name text, sha256 bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM contrast.fenced(record_model.job, record_model.token);
    INSERT INTO contrast.job_model (job_id, token, role, name, sha256)
    VALUES (record_model.job, record_model.token, record_model.role, record_model.name,
        record_model.sha256)
    ON CONFLICT DO NOTHING;                     -- sent again after a lost answer
END $$;
COMMENT ON FUNCTION contrast.record_model IS 'Notes which model an attempt uses, by name and content.';

CREATE VIEW contrast.job_models WITH (security_invoker = true) AS
SELECT u.job_id, a.n AS attempt, u.role, u.name, encode(u.sha256, 'hex') AS sha256, u.at
  FROM contrast.job_model u
  JOIN contrast.attempt a ON a.job_id = u.job_id AND a.token = u.token;
COMMENT ON VIEW contrast.job_models IS
'The bases and adapters that jobs used: the sha256 of a base is that of its denoiser''s weights.';

INSERT INTO contrast.field VALUES
    ('generate', 'allow_changed_models', 'boolean', NULL),
    ('train', 'allow_changed_models', 'boolean', NULL);

GRANT EXECUTE ON FUNCTION contrast.add_model, contrast.remove_model TO contrast_admin;
GRANT EXECUTE ON FUNCTION contrast.record_model TO contrast_worker;
GRANT SELECT ON contrast.model TO contrast_submit, contrast_read, contrast_worker;
GRANT SELECT ON contrast.job_model, contrast.job_models TO contrast_submit, contrast_read;
ALTER TABLE contrast.job_model ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON contrast.job_model FOR SELECT USING
    (EXISTS (SELECT FROM contrast.job j WHERE j.id = job_id));

INSERT INTO contrast.migration (version, name) VALUES (10, 'models');
RESET ROLE;
