SET ROLE contrast_owner;
DROP TRIGGER check_payload ON contrast.job_spec;
DROP FUNCTION contrast.check_payload;
DROP TABLE contrast.field;
INSERT INTO contrast.kind VALUES
    ('visualize', '30 min', 'a page or a picture about other jobs'' results') ON CONFLICT DO NOTHING;
CREATE FUNCTION contrast.enqueue_visualize(
    adapter text, view text DEFAULT NULL, base text DEFAULT NULL, prompt text DEFAULT NULL,
    class text DEFAULT NULL, images text[] DEFAULT NULL, data text DEFAULT NULL, seed bigint DEFAULT NULL,
    subjects jsonb DEFAULT NULL, options jsonb DEFAULT '{}', priority int DEFAULT 0,
    run_at timestamptz DEFAULT NULL, after bigint[] DEFAULT '{}', idem_key text DEFAULT NULL,
    need_tags text[] DEFAULT '{}')
RETURNS bigint LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT contrast.enqueue('visualize', contrast.payload(jsonb_build_object(
            'adapter', adapter, 'view', view, 'base', base, 'prompt', prompt,
            'subjects', contrast.subjects(class, images, subjects), 'data', data, 'seed', seed), options),
        priority => priority, run_at => run_at, after => after, idem_key => idem_key,
        need_tags => need_tags) $$;
COMMENT ON FUNCTION contrast.enqueue_visualize IS
'A picture of what an adapter does. view: attention (default) or embedding. class, images: a subject.
data: the views that an embedding projects. prompt: a photo of a {subject} by default.';
GRANT EXECUTE ON FUNCTION contrast.enqueue_visualize TO contrast_submit;
DELETE FROM contrast.migration WHERE version = 8;
RESET ROLE;
