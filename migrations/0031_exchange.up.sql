-- Machines with roots of their own: files go from one to the other by their SHA-256, through this database or through a
-- folder. Either way the queue knows who needs which file, so that what nobody needs can go.
SET ROLE contrast_owner;

INSERT INTO contrast.setting (key, value, about, least, most) VALUES
    ('max_blob_bytes', '1073741824', 'largest file that workers may put into the database, in bytes', 0, 1099511627776);

-- What a job has made (step -1), or one checkpoint of it: a set of files that are needed together.
CREATE TABLE contrast.blob_set (
    job_id bigint NOT NULL REFERENCES contrast.job ON DELETE CASCADE,
    token bigint NOT NULL,
    step bigint NOT NULL CHECK (step >= -1),
    settled boolean NOT NULL DEFAULT false,     -- outputs of a success: needed as long as the job is known
    PRIMARY KEY (job_id, token, step)
);
COMMENT ON TABLE contrast.blob_set IS 'Files that workers have left for other machines: a job''s outputs (step -1), a checkpoint.';
CREATE INDEX blob_set_open ON contrast.blob_set (job_id) WHERE NOT settled;
CREATE TABLE contrast.blob_use (
    job_id bigint NOT NULL,
    token bigint NOT NULL,
    step bigint NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    PRIMARY KEY (job_id, token, step, sha256),
    FOREIGN KEY (job_id, token, step) REFERENCES contrast.blob_set ON DELETE CASCADE
);
CREATE INDEX blob_use_sha ON contrast.blob_use (sha256);
CREATE TABLE contrast.blob_free (sha256 bytea PRIMARY KEY);
COMMENT ON TABLE contrast.blob_free IS 'Files that one of their sets no longer needs; contrast.free_blobs looks whether another one does.';

-- Files that lie in the database itself.
CREATE TABLE contrast.blob (
    sha256 bytea PRIMARY KEY CHECK (length(sha256) = 32),
    bytes bigint NOT NULL CHECK (bytes >= 0),
    complete boolean NOT NULL DEFAULT false,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE contrast.blob IS 'Files that workers have put into the database for other machines.';
CREATE TABLE contrast.blob_chunk (
    sha256 bytea NOT NULL REFERENCES contrast.blob ON DELETE CASCADE,
    idx int NOT NULL CHECK (idx >= 0),
    content bytea NOT NULL CHECK (length(content) <= 1048576),
    PRIMARY KEY (sha256, idx)
);
-- Weights and pictures do not get smaller by another compression.
ALTER TABLE contrast.blob_chunk ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE FUNCTION contrast.note_free_blobs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO contrast.blob_free (sha256) SELECT DISTINCT g.sha256 FROM gone g ORDER BY 1 ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER note_free_blobs AFTER DELETE ON contrast.blob_use REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION contrast.note_free_blobs();

-- Nobody else's files get in the way of a name that is a digest: an attempt that lost its lease can waste room here, and
-- change nothing. So its token is looked at and no row is locked.
CREATE FUNCTION contrast.fence_blobs(job bigint, token bigint) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF NOT EXISTS (SELECT FROM contrast.job j
                    WHERE j.id = fence_blobs.job AND j.token = fence_blobs.token AND j.finished_at IS NULL) THEN
        RAISE EXCEPTION 'job % is no longer held under token %', fence_blobs.job, fence_blobs.token
            USING ERRCODE = 'JQ001';
    END IF;
END $$;

CREATE FUNCTION contrast.use_blobs(job bigint, token bigint, step bigint, sha256s bytea[], sizes bigint[],
    stored boolean)
RETURNS SETOF bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_max bigint := (SELECT (s.value #>> '{}')::bigint FROM contrast.setting s WHERE s.key = 'max_blob_bytes');
    v_size bigint;
BEGIN
    PERFORM contrast.fence_blobs(use_blobs.job, use_blobs.token);
    IF use_blobs.stored THEN
        v_size := (SELECT max(u.size) FROM unnest(use_blobs.sizes) u(size));
        IF v_size > v_max THEN
            RAISE EXCEPTION 'expected files of at most % bytes (max_blob_bytes), found one of %; raise the setting, or exchange files through a folder',
                v_max, v_size USING ERRCODE = 'JQ004';
        END IF;
    END IF;
    INSERT INTO contrast.blob_set (job_id, token, step)
    VALUES (use_blobs.job, use_blobs.token, use_blobs.step) ON CONFLICT DO NOTHING;
    INSERT INTO contrast.blob_use (job_id, token, step, sha256)
    SELECT DISTINCT use_blobs.job, use_blobs.token, use_blobs.step, u.sha FROM unnest(use_blobs.sha256s) u(sha)
     ORDER BY u.sha ON CONFLICT DO NOTHING;
    IF NOT use_blobs.stored THEN RETURN; END IF;
    INSERT INTO contrast.blob (sha256, bytes)
    SELECT DISTINCT ON (u.sha) u.sha, u.size FROM unnest(use_blobs.sha256s, use_blobs.sizes) u(sha, size)
     ORDER BY u.sha ON CONFLICT DO NOTHING;
    -- Whoever takes unneeded files away has locked them: what is there now stays.
    PERFORM FROM contrast.blob b WHERE b.sha256 = ANY (use_blobs.sha256s) ORDER BY b.sha256 FOR KEY SHARE;
    RETURN QUERY
    SELECT DISTINCT u.sha FROM unnest(use_blobs.sha256s) u(sha)
     WHERE NOT EXISTS (SELECT FROM contrast.blob b WHERE b.sha256 = u.sha AND b.complete);
END $$;
COMMENT ON FUNCTION contrast.use_blobs IS
'Notes that a running job''s outputs (step -1) or its checkpoint of a step need these files. stored: they are to lie in the
database; returns those that it does not have yet.';

CREATE FUNCTION contrast.put_blob(job bigint, token bigint, sha256 bytea, size bigint, idx int, content bytea)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_size constant bigint := 1048576;
    v_blob contrast.blob;
    v_left bigint := put_blob.size - put_blob.idx * v_size;
BEGIN
    -- The commit that makes the rows known which need the file waits for this one as well.
    SET LOCAL synchronous_commit = off;
    PERFORM contrast.fence_blobs(put_blob.job, put_blob.token);
    IF NOT EXISTS (SELECT FROM contrast.blob_use u WHERE u.sha256 = put_blob.sha256 AND u.job_id = put_blob.job
                      AND u.token = put_blob.token) THEN
        RAISE EXCEPTION 'expected a file that the job needs (contrast.use_blobs), found another'
            USING ERRCODE = 'JQ004';
    END IF;
    IF coalesce(length(put_blob.content) <> least(v_left, v_size), true) OR put_blob.idx < 0 THEN
        RAISE EXCEPTION 'expected % bytes as piece % of a file of %, found %', least(v_left, v_size), put_blob.idx,
            put_blob.size, length(put_blob.content) USING ERRCODE = 'JQ004';
    END IF;
    INSERT INTO contrast.blob (sha256, bytes) VALUES (put_blob.sha256, put_blob.size) ON CONFLICT DO NOTHING;
    SELECT * INTO v_blob FROM contrast.blob b WHERE b.sha256 = put_blob.sha256 FOR NO KEY UPDATE;
    IF v_blob.sha256 IS NULL OR v_blob.bytes <> put_blob.size THEN
        RAISE EXCEPTION 'expected a file of % bytes, found one of %', v_blob.bytes, put_blob.size
            USING ERRCODE = 'JQ004';
    END IF;
    IF v_blob.complete THEN RETURN true; END IF;
    INSERT INTO contrast.blob_chunk (sha256, idx, content)
    VALUES (put_blob.sha256, put_blob.idx, put_blob.content) ON CONFLICT DO NOTHING;
    IF (SELECT count(*) FROM contrast.blob_chunk c WHERE c.sha256 = put_blob.sha256)
            < greatest(1, (v_blob.bytes + v_size - 1) / v_size) THEN
        RETURN false;
    END IF;
    UPDATE contrast.blob b SET complete = true WHERE b.sha256 = put_blob.sha256;
    RETURN true;
END $$;
COMMENT ON FUNCTION contrast.put_blob IS
'Puts a piece of a file that a running job needs into the database: 1 MiB from idx MiB on, or the rest. Whether the file is
whole now. Whoever reads it holds it against its SHA-256.';

CREATE FUNCTION contrast.get_blob(sha256 bytea, idx int) RETURNS TABLE (bytes bigint, content bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF EXISTS (SELECT FROM contrast.blob_use u JOIN contrast.job j ON j.id = u.job_id
                WHERE u.sha256 = get_blob.sha256 AND contrast.sees(j.owner)) THEN
        RETURN QUERY SELECT b.bytes, c.content FROM contrast.blob b JOIN contrast.blob_chunk c ON c.sha256 = b.sha256
                      WHERE b.sha256 = get_blob.sha256 AND b.complete AND c.idx = get_blob.idx;
    END IF;
END $$;
COMMENT ON FUNCTION contrast.get_blob(bytea, int) IS
'The size of a file of a job that the session may see, and a piece of it (1 MiB); no row where the database has no such file.';

CREATE FUNCTION contrast.get_blob(job bigint, token bigint, sha256 bytea, idx int)
RETURNS TABLE (bytes bigint, content bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF EXISTS (SELECT FROM contrast.job r JOIN contrast.job j ON j.owner = r.owner
                 JOIN contrast.blob_use u ON u.job_id = j.id
                WHERE r.id = get_blob.job AND r.token = get_blob.token AND r.finished_at IS NULL
                  AND u.sha256 = get_blob.sha256) THEN
        RETURN QUERY SELECT b.bytes, c.content FROM contrast.blob b JOIN contrast.blob_chunk c ON c.sha256 = b.sha256
                      WHERE b.sha256 = get_blob.sha256 AND b.complete AND c.idx = get_blob.idx;
    END IF;
END $$;
COMMENT ON FUNCTION contrast.get_blob(bigint, bigint, bytea, int) IS
'The same for the worker of a running job: files of jobs of the same owner.';

CREATE FUNCTION contrast.used_blobs(sha256s bytea[]) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT u.sha256 FROM contrast.blob_use u WHERE u.sha256 = ANY (used_blobs.sha256s)
$$;
COMMENT ON FUNCTION contrast.used_blobs IS 'Of these files those that a job needs.';

CREATE FUNCTION contrast.free_blobs(max int DEFAULT 1000) RETURNS SETOF bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_free bytea[];
    v_used bytea[];
BEGIN
    WITH sets AS (
        SELECT s.job_id, s.token, s.step, j.state = 'succeeded' AND s.step = -1 AND j.token = s.token AS settled,
            CASE
                WHEN s.step = -1 THEN j.token <> s.token OR j.state IN ('failed', 'cancelled')
                WHEN j.state = 'succeeded' THEN true
                WHEN EXISTS (SELECT FROM contrast.checkpoint c WHERE c.job_id = s.job_id AND c.token = s.token
                                AND c.step = s.step AND c.bad IS NULL) THEN false
                -- Its row may be about to come.
                ELSE j.token <> s.token OR j.finished_at IS NOT NULL
                    OR EXISTS (SELECT FROM contrast.checkpoint c WHERE c.job_id = s.job_id AND c.token = s.token
                                  AND c.step > s.step)
            END AS stale
          FROM contrast.blob_set s JOIN contrast.job j ON j.id = s.job_id
         WHERE NOT s.settled ORDER BY s.job_id, s.token, s.step FOR UPDATE OF s SKIP LOCKED),
    kept AS (
        UPDATE contrast.blob_set s SET settled = true FROM sets d
         WHERE d.settled AND s.job_id = d.job_id AND s.token = d.token AND s.step = d.step)
    DELETE FROM contrast.blob_set s USING sets d
     WHERE d.stale AND NOT d.settled AND s.job_id = d.job_id AND s.token = d.token AND s.step = d.step;

    v_free := ARRAY(SELECT f.sha256 FROM contrast.blob_free f ORDER BY f.sha256 LIMIT free_blobs.max
                       FOR UPDATE SKIP LOCKED);
    PERFORM FROM contrast.blob b WHERE b.sha256 = ANY (v_free) ORDER BY b.sha256 FOR UPDATE;
    -- A new look, now that nobody can count on them without waiting.
    v_used := ARRAY(SELECT DISTINCT u.sha256 FROM contrast.blob_use u WHERE u.sha256 = ANY (v_free));
    DELETE FROM contrast.blob_free f WHERE f.sha256 = ANY (v_free);
    DELETE FROM contrast.blob b WHERE b.sha256 = ANY (v_free) AND b.sha256 <> ALL (v_used);
    RETURN QUERY SELECT u.sha FROM unnest(v_free) u(sha) WHERE u.sha <> ALL (v_used);
END $$;
COMMENT ON FUNCTION contrast.free_blobs IS
'Takes files out of the database that no job needs any more: outputs of attempts that did not succeed, checkpoints without a
row, what forgotten jobs have left. Returns up to max of them, for workers that exchange files through a folder.';

ALTER TABLE contrast.blob_set ENABLE ROW LEVEL SECURITY;
ALTER TABLE contrast.blob_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE contrast.blob_free ENABLE ROW LEVEL SECURITY;
ALTER TABLE contrast.blob ENABLE ROW LEVEL SECURITY;
ALTER TABLE contrast.blob_chunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON contrast.blob FOR SELECT USING (contrast.sees(''));
GRANT SELECT ON contrast.blob TO contrast_read, contrast_admin;
REVOKE ALL ON FUNCTION contrast.note_free_blobs, contrast.fence_blobs, contrast.use_blobs, contrast.put_blob,
    contrast.get_blob(bytea, int), contrast.get_blob(bigint, bigint, bytea, int), contrast.used_blobs,
    contrast.free_blobs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contrast.use_blobs, contrast.put_blob, contrast.get_blob(bigint, bigint, bytea, int),
    contrast.used_blobs, contrast.free_blobs TO contrast_worker;
GRANT EXECUTE ON FUNCTION contrast.get_blob(bytea, int) TO contrast_submit, contrast_read, contrast_admin;

INSERT INTO contrast.migration (version, name) VALUES (31, 'exchange');
RESET ROLE;
