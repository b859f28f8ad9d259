SET ROLE contrast_owner;
DROP FUNCTION contrast.enqueue_evaluate;
CREATE FUNCTION contrast.enqueue_evaluate(
    jobs bigint[], metrics text[] DEFAULT NULL, judge text DEFAULT NULL, seed bigint DEFAULT NULL,
    options jsonb DEFAULT '{}', priority int DEFAULT 0, run_at timestamptz DEFAULT NULL,
    after bigint[] DEFAULT '{}', idem_key text DEFAULT NULL, need_tags text[] DEFAULT '{}')
RETURNS bigint LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT contrast.enqueue('evaluate', contrast.payload(jsonb_build_object(
            'jobs', jobs, 'metrics', metrics, 'judge', judge, 'seed', seed), options),
        priority => priority, run_at => run_at, after => after, idem_key => idem_key,
        need_tags => need_tags) $$;
COMMENT ON FUNCTION contrast.enqueue_evaluate IS
'Scores of the pictures of generate jobs, after they are done. jobs: their ids. metrics: clip_t, clip_i,
dino (default: the first two). judge: folder of the encoders that judge, small-world by default.';
GRANT EXECUTE ON FUNCTION contrast.enqueue_evaluate TO contrast_submit;
DELETE FROM contrast.field f
 WHERE f.kind = 'evaluate' AND f.name IN ('zero_shot', 'base', 'contact_sheet');
DELETE FROM contrast.migration WHERE version = 9;
RESET ROLE;
