-- Payloads are checked where they enter, so that psql alone refuses what no worker could carry out: unknown
-- fields, wrong types, words that are no choice. Ranges, paths and what fields mean together stay the
-- workers' business.
SET ROLE contrast_owner;

-- No worker draws what a model does: such a job would wait for ever.
DROP FUNCTION contrast.enqueue_visualize;
DO $$
DECLARE v_id bigint;
BEGIN
    FOR v_id IN
        UPDATE contrast.job j SET state = 'cancelled', finished_at = clock_timestamp(),
            reason = 'jobs of the kind visualize are not offered any more'
         WHERE j.kind = 'visualize' AND j.finished_at IS NULL RETURNING j.id
    LOOP
        PERFORM contrast.record(v_id, NULL, 'cancelled');
        PERFORM contrast.announce(v_id, 'cancelled');
        PERFORM contrast.settle(v_id, false);
    END LOOP;
    -- Jobs that were cancelled keep the name of their kind.
    DELETE FROM contrast.kind k
     WHERE k.name = 'visualize' AND NOT EXISTS (SELECT FROM contrast.job j WHERE j.kind = k.name);
END $$;

CREATE TABLE contrast.field (
    kind text NOT NULL REFERENCES contrast.kind,
    name text NOT NULL,
    type text NOT NULL CHECK (type IN ('integer', 'number', 'boolean', 'string', 'array', 'object')),
    choices text[],                             -- the only words there are; null = any
    PRIMARY KEY (kind, name)
);
COMMENT ON TABLE contrast.field IS
'The fields of each kind''s payload, as docs/JOBS.md lists them; those of objects inside are not here.';
INSERT INTO contrast.field VALUES
    ('generate', 'base', 'string', NULL),
    ('generate', 'adapter', 'string', NULL),
    ('generate', 'method', 'string', '{customcontrast,ip_adapter,text_only}'),
    ('generate', 'prompt', 'string', NULL),
    ('generate', 'prompts', 'array', NULL),
    ('generate', 'negative_prompt', 'string', NULL),
    ('generate', 'prompt_overflow', 'string', '{warn,error}'),
    ('generate', 'subjects', 'array', NULL),
    ('generate', 'seed', 'integer', NULL),
    ('generate', 'count', 'integer', NULL),
    ('generate', 'width', 'integer', NULL),
    ('generate', 'height', 'integer', NULL),
    ('generate', 'steps', 'integer', NULL),
    ('generate', 'sampler', 'string', '{ddim,euler,dpmpp_2m}'),
    ('generate', 'guidance_scale', 'number', NULL),
    ('generate', 'gamma', 'number', NULL),
    ('generate', 'location_mask', 'boolean', NULL),
    ('generate', 'save_masks', 'boolean', NULL),
    ('generate', 'contact_sheet', 'boolean', NULL),
    ('generate', 'rng', 'string', '{philox,torch}'),
    ('generate', 'precision', 'string', '{float32}'),
    ('generate', 'png_metadata', 'string', '{full,parameters,none}'),
    ('train', 'base', 'string', NULL),
    ('train', 'data', 'string', NULL),
    ('train', 'method', 'object', NULL),
    ('train', 'adapter', 'string', NULL),
    ('train', 'resolution', 'integer', NULL),
    ('train', 'max_train_steps', 'integer', NULL),
    ('train', 'train_batch_size', 'integer', NULL),
    ('train', 'gradient_accumulation_steps', 'integer', NULL),
    ('train', 'learning_rate', 'number', NULL),
    ('train', 'lr_scheduler', 'string', '{constant,constant_with_warmup,linear,cosine}'),
    ('train', 'lr_warmup_steps', 'integer', NULL),
    ('train', 'adam_weight_decay', 'number', NULL),
    ('train', 'adam_beta1', 'number', NULL),
    ('train', 'adam_beta2', 'number', NULL),
    ('train', 'adam_epsilon', 'number', NULL),
    ('train', 'max_grad_norm', 'number', NULL),
    ('train', 'gradient_checkpointing', 'boolean', NULL),
    ('train', 'precision', 'string', '{float32}'),
    ('train', 'losses', 'object', NULL),
    ('train', 'drop_rates', 'object', NULL),
    ('train', 'checkpointing_steps', 'integer', NULL),
    ('train', 'checkpointing_seconds', 'integer', NULL),
    ('train', 'validation_prompts', 'array', NULL),
    ('train', 'validation_steps', 'integer', NULL),
    ('train', 'validation_seed', 'integer', NULL),
    ('train', 'seed', 'integer', NULL),
    ('pretrain', 'component', 'string', '{autoencoder,clip,unet}'),
    ('pretrain', 'data', 'string', NULL),
    ('pretrain', 'base', 'string', NULL),
    ('pretrain', 'preset', 'string', '{small,tiny}'),
    ('pretrain', 'resolution', 'integer', NULL),
    ('pretrain', 'max_train_steps', 'integer', NULL),
    ('pretrain', 'train_batch_size', 'integer', NULL),
    ('pretrain', 'gradient_accumulation_steps', 'integer', NULL),
    ('pretrain', 'learning_rate', 'number', NULL),
    ('pretrain', 'lr_scheduler', 'string', '{constant,constant_with_warmup,linear,cosine}'),
    ('pretrain', 'lr_warmup_steps', 'integer', NULL),
    ('pretrain', 'adam_weight_decay', 'number', NULL),
    ('pretrain', 'adam_beta1', 'number', NULL),
    ('pretrain', 'adam_beta2', 'number', NULL),
    ('pretrain', 'adam_epsilon', 'number', NULL),
    ('pretrain', 'max_grad_norm', 'number', NULL),
    ('pretrain', 'gradient_checkpointing', 'boolean', NULL),
    ('pretrain', 'precision', 'string', '{float32}'),
    ('pretrain', 'ema_decay', 'number', NULL),
    ('pretrain', 'text_drop_rate', 'number', NULL),
    ('pretrain', 'kl_weight', 'number', NULL),
    ('pretrain', 'checkpointing_steps', 'integer', NULL),
    ('pretrain', 'checkpointing_seconds', 'integer', NULL),
    ('pretrain', 'validation_prompts', 'array', NULL),
    ('pretrain', 'validation_steps', 'integer', NULL),
    ('pretrain', 'validation_seed', 'integer', NULL),
    ('pretrain', 'seed', 'integer', NULL),
    ('prepare', 'name', 'string', NULL),
    ('prepare', 'classes', 'array', NULL),
    ('prepare', 'subjects', 'integer', NULL),
    ('prepare', 'views', 'integer', NULL),
    ('prepare', 'split', 'string', '{train,validation,test}'),
    ('prepare', 'edits', 'boolean', NULL),
    ('prepare', 'resolution', 'integer', NULL),
    ('prepare', 'seed', 'integer', NULL),
    ('evaluate', 'jobs', 'array', NULL),
    ('evaluate', 'metrics', 'array', NULL),
    ('evaluate', 'judge', 'string', NULL),
    ('evaluate', 'seed', 'integer', NULL);

CREATE FUNCTION contrast.check_payload() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_kind text := (SELECT j.kind FROM contrast.job j WHERE j.id = NEW.job_id);
    v_found text;
    f record;
BEGIN
    IF NOT EXISTS (SELECT FROM contrast.field d WHERE d.kind = v_kind) THEN
        RAISE EXCEPTION 'jobs of the kind "%" are not offered; the kinds are %', v_kind,
            (SELECT string_agg(DISTINCT d.kind, ', ' ORDER BY d.kind) FROM contrast.field d)
            USING ERRCODE = 'JQ004';
    END IF;
    FOR f IN
        SELECT p.key, p.value, d.type, d.choices
          FROM jsonb_each(NEW.params) p LEFT JOIN contrast.field d ON d.kind = v_kind AND d.name = p.key
         ORDER BY p.key
    LOOP
        v_found := CASE WHEN length(f.value::text) <= 42 THEN f.value::text
                        ELSE 'a longer ' || jsonb_typeof(f.value) END;
        IF f.type IS NULL THEN
            RAISE EXCEPTION '$.%: expected a known field, found "%"; the fields of % are %',
                left(f.key, 40), left(f.key, 40), v_kind,
                (SELECT string_agg(d.name, ', ' ORDER BY d.name) FROM contrast.field d WHERE d.kind = v_kind)
                USING ERRCODE = 'JQ004';
        ELSIF jsonb_typeof(f.value) = 'null' THEN
            CONTINUE;                           -- the same as leaving it out
        ELSIF jsonb_typeof(f.value) <> replace(f.type, 'integer', 'number')
            OR (f.type = 'integer' AND (f.value #>> '{}')::numeric % 1 <> 0) THEN
            RAISE EXCEPTION '$.%: expected % %, found %; correct it', f.key,
                CASE WHEN f.type ~ '^[aeio]' THEN 'an' ELSE 'a' END, f.type, v_found
                USING ERRCODE = 'JQ004';
        ELSIF cardinality(f.choices) = 1 AND f.value #>> '{}' <> f.choices[1] THEN
            RAISE EXCEPTION '$.%: expected "%", the only choice there is, found %; leave the field out',
                f.key, f.choices[1], v_found USING ERRCODE = 'JQ004';
        ELSIF f.value #>> '{}' <> ALL (f.choices) THEN
            RAISE EXCEPTION '$.%: expected one of %, found %; choose one of them',
                f.key, array_to_string(f.choices, ', '), v_found USING ERRCODE = 'JQ004';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER check_payload BEFORE INSERT ON contrast.job_spec
    FOR EACH ROW EXECUTE FUNCTION contrast.check_payload();

GRANT SELECT ON contrast.field TO contrast_submit, contrast_read, contrast_worker;

INSERT INTO contrast.migration (version, name) VALUES (8, 'payloads');
RESET ROLE;
