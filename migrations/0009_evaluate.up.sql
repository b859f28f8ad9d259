-- An evaluation asks about pictures of jobs, about a base, or about both.
SET ROLE contrast_owner;

DROP FUNCTION contrast.enqueue_evaluate;
CREATE FUNCTION contrast.enqueue_evaluate(
    jobs bigint[] DEFAULT NULL, metrics text[] DEFAULT NULL, judge text DEFAULT NULL,
    seed bigint DEFAULT NULL, options jsonb DEFAULT '{}', priority int DEFAULT 0,
    run_at timestamptz DEFAULT NULL, after bigint[] DEFAULT '{}', idem_key text DEFAULT NULL,
    need_tags text[] DEFAULT '{}', zero_shot jsonb DEFAULT NULL, base text DEFAULT NULL)
RETURNS bigint LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT contrast.enqueue('evaluate', contrast.payload(jsonb_build_object(
            'jobs', jobs, 'metrics', metrics, 'judge', judge, 'zero_shot', zero_shot, 'base', base,
            'seed', seed), options),
        priority => priority, run_at => run_at, after => after, idem_key => idem_key,
        need_tags => need_tags) $$;
COMMENT ON FUNCTION contrast.enqueue_evaluate IS
'Scores of pictures. jobs: ids of generate jobs, whose pictures are scored when they are done. metrics: clip_t
and clip_i, both by default. judge: folder of the CLIP that judges, small-world by default. zero_shot: JSON
({} takes the defaults: {"count": 256, "steps": 25, "guidance_scale": 4, …}); asks the judge which class and
scene pictures show that base (small-world) paints for captions of the small world. seed: drawn and recorded.';
GRANT EXECUTE ON FUNCTION contrast.enqueue_evaluate TO contrast_submit;

INSERT INTO contrast.field VALUES
    ('evaluate', 'zero_shot', 'object', NULL),
    ('evaluate', 'base', 'string', NULL),
    ('evaluate', 'contact_sheet', 'boolean', NULL);

INSERT INTO contrast.migration (version, name) VALUES (9, 'evaluate');
RESET ROLE;
